//! A gauge that is set.

use std::sync::atomic::{AtomicU64, Ordering};

use engram_metrics_core::Gauge;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::ENGRAM;
use super::counters::meter;
use crate::harness::{Contender, contender};

static GAUGE: Gauge = Gauge::new();
static SHARED: AtomicU64 = AtomicU64::new(0);

pub(super) fn set(operation: &'static str) -> Vec<Contender> {
    let prometheus = prometheus::Gauge::new("peer", "peer").expect("a valid name");
    let client = prometheus_client::metrics::gauge::Gauge::<f64, AtomicU64>::default();
    let recorder = PrometheusBuilder::new().build_recorder();
    let facade = metrics::with_local_recorder(&recorder, || metrics::gauge!("peer"));
    let otel = meter().f64_gauge("peer").build();
    let measured = measured::FloatGauge::new();
    static METRIKEN: metriken::Gauge = metriken::Gauge::new();
    let fast = fast_telemetry::GaugeF64::new();
    vec![
        contender!(ENGRAM, operation, |at| GAUGE.set(f64::from(at))),
        contender!("atomic store", operation, |at| SHARED
            .store(f64::from(at).to_bits(), Ordering::Relaxed)),
        contender!("prometheus", operation, |at| prometheus.set(f64::from(at))),
        contender!("prometheus-client", operation, |at| client.set(f64::from(at))),
        contender!("metrics", operation, |at| facade.set(f64::from(at))),
        contender!("opentelemetry", operation, |at| otel.record(f64::from(at), &[])),
        contender!("measured", operation, |at| measured.get_metric().set(f64::from(at))),
        contender!("metriken (integer)", operation, |at| METRIKEN.set(i64::from(at))),
        contender!("fast-telemetry", operation, |at| fast.set(f64::from(at))),
    ]
}
