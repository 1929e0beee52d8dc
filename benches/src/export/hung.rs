//! A record while an export hangs, beside one while there is no export at all.
//!
//! Both are timed in turns and in short batches, into the same cells, so that whatever else the machine does meets both
//! alike; the 99th percentile of the batches is what shows a recorder that waits.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
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

/// How often both are timed, one after the other.
const PARTS: usize = 7;

fn compare() -> Vec<Outcome> {
    static RECORDED: Recorded = Recorded::new();
    static REGISTRY: Registry = Registry::new();
    REGISTRY.register(&RECORDED).expect("nobody else registers here");
    let [mut idle, mut hung] = [Vec::new(), Vec::new()];
    for _ in 0..PARTS {
        idle.push(batches(&RECORDED));
        let (exporter, silent) = hang(&REGISTRY);
        hung.push(batches(&RECORDED));
        assert_eq!(exporter.metrics().export_duration.snapshot().count(), 0, "it hangs to the end");
        // Whoever waits for an answer is told that there will be none.
        drop(silent);
        let _ = exporter.shutdown(Duration::from_millis(100));
    }
    check(&idle, &hung);
    let names = ["engram, nothing exported", ENGRAM];
    names.into_iter().zip([idle, hung]).map(|(name, took)| outcome(name, took.concat())).collect()
}

/// Holds the 99th percentile of records during the export to twice that of the others: the median of the parts, of
/// which whatever else the machine does may spoil some.
fn check(idle: &[Vec<f64>], hung: &[Vec<f64>]) {
    let p99 = |took: &Vec<f64>| percentile(took.clone(), 0.99);
    let ratios = hung.iter().zip(idle).map(|(hung, idle)| p99(hung) / p99(idle));
    let ratio = percentile(ratios.collect(), 0.5);
    eprintln!(
        "record_hung: the 99th percentile of a record is {ratio:.2} of that without an export"
    );
    assert!(ratio <= 2.0, "a record waits for an export that hangs");
}

fn percentile(mut took: Vec<f64>, share: f64) -> f64 {
    took.sort_by(f64::total_cmp);
    took[((took.len() - 1) as f64 * share).round() as usize]
}

/// An exporter whose first request is read and not answered, and the connection that it waits for.
fn hang(registry: &'static Registry) -> (Exporter, TcpStream) {
    const EVER: Duration = Duration::from_secs(3600);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut config = Config::new(&format!("http://{address}/v1/metrics")).expect("a URL");
    (config.interval, config.export_timeout) = (Duration::from_millis(1), EVER);
    config.target.timeout = EVER;
    let exporter = Exporter::start(&config, registry).expect("the settings are possible");
    let (mut stream, _) = listener.accept().expect("the exporter connects");
    stream.read_exact(&mut [0; 64]).expect("the exporter sends its request");
    (exporter, stream)
}

/// What batches of records took, each.
fn batches(recorded: &Recorded) -> Vec<f64> {
    (0..BATCHES / PARTS).map(|_| batch(recorded)).collect()
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
