//! Between this model and that of the SDK of OpenTelemetry, both ways, for applications that have metrics there.
//!
//! ```text
//!   Registry ── observe ──► meter of an SdkMeterProvider ── its readers
//!   SdkMeterProvider ── SdkReader, SdkMetrics ──► Registry ── our pages and our exporter
//! ```
//! Counters, up-down counters and gauges arrive with equal values both ways; histograms with their bounds this way, and
//! as a count and a sum that way. What came from a provider is not shown to a provider, so that nothing goes round in a
//! circle where both are used at once.

mod asking;
mod observe;
mod reading;
mod sdk;
mod unit;

pub use observe::observe;
pub use sdk::{SdkMetrics, SdkReader};
