//! The part of `dynamic` that models compile: what threads share.

mod index;
mod number;
mod series;

#[cfg(test)]
#[path = "tests/loom.rs"]
mod tests;
