//! What the SDK's own exporter is handed.

use std::collections::BTreeMap;

use engram_export_otlp::observe;
use engram_metrics_core::{
    Collect, Counter, Descriptor, DynamicFamily, Gauge, Histogram, Kind, Registry, Unit,
    UpDownCounter, Visit, metric_set, seconds_to_ticks,
};
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

metric_set! {
    struct Observed {
        /// Requests.
        requests: DynamicFamily<1, Counter> = "requests", Unit::Count("{request}"),
            DynamicFamily::<1, Counter>::new(["path"]);
        /// Requests that are not answered.
        open: UpDownCounter = "open", Unit::Count("{request}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Time.
        wait: Histogram = "wait", Unit::Seconds;
    }
}

fn registry() -> (&'static Registry, &'static Observed) {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let observed: &'static Observed = Box::leak(Box::new(Observed::new()));
    registry.register(observed).expect("registers");
    (registry, observed)
}

fn provider() -> (SdkMeterProvider, InMemoryMetricExporter) {
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    (SdkMeterProvider::builder().with_reader(reader).build(), exporter)
}

/// Name and attributes of each series, and what it is worth.
fn values(provider: &SdkMeterProvider, exporter: &InMemoryMetricExporter) -> BTreeMap<String, f64> {
    exporter.reset();
    provider.force_flush().expect("flushes");
    let finished = exporter.get_finished_metrics().expect("metrics");
    finished.iter().flat_map(read).collect()
}

fn read(metrics: &ResourceMetrics) -> Vec<(String, f64)> {
    let mut values = Vec::new();
    for metric in metrics.scope_metrics().flat_map(|it| it.metrics()) {
        let name = format!("{} {}", metric.name(), metric.unit());
        macro_rules! points {
            ($points:expr) => {
                values.extend($points.data_points().map(|it| {
                    (format!("{name} {}", shown(it.attributes())), it.value() as f64)
                }))
            };
        }
        match metric.data() {
            AggregatedMetrics::U64(MetricData::Sum(it)) if it.is_monotonic() => points!(it),
            AggregatedMetrics::F64(MetricData::Sum(it)) if it.is_monotonic() => points!(it),
            AggregatedMetrics::I64(MetricData::Sum(it)) if !it.is_monotonic() => points!(it),
            AggregatedMetrics::F64(MetricData::Gauge(it)) => points!(it),
            other => panic!("{other:?}"),
        }
    }
    values
}

fn shown<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    attributes.map(|it| format!("{}={}", it.key, it.value)).collect()
}

#[test]
fn the_sdk_exports_what_was_recorded() {
    let ((registry, observed), (provider, exporter)) = (registry(), provider());
    // Two for the histogram, and one that says how often the family overflowed.
    assert_eq!(observe(registry, &provider.meter("engram")), 6);
    observed.requests.at(["/a"]).add(3);
    observed.requests.at(["/b"]).add(4);
    observed.open.add(-2);
    observed.fill.set(0.25);
    observed.wait.record(seconds_to_ticks(std::time::Duration::from_secs(2)));
    let wanted = [
        ("fill 1 ", 0.25),
        ("open {request} ", -2.0),
        ("requests {request} path=/a", 3.0),
        ("requests {request} path=/b", 4.0),
        ("wait.count {record} ", 1.0),
        ("wait.sum s ", 2.0),
    ];
    let wanted: BTreeMap<_, _> = wanted.map(|(name, value)| (name.to_owned(), value)).into();
    let mut shown = values(&provider, &exporter);
    shown.retain(|name, _| !name.starts_with("engram."));
    assert_eq!(shown, wanted);
    observed.requests.at(["/a"]).add(10);
    assert_eq!(values(&provider, &exporter)["requests {request} path=/a"], 13.0);
}

#[test]
fn our_metrics_stand_beside_those_of_the_application() {
    let ((registry, observed), (provider, exporter)) = (registry(), provider());
    let meter = provider.meter("application");
    meter.u64_counter("own").build().add(7, &[]);
    observe(registry, &meter);
    observed.open.add(1);
    let values = values(&provider, &exporter);
    assert_eq!((values["own  "], values["open {request} "]), (7.0, 1.0));
}

/// Panics when it is asked the second time.
struct Fragile(std::sync::Mutex<u32>);

static FRAGILE: Descriptor =
    Descriptor::fixed("fragile", "Help.", Unit::Count("{thing}"), Kind::Counter);

impl Collect for Fragile {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&FRAGILE)
    }

    fn collect(&self, _: usize, _: &mut dyn Visit) {
        let times = {
            let mut times = self.0.lock().expect("it panics without the lock");
            *times += 1;
            *times
        };
        assert!(times < 2, "on purpose");
    }
}

#[test]
fn a_source_that_panics_does_not_end_the_reader() {
    let ((registry, observed), (provider, exporter)) = (registry(), provider());
    registry.register_shared(&[], std::sync::Arc::new(Fragile(Default::default()))).expect("registers");
    observe(registry, &provider.meter("engram"));
    observed.open.add(1);
    assert_eq!(values(&provider, &exporter)["open {request} "], 1.0);
    assert_eq!(values(&provider, &exporter)["open {request} "], 1.0);
}
