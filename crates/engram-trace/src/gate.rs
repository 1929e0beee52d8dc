//! Whether the tracer is compiled in: the one place of this crate that knows its feature `enabled`.

engram_metrics_core::gate!();
