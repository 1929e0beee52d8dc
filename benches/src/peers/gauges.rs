//! A gauge that is set.

use std::sync::atomic::{AtomicU64, Ordering};

use engram_metrics_core::Gauge;

use super::ENGRAM;
use super::counters::meter;
use crate::harness::{Contender, contender};

static GAUGE: Gauge = Gauge::new();
static SHARED: AtomicU64 = AtomicU64::new(0);

pub(super) fn all() -> Vec<Contender> {
    const OPERATION: &str = "gauge_set";
    let prometheus = prometheus::Gauge::new("peer", "peer").expect("a valid name");
    let client = prometheus_client::metrics::gauge::Gauge::<f64, AtomicU64>::default();
    let otel = meter().f64_gauge("peer").build();
    vec![
        contender!(ENGRAM, OPERATION, |at| GAUGE.set(f64::from(at))),
        contender!("atomic store", OPERATION, |at| SHARED
            .store(f64::from(at).to_bits(), Ordering::Relaxed)),
        contender!("prometheus", OPERATION, |at| prometheus.set(f64::from(at))),
        contender!("prometheus-client", OPERATION, |at| client.set(f64::from(at))),
        contender!("opentelemetry", OPERATION, |at| otel.record(f64::from(at), &[])),
    ]
}
