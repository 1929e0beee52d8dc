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

/// Seconds for a number of ticks, which those who only take floats have to compute.
#[inline(always)]
fn seconds(ticks: u64) -> f64 {
    ticks as f64 * 2_f64.powi(-30)
}

/// Everybody has 64 buckets, except `opentelemetry`, whose 15 are its default, and `metriken`, which keeps
/// no sum.
pub(super) fn integers(operation: &'static str) -> Vec<Contender> {
    let ticks = ticks();
    let value = move |at: u32| ticks[at as usize & (VALUES - 1)];
    let metriken: &'static metriken::AtomicCounterHistogram =
        Box::leak(Box::new(metriken::AtomicCounterHistogram::new(5, 64)));
    let sharded: &'static metriken::ShardedCounterHistogram =
        Box::leak(Box::new(metriken::ShardedCounterHistogram::new(5, 64)));
    let bounds: Vec<u64> = (0..64).map(|at| (1000.0 * 1.4_f64.powi(at)) as u64).collect();
    let fast = fast_telemetry::Histogram::new(&bounds, 16);
    let otel = meter().u64_histogram("peer").build();
    let mut all = vec![
        contender!(ENGRAM, operation, |at| HISTOGRAM.record(value(at))),
        contender!("fast-telemetry", operation, |at| fast.record(value(at))),
        contender!("metriken, sharded", operation, |at| {
            let _ = sharded.increment(value(at));
        }),
        contender!("metriken", operation, |at| {
            let _ = metriken.increment(value(at));
        }),
        contender!("opentelemetry", operation, |at| otel.record(value(at), &[])),
    ];
    all.extend(of_floats(operation, move |at| seconds(value(at))));
    all
}

/// The same values in seconds.
pub(super) fn floats(operation: &'static str) -> Vec<Contender> {
    let ticks = ticks();
    let values: &'static [f64; VALUES] = Box::leak(Box::new(ticks.map(seconds)));
    let value = move |at: u32| values[at as usize & (VALUES - 1)];
    let otel = meter().f64_histogram("peer").build();
    let mut all = vec![
        contender!(ENGRAM, operation, |at| HISTOGRAM.record_f64(value(at))),
        contender!("engram, 9 bounds", operation, |at| EXPLICIT.record_f64(value(at))),
        contender!("opentelemetry", operation, |at| otel.record(value(at), &[])),
    ];
    all.extend(of_floats(operation, value));
    all
}

/// The rivals that take nothing but floats.
fn of_floats(
    operation: &'static str,
    value: impl Fn(u32) -> f64 + Copy + Sync + 'static,
) -> Vec<Contender> {
    let options = prometheus::HistogramOpts::new("peer", "peer");
    let buckets = prometheus::exponential_buckets(1e-6, 1.4, 64).expect("valid bounds");
    let prometheus = prometheus::Histogram::with_opts(options.buckets(buckets)).expect("valid");
    let client =
        prometheus_client::metrics::histogram::Histogram::new(exponential_buckets(1e-6, 1.4, 64));
    let recorder = PrometheusBuilder::new().build_recorder();
    let facade = metrics::with_local_recorder(&recorder, || metrics::histogram!("peer"));
    let handle = recorder.handle();
    let thresholds = measured::metric::histogram::Thresholds::exponential_buckets(1e-6, 1.4);
    let measured = measured::Histogram::<64>::with_metadata(thresholds);
    vec![
        contender!("prometheus", operation, |at| prometheus.observe(value(at))),
        contender!("prometheus-client", operation, |at| client.observe(value(at))),
        contender!("metrics", operation, |at| {
            facade.record(value(at));
            // Samples are kept until upkeep turns them into buckets; without it memory grows for ever.
            if at & 0x3fff == 0 {
                handle.run_upkeep();
            }
        }),
        contender!("measured", operation, |at| measured.get_metric().observe(value(at))),
    ]
}
