//! Between this model and that of the crate `prometheus`, both ways, for applications that have metrics there.
//!
//! ```text
//!   Registry ── RegistryCollector ──► prometheus::Registry ── their page
//!   prometheus::Registry ── PrometheusMetrics ──► Registry ── our page, in every format
//! ```
//! Both ways, counters, gauges, histograms with their bounds, and labels arrive with equal values. Their model has
//! no exemplars and no native histograms, and ours no summaries.

mod collector;
mod family;
mod source;

pub use collector::RegistryCollector;
pub use source::PrometheusMetrics;

engram_metrics_core::when_enabled! {
    #[cfg(test)]
    mod tests;
}
