//! Histograms of latencies between 20 and 130 microseconds, in random order.

use engram_metrics_core::{ExplicitHistogram, Histogram, Unit};
use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus_client::metrics::histogram::exponential_buckets;

use super::ENGRAM;
use super::counters::meter;
use crate::harness::{Contender, contender};

static HISTOGRAM: Histogram = Histogram::seconds();
static EXPLICIT: ExplicitHistogram = ExplicitHistogram::new(
    Unit::Seconds,
    &[0.000_01, 0.000_02, 0.000_04, 0.000_08, 0.000_16, 0.000_32, 0.000_64, 0.001_28, 0.002_56],
);

/// Values; a power of two, so that one is found by a mask.
const VALUES: usize = 4096;

/// Latencies in ticks of 2^-30 s.
fn ticks() -> &'static [u64; VALUES] {
    let mut random = fastrand::Rng::with_seed(7);
    Box::leak(Box::new(std::array::from_fn(|_| random.u64(20_000..140_000))))
}

pub(super) fn integers(operation: &'static str) -> Vec<Contender> {
    let ticks = ticks();
    let value = move |at: u32| ticks[at as usize & (VALUES - 1)];
    let metriken: &'static metriken::AtomicCounterHistogram =
        Box::leak(Box::new(metriken::AtomicCounterHistogram::new(5, 64)));
    let sharded: &'static metriken::ShardedCounterHistogram =
        Box::leak(Box::new(metriken::ShardedCounterHistogram::new(5, 64)));
    let bounds: Vec<u64> = (0..64).map(|at| (1000.0 * 1.4_f64.powi(at)) as u64).collect();
    let fast = fast_telemetry::Histogram::new(&bounds, 16);
    vec![
        contender!(ENGRAM, operation, |at| HISTOGRAM.record(value(at))),
        contender!("fast-telemetry, 64 buckets", operation, |at| fast.record(value(at))),
        contender!("metriken, sharded (no sum)", operation, |at| {
            let _ = sharded.increment(value(at));
        }),
        contender!("metriken (no sum)", operation, |at| {
            let _ = metriken.increment(value(at));
        }),
    ]
}

pub(super) fn floats(operation: &'static str) -> Vec<Contender> {
    let ticks = ticks();
    let seconds: &'static [f64; VALUES] =
        Box::leak(Box::new(ticks.map(|ticks| ticks as f64 * 2_f64.powi(-30))));
    let value = move |at: u32| seconds[at as usize & (VALUES - 1)];
    let options = prometheus::HistogramOpts::new("peer", "peer");
    let buckets = prometheus::exponential_buckets(1e-6, 1.4, 64).expect("valid bounds");
    let prometheus = prometheus::Histogram::with_opts(options.buckets(buckets)).expect("valid");
    let client =
        prometheus_client::metrics::histogram::Histogram::new(exponential_buckets(1e-6, 1.4, 64));
    let recorder = PrometheusBuilder::new().build_recorder();
    let facade = metrics::with_local_recorder(&recorder, || metrics::histogram!("peer"));
    let handle = recorder.handle();
    let otel = meter().f64_histogram("peer").build();
    let thresholds = measured::metric::histogram::Thresholds::exponential_buckets(1e-6, 1.4);
    let measured = measured::Histogram::<64>::with_metadata(thresholds);
    vec![
        contender!(ENGRAM, operation, |at| HISTOGRAM.record_f64(value(at))),
        contender!("engram, 9 bounds", operation, |at| EXPLICIT.record_f64(value(at))),
        contender!("prometheus, 64 buckets", operation, |at| prometheus.observe(value(at))),
        contender!("prometheus-client, 64 buckets", operation, |at| client.observe(value(at))),
        contender!("metrics, with its upkeep", operation, |at| {
            facade.record(value(at));
            // Samples are kept until upkeep turns them into buckets; without it memory grows for ever.
            if at & 0x3fff == 0 {
                handle.run_upkeep();
            }
        }),
        contender!("measured, 64 buckets", operation, |at| measured
            .get_metric()
            .observe(value(at))),
        contender!("opentelemetry, 15 buckets", operation, |at| otel.record(value(at), &[])),
    ]
}
