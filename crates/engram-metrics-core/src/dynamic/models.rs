//! The part of `dynamic` that models compile: what threads share.

mod index;
mod number;
mod series;

#[cfg(all(test, not(engram_shuttle)))]
#[path = "tests/loom.rs"]
mod tests;
#[cfg(all(test, engram_shuttle))]
#[path = "tests/shuttle.rs"]
mod tests;
