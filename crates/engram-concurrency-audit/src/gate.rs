//! Whether the audit is compiled in: the one place of this crate that knows its feature `enabled`.
//!
//! Independent of the gate of the metrics: a program may audit its locks without recording metrics.

engram_metrics_core::gate!();

/// Keeps its items or statements when the audit is compiled in, else drops them.
///
/// ```
/// engram_concurrency_audit::when_enabled! { println!("audited"); }
/// engram_concurrency_audit::when_disabled! { println!("compiled out"); }
/// ```
#[cfg(all(feature = "enabled", not(engram_off)))]
#[macro_export]
macro_rules! when_enabled {
    ($($body:tt)*) => { $($body)* };
}

/// Keeps its items or statements when the audit is compiled in, else drops them.
#[cfg(not(all(feature = "enabled", not(engram_off))))]
#[macro_export]
macro_rules! when_enabled {
    ($($body:tt)*) => {};
}

/// The other side of [`when_enabled!`]: keeps its items or statements when the audit is gone.
#[cfg(all(feature = "enabled", not(engram_off)))]
#[macro_export]
macro_rules! when_disabled {
    ($($body:tt)*) => {};
}

/// The other side of [`when_enabled!`]: keeps its items or statements when the audit is gone.
#[cfg(not(all(feature = "enabled", not(engram_off))))]
#[macro_export]
macro_rules! when_disabled {
    ($($body:tt)*) => { $($body)* };
}
