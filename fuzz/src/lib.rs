//! What must hold for any input, each claim a function of bytes that panics where it does not hold.
//!
//! The programs in `targets/` hand them to a fuzzer; the test of this crate runs the inputs in `corpus/`
//! and changed versions of them.

#![forbid(unsafe_code)]

mod buckets;
mod input;
mod machine;
mod page;
mod parser;
mod topology;

pub use buckets::buckets;
pub use machine::machine;
pub use page::page;
pub use topology::topology;
