//! One counter, and sixteen counters in turn.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use engram_metrics_core::Counter;
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

use super::{BASELINE, ENGRAM};
use crate::harness::{Contender, contender, fence};

thread_local! {
    static PLAIN: Cell<u64> = const { Cell::new(0) };
}

/// A word on a pair of cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Padded(AtomicU64);

static COUNTER: Counter = Counter::new();
static SHARED: Padded = Padded(AtomicU64::new(0));
static SHARDS: [Padded; 64] = [const { Padded(AtomicU64::new(0)) }; 64];
static SIXTEEN: [Counter; 16] = [const { Counter::new() }; 16];
static SHARED_SIXTEEN: [Padded; 16] = [const { Padded(AtomicU64::new(0)) }; 16];

/// The shard of this thread, as crates with locked shards choose it.
fn own_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS.len();
    }
    OWN.with(|own| *own)
}

/// A meter whose instruments record, for nobody.
pub(crate) fn meter() -> opentelemetry::metrics::Meter {
    let provider = SdkMeterProvider::builder().with_reader(ManualReader::builder().build()).build();
    let meter = provider.meter("peers");
    // The provider stops its instruments when it is dropped.
    std::mem::forget(provider);
    meter
}

/// A counter of the `metrics` facade, recorded by its Prometheus exporter.
fn facade_counter(name: &'static str) -> metrics::Counter {
    let recorder = PrometheusBuilder::new().build_recorder();
    let counter = metrics::with_local_recorder(&recorder, || metrics::counter!(name));
    std::mem::forget(recorder);
    counter
}

/// The add alone, to a place that is found once per chunk: what no counter that has to find its cell can
/// beat. Found each time, the compiler addresses it relative to the thread's segment register, which some
/// processors forward from store to load six times slower; as a unit that would flatter everybody.
pub(super) fn baseline(operation: &'static str) -> Contender {
    let run = |times| {
        PLAIN.with(|it| {
            let it = std::hint::black_box(it);
            for _ in 0..times {
                it.set(it.get() + 1);
                fence();
            }
        });
    };
    Contender { name: BASELINE, operation, threads: 2, run: Box::new(run) }
}

pub(super) fn one(operation: &'static str) -> Vec<Contender> {
    let made: &'static Counter = Box::leak(Box::default());
    let prometheus = prometheus::IntCounter::new("peer", "peer").expect("a valid name");
    let client = prometheus_client::metrics::counter::Counter::<u64>::default();
    let facade = facade_counter("peer");
    let otel = meter().u64_counter("peer").build();
    let measured = measured::Counter::new();
    let fast = fast_telemetry::Counter::new(16);
    static METRIKEN: metriken::Counter = metriken::Counter::new();
    vec![
        contender!("thread-local add, found each time", operation, |_at| PLAIN
            .with(|it| it.set(it.get() + 1))),
        contender!(ENGRAM, operation, |_at| COUNTER.increment()),
        contender!("engram, made at run time", operation, |_at| made.increment()),
        contender!("shared fetch_add", operation, |_at| SHARED.0.fetch_add(1, Ordering::Relaxed)),
        contender!("padded shards, locked add", operation, |_at| SHARDS[own_shard()]
            .0
            .fetch_add(1, Ordering::Relaxed)),
        contender!("prometheus", operation, |_at| prometheus.inc()),
        contender!("prometheus-client", operation, |_at| client.inc()),
        contender!("metrics", operation, |_at| facade.increment(1)),
        contender!("opentelemetry", operation, |_at| otel.add(1, &[])),
        contender!("measured", operation, |_at| measured.inc()),
        contender!("metriken", operation, |_at| METRIKEN.increment()),
        contender!("fast-telemetry", operation, |_at| fast.inc()),
    ]
}

pub(super) fn sixteen(operation: &'static str) -> Vec<Contender> {
    let prometheus: Vec<_> = (0..16)
        .map(|_| prometheus::IntCounter::new("peer", "peer").expect("a valid name"))
        .collect();
    let client: Vec<_> =
        (0..16).map(|_| prometheus_client::metrics::counter::Counter::<u64>::default()).collect();
    let facade: Vec<_> = (0..16).map(|_| facade_counter("peer")).collect();
    let meter = meter();
    let otel: Vec<_> = (0..16).map(|at| meter.u64_counter(format!("peer{at}")).build()).collect();
    let fast: Vec<_> = (0..16).map(|_| fast_telemetry::Counter::new(16)).collect();
    let measured: Vec<_> = (0..16).map(|_| measured::Counter::new()).collect();
    let metriken: Vec<_> = (0..16).map(|_| metriken::Counter::new()).collect();
    vec![
        contender!(ENGRAM, operation, |at| SIXTEEN[(at & 15) as usize].increment()),
        contender!("shared fetch_add", operation, |at| SHARED_SIXTEEN[(at & 15) as usize]
            .0
            .fetch_add(1, Ordering::Relaxed)),
        contender!("prometheus", operation, |at| prometheus[(at & 15) as usize].inc()),
        contender!("prometheus-client", operation, |at| client[(at & 15) as usize].inc()),
        contender!("metrics", operation, |at| facade[(at & 15) as usize].increment(1)),
        contender!("opentelemetry", operation, |at| otel[(at & 15) as usize].add(1, &[])),
        contender!("measured", operation, |at| measured[(at & 15) as usize].inc()),
        contender!("metriken", operation, |at| metriken[(at & 15) as usize].increment()),
        contender!("fast-telemetry", operation, |at| fast[(at & 15) as usize].inc()),
    ]
}
