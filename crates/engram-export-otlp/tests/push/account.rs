//! The account of what was delivered, against ten thousand scripts of faults. No sockets, no clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use engram_export_otlp::{Delivery, Encoding, Metrics, Temporality, Uncertain};
use engram_metrics_core::{
    Collect, Descriptor, Histogram, Kind, Labels, Registry, Unit, Value, Visit,
};
use proptest::prelude::*;

use super::scripts::longest;
use super::faults::{Fault, any_fault};
use super::receiver::{Totals, add, totals};

/// Counters, and a histogram that gets the same numbers.
struct Source {
    descriptors: [Descriptor; 2],
    counters: Mutex<Vec<u64>>,
    histogram: Histogram,
}

impl Source {
    fn new(series: usize) -> Self {
        let descriptor = |name: &'static str, kind| {
            Descriptor::new(name, "Help.", Unit::Bytes, kind).expect("a name")
        };
        Self {
            descriptors: [descriptor("counter", Kind::Counter), descriptor("histogram", Kind::Histogram)],
            counters: Mutex::new(vec![0; series]),
            histogram: Histogram::for_unit(Unit::Bytes),
        }
    }

    fn add(&self, series: usize, value: u64) {
        let mut counters = self.counters.lock().expect("nobody panics");
        let at = series % counters.len();
        counters[at] += value;
        self.histogram.record(value);
    }

    fn truth(&self) -> Totals {
        let counters = self.counters.lock().expect("nobody panics");
        let counters = counters.iter().enumerate().filter(|(_, value)| **value > 0);
        let mut truth: Totals =
            counters.map(|(at, value)| (format!("counter {at}"), *value)).collect();
        let snapshot = self.histogram.snapshot();
        if snapshot.count() > 0 {
            truth.insert("histogram count".to_owned(), snapshot.count());
            truth.insert("histogram sum".to_owned(), snapshot.sum() as u64);
        }
        truth
    }
}

impl Collect for Source {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.descriptors.get(index)
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        if index == 1 {
            return visit.series(Labels::NONE, Value::Histogram(&self.histogram.snapshot()));
        }
        for (at, value) in self.counters.lock().expect("nobody panics").iter().enumerate() {
            visit.series(Labels::new(&[("series", &at.to_string())]), Value::Unsigned(*value));
        }
    }
}

/// An export: what was recorded before it, and what happens to its requests in turn.
#[derive(Clone, Debug)]
struct Step {
    records: Vec<(usize, u64)>,
    faults: Vec<Fault>,
}

fn any_step() -> impl Strategy<Value = Step> {
    let records = prop::collection::vec((0_usize..8, 0_u64..1000), 0..6);
    let faults = prop::collection::vec(any_fault(), 1..4);
    (records, faults).prop_map(|(records, faults)| Step { records, faults })
}

/// What arrived, and what was in the requests of unknown fate.
struct Result {
    received: Totals,
    in_doubt: Totals,
    doubts: u64,
    uncertain: u64,
    series: usize,
}

fn run(source: &Arc<Source>, encoding: &Encoding, steps: &[Step]) -> Result {
    let registry = Registry::new();
    registry.register_shared(&[], source.clone()).expect("registers");
    let mut metrics = Metrics::new(encoding, UNIX_EPOCH);
    let (mut received, mut in_doubt, mut doubts) = (HashMap::new(), HashMap::new(), 0);
    let last = Step { records: Vec::new(), faults: vec![Fault::Ok] };
    for (second, step) in (1..).zip(steps.iter().chain([&last])) {
        step.records.iter().for_each(|(series, value)| source.add(*series, *value));
        let requests = metrics.collect(&registry, UNIX_EPOCH + Duration::from_secs(second));
        for (request, fault) in (0..requests).zip(step.faults.iter().cycle()) {
            let content = totals(metrics.request(request));
            if fault.takes() {
                add(&mut received, &content, encoding.temporality != Temporality::Cumulative);
            }
            if fault.is_in_doubt() {
                doubts += 1;
                add(&mut in_doubt, &content, true);
            }
            metrics.settle(
                request,
                match fault {
                    fault if fault.is_in_doubt() => Delivery::Unknown,
                    fault if fault.takes() => Delivery::Accepted,
                    _ => Delivery::Refused,
                },
            );
        }
    }
    let (uncertain, series) = (metrics.uncertain(), metrics.series());
    Result { received, in_doubt, doubts, uncertain, series }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_definite_refusal_loses_nothing_and_doubts_bound_the_rest(
        steps in prop::collection::vec(any_step(), 1..=longest(5)),
        temporality in prop_oneof![Just(Temporality::Cumulative), Just(Temporality::Delta)],
        at_most_once: bool,
        request_bytes in 300_usize..900,
    ) {
        let uncertain = if at_most_once { Uncertain::AtMostOnce } else { Uncertain::AtLeastOnce };
        let encoding = Encoding { temporality, uncertain, request_bytes, ..Encoding::default() };
        let source = Arc::new(Source::new(6));
        let result = run(&source, &encoding, &steps);
        prop_assert_eq!(result.uncertain, result.doubts);
        prop_assert!(result.series <= 7);
        for (series, truth) in source.truth() {
            let received = result.received.get(&series).copied().unwrap_or(0);
            let doubt = result.in_doubt.get(&series).copied().unwrap_or(0);
            let (least, most) = match (temporality, uncertain) {
                (Temporality::Cumulative, _) => (truth, truth),
                (_, Uncertain::AtLeastOnce) => (truth, truth + doubt),
                (_, Uncertain::AtMostOnce) => (truth.saturating_sub(doubt), truth),
            };
            prop_assert!((least..=most).contains(&received), "{}: {} of {}, doubt {}", series, received, truth, doubt);
        }
    }
}
