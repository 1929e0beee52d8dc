//! Families that hand over many series at once, beside the same series one by one.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use engram_export_otlp::{Delivery, Encoding, Metrics, REQUEST_BYTES, Temporality};
use engram_metrics_core::{
    Collect, Counter, Descriptor, DynamicFamily, Gauge, Instrument, Kind, Labels, Registry, Unit,
    UpDownCounter, Value, Visit,
};
use proptest::prelude::*;

use super::oracle::{joined, metrics_of, requests};

const IDLE: Duration = Duration::from_secs(3600);

/// One family of each kind whose values are numbers.
struct Families {
    counters: DynamicFamily<1, Counter>,
    levels: DynamicFamily<1, UpDownCounter>,
    gauges: DynamicFamily<1, Gauge>,
    now: std::sync::Mutex<Instant>,
}

/// The same families, shown at once or one by one.
struct Shown(Arc<Families>, bool);

/// Shows series one by one to another visitor.
struct Single<'a>(&'a mut dyn Visit);

impl Visit for Single<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.0.metric(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        self.0.series(labels, value);
    }
}

static DESCRIPTORS: [Descriptor; 3] = [
    Descriptor::fixed("counters", "", Unit::Count("{x}"), Kind::Counter),
    Descriptor::fixed("levels", "", Unit::Count("{x}"), Kind::UpDownCounter),
    Descriptor::fixed("gauges", "", Unit::Count("{x}"), Kind::Gauge),
];

impl Collect for Shown {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        DESCRIPTORS.get(index)
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        let mut single = Single(&mut *visit);
        let visit: &mut dyn Visit = if self.1 { visit } else { &mut single };
        match index {
            0 => self.0.counters.collect(visit),
            1 => self.0.levels.collect(visit),
            _ => self.0.gauges.collect(visit),
        }
    }
}

/// What happens between two exports.
#[derive(Clone, Debug)]
enum Step {
    /// Records into that many series from one on, which may be new.
    Record { from: u32, len: u32 },
    /// What was not recorded into since the last such step is evicted.
    Evict,
    Export(Delivery),
}

fn step() -> impl Strategy<Value = Step> {
    let deliveries = [Delivery::Accepted, Delivery::Refused, Delivery::Unknown];
    prop_oneof![
        4 => (0_u32..150, 1_u32..90).prop_map(|(from, len)| Step::Record { from, len }),
        1 => Just(Step::Evict),
        4 => prop::sample::select(deliveries.to_vec()).prop_map(Step::Export),
    ]
}

impl Families {
    fn new() -> Self {
        Self {
            counters: DynamicFamily::<1, Counter>::new(["n"]).with_eviction(IDLE),
            levels: DynamicFamily::<1, UpDownCounter>::new(["n"]).with_eviction(IDLE),
            gauges: DynamicFamily::<1, Gauge>::new(["n"]).with_eviction(IDLE),
            now: std::sync::Mutex::new(Instant::now()),
        }
    }

    fn record(&self, series: std::ops::Range<u32>) {
        for at in series {
            let text = at.to_string();
            self.counters.at([&text]).add(u64::from(at % 3));
            self.levels.at([&text]).add(-i64::from(at));
            self.gauges.at([&text]).add(f64::from(at) + 0.5);
        }
    }

    fn evict(&self) {
        let mut now = self.now.lock().expect("nobody panics with it");
        *now += IDLE;
        self.counters.evict_idle(*now);
        self.levels.evict_idle(*now);
        self.gauges.evict_idle(*now);
    }
}

/// Exports the same families twice at once, by two encoders that have to say the same.
fn compare(steps: &[Step], temporality: Temporality, request_bytes: usize) {
    let families = Arc::new(Families::new());
    let encoding = Encoding { temporality, request_bytes, series: 400, ..Encoding::default() };
    let mut now = SystemTime::UNIX_EPOCH;
    let mut both = [true, false].map(|at_once| {
        let registry = Registry::new();
        // Twice, as two instances of which only one has its labels: they are in one metric.
        for labels in [&[][..], &[("instance", "second")]] {
            let source = Arc::new(Shown(Arc::clone(&families), at_once));
            registry.register_shared(labels, source).expect("registers");
        }
        (registry, Metrics::new(&encoding, now))
    });
    for step in steps {
        match step {
            Step::Record { from, len } => families.record(*from..from + len),
            Step::Evict => families.evict(),
            Step::Export(delivery) => {
                now += Duration::from_secs(10);
                let [at_once, single] = both.each_mut().map(|(registry, metrics)| {
                    let requests = requests(metrics, registry, now);
                    assert!(requests.iter().all(|it| it.len() <= request_bytes));
                    (0..requests.len()).for_each(|at| metrics.settle(at, *delivery));
                    requests
                });
                if request_bytes == REQUEST_BYTES {
                    assert!(at_once == single, "the same to the byte");
                }
                assert_eq!(joined(metrics_of(&at_once)), joined(metrics_of(&single)));
                let [at_once, single] = both.each_ref().map(|(_, it)| (it.series(), it.left_out()));
                assert_eq!(at_once, single);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn many_series_at_once_are_exported_as_one_by_one(
        steps in prop::collection::vec(step(), 1..25),
        is_delta: bool,
        request_bytes in prop_oneof![Just(REQUEST_BYTES), 700_usize..9000],
    ) {
        let temporality = if is_delta { Temporality::Delta } else { Temporality::Cumulative };
        compare(&steps, temporality, request_bytes);
    }
}
