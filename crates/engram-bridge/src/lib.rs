//! What libraries say through the facades `metrics` and `tracing`, recorded at our cost.
//!
//! | feature | what | for |
//! |---|---|---|
//! | `metrics` | [`Recorder`] | every library that calls `metrics::counter!`, `gauge!`, `histogram!` |
//! | `tracing` | [`SpanLayer`] | how long spans take, and how many events there are, by level |
//!
//! Both put their metrics into a [`Registry`](engram_metrics_core::Registry), from where they are scraped or
//! pushed like all others. [`BRIDGE`] counts what did not fit.
//!
//! # Switched off
//! Without the feature `enabled`, or with `--cfg engram_off` whatever the features say, both are zero-sized
//! and do nothing.

#![forbid(unsafe_code)]

mod gate;
#[cfg(feature = "tracing")]
mod layer;
#[cfg(feature = "metrics")]
mod recorder;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod sync;
mod telemetry;

pub use gate::ENABLED;
#[cfg(feature = "tracing")]
pub use layer::{DEFAULT_OPEN_SPANS, SpanLayer};
#[cfg(feature = "metrics")]
pub use recorder::{AlreadyInstalled, Recorder};
pub use telemetry::{BRIDGE, BridgeMetrics, Ignored, Merged};
