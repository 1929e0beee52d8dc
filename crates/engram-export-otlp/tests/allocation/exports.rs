//! Exports, counted.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use allocation_counter::measure;
use engram_export_otlp::{Delivery, Encoding, Metrics, Temporality, Uncertain};
use engram_metrics_core::{
    Collect, Counter, Descriptor, DynamicFamily, ExemplarHistogram, ExplicitHistogram, Gauge,
    Histogram, Kind, Labels, LogLinearHistogram, Registry, SpanId, TraceId, Unit, UpDownCounter,
    Value, Visit, metric_set,
};

metric_set! {
    struct Everything {
        /// Requests.
        requests: DynamicFamily<2, Counter> = "requests", Unit::Count("{request}"),
            DynamicFamily::<2, Counter>::new(["method", "path"]);
        /// Requests that are not answered.
        open: UpDownCounter = "open", Unit::Count("{request}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Exponential.
        h0: Histogram = "h0", Unit::Seconds;
        /// With exemplars.
        h1: ExemplarHistogram = "h1", Unit::Seconds;
        /// With bounds.
        h2: ExplicitHistogram = "h2", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.1, 0.2]);
        /// In equal parts.
        h3: LogLinearHistogram = "h3", Unit::Bytes;
    }
}

static EVERYTHING: Everything = Everything::new();

fn record(times: u64) {
    for path in ["/", "/a", "/a \"quoted\" \\ path\n"] {
        EVERYTHING.requests.at(["GET", path]).add(times);
    }
    EVERYTHING.open.add(1);
    EVERYTHING.fill.set(times as f64 / 3.0);
    EVERYTHING.h0.record(times * 1_000_003);
    EVERYTHING.h1.record_with_exemplar(times, TraceId(7), SpanId(7));
    EVERYTHING.h2.record_f64(times as f64 / 7.0);
    EVERYTHING.h3.record(times);
}

#[test]
fn an_export_after_the_first_allocates_nothing() {
    let registry = Registry::new();
    registry.register(&EVERYTHING).expect("registers");
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        let encoding = Encoding { temporality, ..Encoding::default() };
        let mut metrics = Metrics::new(&encoding, UNIX_EPOCH);
        let mut now = SystemTime::now();
        for times in 1..20 {
            // Room that is left in a buffer is not the same for every number that is written there.
            record(1 << (20 - times));
            now += Duration::from_secs(10);
            let delivery = if times % 3 == 0 { Delivery::Refused } else { Delivery::Accepted };
            let measured = measure(|| {
                let requests = metrics.collect(&registry, now);
                (0..requests).for_each(|request| metrics.settle(request, delivery));
            });
            let allocations = measured.count_total;
            assert!(times < 5 || allocations == 0, "{allocations} in export {times}");
        }
    }
}

/// A receiver's moods, the same in every run.
fn moods(seed: u64) -> impl Iterator<Item = Delivery> {
    let step = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    std::iter::successors(Some(seed), step).map(|state| match state >> 61 {
        0..3 => Delivery::Accepted,
        3..6 => Delivery::Refused,
        _ => Delivery::Unknown,
    })
}

#[test]
fn whatever_becomes_of_exports_memory_stays_the_same() {
    let registry = Registry::new();
    registry.register(&EVERYTHING).expect("registers");
    let policies = [
        (Temporality::Cumulative, Uncertain::AtLeastOnce),
        (Temporality::Delta, Uncertain::AtLeastOnce),
        (Temporality::Delta, Uncertain::AtMostOnce),
    ];
    for (temporality, uncertain) in policies {
        let encoding = Encoding { temporality, uncertain, ..Encoding::default() };
        let mut metrics = Metrics::new(&encoding, UNIX_EPOCH);
        let (mut now, mut held, mut present) = (SystemTime::now(), 0, 0);
        for (export, mood) in moods(7).take(5_000).enumerate() {
            record(1 + export as u64 % 7);
            now += Duration::from_secs(10);
            let measured = measure(|| {
                let requests = metrics.collect(&registry, now);
                (0..requests).for_each(|request| metrics.settle(request, mood));
            });
            present += measured.bytes_current;
            // Every buffer has met a refusal, a doubt and both after one another by then.
            if export == 100 {
                held = present;
            }
            assert!(export <= 100 || present == held, "{} bytes in export {export}", present - held);
        }
    }
}

/// 5,000 counters, 2,500 gauges, 192 histograms that fill 11 buckets: what 10,000 lines of a page are.
struct Wide {
    descriptors: [Descriptor; 3],
    labels: Vec<String>,
    histogram: Histogram,
}

impl Wide {
    fn new() -> Self {
        let kinds = [Kind::Counter, Kind::Gauge, Kind::Histogram].into_iter().enumerate();
        let descriptors = kinds.map(|(at, kind)| {
            Descriptor::new(format!("wide{at}"), "Many.", Unit::Seconds, kind).expect("a name")
        });
        let histogram = Histogram::seconds();
        (0..11).for_each(|at| histogram.record(1 << (20 + at)));
        Self {
            descriptors: descriptors.collect::<Vec<_>>().try_into().expect("three"),
            labels: (0..5000).map(|at| format!("/path/{at}")).collect(),
            histogram,
        }
    }
}

impl Collect for Wide {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.descriptors.get(index)
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        let snapshot = self.histogram.snapshot();
        let (series, value) = [
            (5000, Value::Unsigned(123_456)),
            (2500, Value::Float(0.25)),
            (192, Value::Histogram(&snapshot)),
        ][index];
        for path in &self.labels[..series] {
            visit.series(Labels::new(&[("method", "GET"), ("path", path)]), value);
        }
    }
}

#[test]
fn ten_thousand_series_are_encoded_without_an_allocation() {
    let registry = Registry::new();
    registry.register_shared(&[], std::sync::Arc::new(Wide::new())).expect("registers");
    let mut metrics = Metrics::new(&Encoding::default(), UNIX_EPOCH);
    let mut fastest = Duration::MAX;
    for round in 0..50 {
        let now = UNIX_EPOCH + Duration::from_secs(round);
        let started = Instant::now();
        let measured = measure(|| _ = metrics.collect(&registry, now));
        fastest = fastest.min(started.elapsed());
        assert!(round == 0 || measured.count_total == 0);
    }
    println!("{fastest:?} for {} bytes", metrics.request(0).len());
}
