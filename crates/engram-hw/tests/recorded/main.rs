//! Machines and containers of others, as recorded: what is read from them is what others read.
//!
//! The records are not part of the repository. `ENGRAM_DATA` names their folder, by default `../shared/data`
//! beside the checkout; without it these tests say so and pass, and the step `data` of `verify` fails where
//! they are required.

#![expect(clippy::unwrap_used, reason = "a record that is not as it was is a failure")]

mod console;
mod data;
mod dumps;
mod expected;
mod groups;
#[cfg(feature = "hwloc")]
mod saved;
mod xml;
