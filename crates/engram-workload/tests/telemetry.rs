//! What the telemetry shows is what the engine returned, to the unit.
//!
//! The metrics are those of the process, so this file has one test that runs the engine and no
//! other.

use std::collections::BTreeMap;

use engram_cognitive::metrics::SETS;
use engram_metrics_core::{Collect, Descriptor, Kind, Labels, Unit, Value, Visit};
use engram_workload::telemetry::METRICS;
use engram_workload::{Engine, EngineConfig, Expectation, RunConfig, StopFlag, run};

/// Series by name and labels, as the Prometheus text format would name them.
#[derive(Default)]
struct Page {
    metric: String,
    series: BTreeMap<String, f64>,
}

impl Page {
    fn of(source: &dyn Collect) -> Self {
        let mut page = Self::default();
        page.add(source);
        page
    }

    fn add(&mut self, source: &dyn Collect) {
        for index in 0.. {
            let Some(descriptor) = source.descriptor(index) else { break };
            self.metric(descriptor);
            source.collect(index, self);
        }
    }

    fn put(&mut self, suffix: &str, labels: &str, value: f64) {
        let series = format!("{}{suffix}{{{labels}}}", self.metric);
        let before = self.series.insert(series, value);
        assert_eq!(before, None, "{}{suffix} {labels} comes twice", self.metric);
    }
}

impl Visit for Page {
    fn metric(&mut self, descriptor: &Descriptor) {
        let unit = match descriptor.unit() {
            Unit::Count(_) => String::new(),
            unit => format!("_{}", unit.suffix()),
        };
        let total = if descriptor.kind() == Kind::Counter { "_total" } else { "" };
        self.metric = format!("{}{unit}{total}", descriptor.name().replace('.', "_"));
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let labels: Vec<String> = labels.iter().map(|(key, value)| pair(key, value)).collect();
        let labels = labels.join(",");
        match value {
            Value::Unsigned(value) => self.put("", &labels, value as f64),
            Value::Signed(value) => self.put("", &labels, value as f64),
            Value::Float(value) => self.put("", &labels, value),
            Value::Histogram(snapshot) => {
                let with = |bound: &str| {
                    [labels.as_str(), &pair("le", bound)]
                        .join(",")
                        .trim_start_matches(',')
                        .to_owned()
                };
                snapshot.cumulative(|bound, count| {
                    self.put("_bucket", &with(&bound.to_string()), count as f64);
                });
                self.put("_bucket", &with("+Inf"), snapshot.count() as f64);
                self.put("_sum", &labels, snapshot.sum());
                self.put("_count", &labels, snapshot.count() as f64);
            }
            other => panic!("a value of an unknown kind: {other:?}"),
        }
    }
}

fn pair(key: &str, value: &str) -> String {
    format!("{key}=\"{value}\"")
}

fn series(expectation: &Expectation) -> (String, f64) {
    let labels = expectation.labels.iter().map(|(key, value)| pair(key, value));
    let labels: Vec<String> = labels.collect();
    (format!("{}{{{}}}", expectation.metric, labels.join(",")), expectation.value)
}

#[test]
fn every_series_shows_what_the_tally_counted() {
    let engine = Engine::build(&EngineConfig::default(), &mut |_| {}).unwrap();
    let config = RunConfig { threads: 3, seed: 11, operations_per_thread: Some(2_000) };
    let tally = run(&engine, config, &StopFlag::new());
    assert_eq!(tally.operations(), 6_000);

    let mut page = Page::of(&METRICS);
    SETS.into_iter().for_each(|set| page.add(set));
    let of_memory = |name: &str| !name.starts_with("engram_workload_");
    let shown: BTreeMap<String, f64> =
        page.series.into_iter().filter(|(name, value)| *value != 0.0 || !of_memory(name)).collect();
    let expected: BTreeMap<String, f64> =
        tally.expectations(&engine.report()).iter().map(series).collect();
    let expected: BTreeMap<String, f64> =
        expected.into_iter().filter(|(name, value)| *value != 0.0 || !of_memory(name)).collect();
    engram_metrics_core::when_enabled! { assert_eq!(shown, expected); }
    engram_metrics_core::when_disabled! { assert!(shown.is_empty() && !expected.is_empty()); }
}

engram_metrics_core::when_disabled! {
    #[test]
    fn switched_off_the_telemetry_takes_no_space() {
        assert_eq!(size_of_val(&METRICS), 0);
    }
}
