//! A record while an export hangs, beside one while there is no export at all.
//!
//! Both are timed in batches that take turns, so that whatever else the machine does meets both alike; the 99th
//! percentile of the batches is what shows a recorder that waits.

use std::io::Read as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use engram_export_otlp::{Config, Exporter};
use engram_metrics_core::{Counter, DynamicFamily, Histogram, Registry, Unit, metric_set};

use crate::harness::{Outcome, fence};
use crate::peers::ENGRAM;

pub(super) const OPERATION: &str = "record_hung";

/// Batches of each.
const BATCHES: usize = 50_000;

/// Records of each instrument in a batch: a few hundred nanoseconds, far above what reading the clock takes.
const BATCH: u32 = 64;

metric_set! {
    struct Recorded {
        /// One.
        counter: Counter = "counter", Unit::Count("{thing}");
        /// With a label that is looked up.
        family: DynamicFamily<1, Counter> = "family", Unit::Count("{thing}"),
            DynamicFamily::<1, Counter>::new(["kind"]);
        /// Values.
        histogram: Histogram = "histogram", Unit::Seconds;
    }
}

pub(super) fn measure(is_chosen: &dyn Fn(&str) -> bool) -> Vec<Outcome> {
    if is_chosen(OPERATION) { compare() } else { Vec::new() }
}

fn compare() -> Vec<Outcome> {
    static IDLE: Recorded = Recorded::new();
    static EXPORTED: Recorded = Recorded::new();
    static REGISTRY: Registry = Registry::new();
    REGISTRY.register(&EXPORTED).expect("nobody else registers here");
    let exporter = hang(&REGISTRY);
    let mut took = [Vec::with_capacity(BATCHES), Vec::with_capacity(BATCHES)];
    for _ in 0..BATCHES {
        for (recorded, took) in [&IDLE, &EXPORTED].into_iter().zip(&mut took) {
            took.push(batch(recorded));
        }
    }
    assert_eq!(exporter.metrics().export_duration.snapshot().count(), 0, "it hangs to the end");
    check(&took);
    // Its end would wait for the answer that never comes.
    std::mem::forget(exporter);
    let names = ["engram, nothing exported", ENGRAM];
    names.into_iter().zip(took).map(|(name, took)| outcome(name, took)).collect()
}

/// Holds the 99th percentile of records during the export to twice that of the others: the median of so many parts
/// of the run, of which whatever else the machine does may spoil some.
fn check([idle, exported]: &[Vec<f64>; 2]) {
    const PARTS: usize = 5;
    let p99s = |took: &[f64]| -> Vec<f64> {
        took.chunks(BATCHES / PARTS).map(|part| percentile(part.to_vec(), 0.99)).collect()
    };
    let ratios = p99s(exported).into_iter().zip(p99s(idle)).map(|(one, other)| one / other);
    let ratio = percentile(ratios.collect(), 0.5);
    assert!(
        ratio <= 2.0,
        "a record waits for an export that hangs: its p99 is {ratio} times as long"
    );
}

fn percentile(mut took: Vec<f64>, share: f64) -> f64 {
    took.sort_by(f64::total_cmp);
    took[((took.len() - 1) as f64 * share).round() as usize]
}

/// An exporter whose first request is read and never answered.
fn hang(registry: &'static Registry) -> Exporter {
    const EVER: Duration = Duration::from_secs(3600);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut config = Config::new(&format!("http://{address}/v1/metrics")).expect("a URL");
    (config.interval, config.export_timeout) = (Duration::from_millis(1), EVER);
    config.target.timeout = EVER;
    let exporter = Exporter::start(&config, registry).expect("the settings are possible");
    let (mut stream, _) = listener.accept().expect("the exporter connects");
    stream.read_exact(&mut [0; 64]).expect("the exporter sends its request");
    // Both stay open, and silent, until the program ends.
    std::mem::forget((stream, listener));
    exporter
}

/// Nanoseconds for a record of each instrument.
fn batch(recorded: &Recorded) -> f64 {
    let started = Instant::now();
    for number in 0..BATCH {
        recorded.counter.increment();
        recorded.family.at(["some"]).increment();
        recorded.histogram.record(u64::from(number) << 20);
        fence();
    }
    started.elapsed().as_nanos() as f64 / f64::from(BATCH)
}

fn outcome(name: &'static str, took: Vec<f64>) -> Outcome {
    let p99 = percentile(took.clone(), 0.99);
    Outcome {
        name,
        operation: OPERATION,
        threads: 1,
        median_ns: percentile(took, 0.5),
        p99_ns: Some(p99),
        allocations: None,
        peak_bytes: 0,
    }
}
