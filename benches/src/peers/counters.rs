//! One counter, sixteen counters in turn, and counters behind two labels.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use engram_metrics_core::{Counter, Family, label_enum};
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

use super::{BASELINE, ENGRAM};
use crate::harness::{Contender, contender};

label_enum! { pub(crate) enum Method as "method" { Get = "GET", Put = "PUT", Delete = "DELETE" } }
label_enum! { pub(crate) enum Status as "status" { Ok = "ok", Failed = "failed" } }

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
static LABELLED: Family<(Method, Status), Counter> = Family::<(Method, Status), Counter>::new();

/// The shard of this thread, as crates with locked shards choose it.
fn own_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS.len();
    }
    OWN.with(|own| *own)
}

/// A meter whose instruments record, for nobody.
pub(super) fn meter() -> opentelemetry::metrics::Meter {
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

pub(super) fn one() -> Vec<Contender> {
    const OPERATION: &str = "counter";
    let made: &'static Counter = Box::leak(Box::default());
    let prometheus = prometheus::IntCounter::new("peer", "peer").expect("a valid name");
    let client = prometheus_client::metrics::counter::Counter::<u64>::default();
    let facade = facade_counter("peer");
    let otel = meter().u64_counter("peer").build();
    let measured = measured::Counter::new();
    let fast = fast_telemetry::Counter::new(16);
    static METRIKEN: metriken::Counter = metriken::Counter::new();
    vec![
        contender!(BASELINE, OPERATION, |_at| PLAIN.with(|it| it.set(it.get() + 1))),
        contender!(ENGRAM, OPERATION, |_at| COUNTER.increment()),
        contender!("engram, made at run time", OPERATION, |_at| made.increment()),
        contender!("shared fetch_add", OPERATION, |_at| SHARED.0.fetch_add(1, Ordering::Relaxed)),
        contender!("padded shards, locked add", OPERATION, |_at| SHARDS[own_shard()]
            .0
            .fetch_add(1, Ordering::Relaxed)),
        contender!("prometheus", OPERATION, |_at| prometheus.inc()),
        contender!("prometheus-client", OPERATION, |_at| client.inc()),
        contender!("metrics", OPERATION, |_at| facade.increment(1)),
        contender!("opentelemetry", OPERATION, |_at| otel.add(1, &[])),
        contender!("measured", OPERATION, |_at| measured.inc()),
        contender!("metriken", OPERATION, |_at| METRIKEN.increment()),
        contender!("fast-telemetry", OPERATION, |_at| fast.inc()),
    ]
}

pub(super) fn sixteen() -> Vec<Contender> {
    const OPERATION: &str = "counter_16";
    let prometheus: Vec<_> = (0..16)
        .map(|_| prometheus::IntCounter::new("peer", "peer").expect("a valid name"))
        .collect();
    let client: Vec<_> =
        (0..16).map(|_| prometheus_client::metrics::counter::Counter::<u64>::default()).collect();
    let facade: Vec<_> = (0..16).map(|_| facade_counter("peer")).collect();
    let meter = meter();
    let otel: Vec<_> = (0..16).map(|at| meter.u64_counter(format!("peer{at}")).build()).collect();
    let fast: Vec<_> = (0..16).map(|_| fast_telemetry::Counter::new(16)).collect();
    vec![
        contender!(ENGRAM, OPERATION, |at| SIXTEEN[(at & 15) as usize].increment()),
        contender!("shared fetch_add", OPERATION, |at| SHARED_SIXTEEN[(at & 15) as usize]
            .0
            .fetch_add(1, Ordering::Relaxed)),
        contender!("prometheus", OPERATION, |at| prometheus[(at & 15) as usize].inc()),
        contender!("prometheus-client", OPERATION, |at| client[(at & 15) as usize].inc()),
        contender!("metrics", OPERATION, |at| facade[(at & 15) as usize].increment(1)),
        contender!("opentelemetry", OPERATION, |at| otel[(at & 15) as usize].add(1, &[])),
        contender!("fast-telemetry", OPERATION, |at| fast[(at & 15) as usize].inc()),
    ]
}

pub(super) fn labelled() -> Vec<Contender> {
    const OPERATION: &str = "label_enum";
    let options = prometheus::Opts::new("peer", "peer");
    let prometheus =
        prometheus::IntCounterVec::new(options, &["method", "status"]).expect("valid names");
    let client = prometheus_client::metrics::family::Family::<
        Vec<(&'static str, &'static str)>,
        prometheus_client::metrics::counter::Counter,
    >::default();
    let otel = meter().u64_counter("peer").build();
    let attributes = [KeyValue::new("method", "PUT"), KeyValue::new("status", "failed")];
    vec![
        contender!(ENGRAM, OPERATION, |_at| LABELLED.at((Method::Put, Status::Failed)).increment()),
        contender!("prometheus", OPERATION, |_at| prometheus
            .with_label_values(&["PUT", "failed"])
            .inc()),
        contender!("prometheus-client", OPERATION, |_at| client
            .get_or_create(&vec![("method", "PUT"), ("status", "failed")])
            .inc()),
        contender!("opentelemetry", OPERATION, |_at| otel.add(1, &attributes)),
    ]
}
