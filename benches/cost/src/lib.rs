//! Recording operations, each in a loop of its own, and the twins that they are timed against.
//!
//! Two programs use them: `engram-cost` runs one below a tool that counts instructions, `engram-paired`
//! times two in turns.

mod operations;
mod twins;

pub use operations::{OPERATIONS, Operation, read_all};
pub use twins::{PROBE, TWINS};
