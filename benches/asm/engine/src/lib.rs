//! Between an application and the instruments: a cache that counts what it does.
//!
//! It is built three times by `cargo xtask asm`: with telemetry, with telemetry switched off, and as a
//! bare twin that never had any. The last two have to be the same machine code.

#![forbid(unsafe_code)]

mod cache;
mod instrument;
#[cfg(feature = "instrumented")]
pub mod metrics;

pub use cache::Cache;
