//! Compiled in, or gone: the one place of this crate that knows its feature `enabled`.

engram_metrics_core::gate!();
