//! What a bare twin leaves out.

/// Keeps its items or statements, except in the bare twin.
#[cfg(feature = "instrumented")]
#[macro_export]
macro_rules! instrument {
    ($($body:tt)*) => { $($body)* };
}

/// Keeps its items or statements, except in the bare twin.
#[cfg(not(feature = "instrumented"))]
#[macro_export]
macro_rules! instrument {
    ($($body:tt)*) => {};
}
