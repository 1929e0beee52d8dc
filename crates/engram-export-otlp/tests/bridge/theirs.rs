//! What an application counts with instruments of the SDK, in a registry of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engram_export_otlp::{SdkMetrics, SdkReader, observe};
use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, Histogram, Kind, Labels, Reading, Registry, Unit, Value, Visit, metric_set,
};
use opentelemetry::metrics::{AsyncInstrument, MeterProvider as _};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

const SHOP: (&str, &str) = ("otel_scope_name", "shop");

fn provider() -> (SdkMeterProvider, Arc<SdkMetrics>, &'static Registry) {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let reader = SdkReader::default();
    let provider = SdkMeterProvider::builder().with_reader(reader.clone()).build();
    let source = SdkMetrics::register(&reader, registry).expect("registers");
    (provider, source, registry)
}

/// What is on the page, and on none but the next where an instrument is new.
fn shown((_, source, registry): &(SdkMeterProvider, Arc<SdkMetrics>, &'static Registry)) -> Reading {
    source.refresh();
    Reading::of(registry)
}

#[derive(Default)]
struct Described(Vec<(String, Unit, Kind)>);

impl Visit for Described {
    fn metric(&mut self, descriptor: &Descriptor) {
        let name = descriptor.name().to_owned();
        self.0.push((name, descriptor.unit(), descriptor.kind()));
    }

    fn series(&mut self, _: Labels<'_>, _: Value<'_>) {}
}

#[test]
fn what_the_sdk_counts_is_on_our_page_with_equal_values() {
    let all = provider();
    let meter = all.0.meter("shop");
    let path = [KeyValue::new("http.path", "/a"), KeyValue::new("retry", true)];
    meter.u64_counter("Cart-Adds").with_unit("{item}").build().add(7, &path);
    meter.f64_counter("revenue").build().add(2.5, &[]);
    meter.i64_up_down_counter("open").build().add(-3, &[]);
    meter.f64_up_down_counter("balance").build().add(-0.5, &[]);
    meter.u64_gauge("depth").build().record(4, &[]);
    meter.i64_observable_gauge("cold").with_callback(|it| it.observe(-40, &[])).build();
    let wait = meter.f64_histogram("wait").with_unit("s").with_boundaries(vec![0.5, 2.0]).build();
    [0.25, 0.5, 1.0, 9.0].iter().for_each(|seconds| wait.record(*seconds, &[]));
    let reading = shown(&all);
    let number = |name, labels: &[(&str, &str)]| reading.number(name, labels);
    let labelled = [SHOP, ("http.path", "/a"), ("retry", "true")];
    assert_eq!(number("cart_adds", &labelled), Some(7.0));
    let numbers = ["revenue", "open", "balance", "depth", "cold"].map(|name| number(name, &[SHOP]));
    assert_eq!(numbers, [2.5, -3.0, -0.5, 4.0, -40.0].map(Some));
    let wait = reading.histogram("wait", &[SHOP]).expect("a histogram");
    assert_eq!((wait.count(), wait.sum()), (4, 10.75));
    let page = |state| number("engram.bridge.instruments", &[("state", state)]);
    assert_eq!((page("shown"), page("left_out")), (Some(7.0), Some(0.0)));

    let mut described = Described::default();
    all.2.collect(&mut described);
    let of = |name: &str| described.0.iter().find(|it| it.0 == name).map(|it| (it.1, it.2));
    assert_eq!(of("wait"), Some((Unit::Seconds, Kind::Histogram)));
    assert_eq!(of("cart_adds"), Some((Unit::Count("{item}"), Kind::Counter)));
    assert_eq!(of("open"), Some((Unit::Count("1"), Kind::UpDownCounter)));
}

#[test]
fn a_page_asks_the_provider_anew_and_finds_instruments_that_came_later() {
    let all = provider();
    let early = all.0.meter("shop").u64_counter("early").build();
    early.add(1, &[]);
    assert_eq!(shown(&all).number("early", &[SHOP]), Some(1.0));
    early.add(1, &[]);
    assert_eq!(Reading::of(all.2).number("early", &[SHOP]), Some(2.0));
    all.0.meter("shop").u64_counter("late").build().add(5, &[]);
    // The page on which it is found is being written already; it is on the next one.
    drop(Reading::of(all.2));
    assert_eq!(Reading::of(all.2).number("late", &[SHOP]), Some(5.0));
    all.0.shutdown().expect("shuts down");
    assert_eq!(Reading::of(all.2).number("early", &[SHOP]), Some(2.0), "what it was at the end");
}

#[test]
fn instruments_of_the_same_name_are_told_apart_by_their_scopes() {
    let all = provider();
    let scope = InstrumentationScope::builder("shop")
        .with_version("2")
        .with_attributes([KeyValue::new("team", "a")])
        .build();
    all.0.meter("shop").u64_counter("orders").build().add(1, &[]);
    all.0.meter_with_scope(scope).u64_counter("orders").build().add(2, &[]);
    // Another kind has no place beside them, whichever comes first.
    all.0.meter("store").f64_gauge("orders").build().record(3.0, &[]);
    let reading = shown(&all);
    let second = [SHOP, ("otel_scope_version", "2"), ("otel_scope_team", "a")];
    assert_eq!(reading.number("orders", &[SHOP]), Some(1.0));
    assert_eq!(reading.number("orders", &second), Some(2.0));
    assert_eq!(reading.number("orders", &[("otel_scope_name", "store")]), None);
}

metric_set! {
    struct Own {
        /// Taken.
        taken: Counter = "taken", Unit::Count("1");
    }
}

#[test]
fn what_our_model_has_nothing_like_is_left_out_and_counted() {
    let all = provider();
    let own: &'static Own = Box::leak(Box::new(Own::new()));
    all.2.register(own).expect("registers");
    own.taken.add(9);
    let meter = all.0.meter("shop");
    meter.u64_counter("taken").build().add(1, &[]);
    let below = meter.f64_histogram("below").with_boundaries(vec![-1.0, 1.0]).build();
    below.record(0.5, &[]);
    meter.u64_counter("fine").build().add(1, &[]);
    let reading = shown(&all);
    assert_eq!(reading.number("taken", &[]), Some(9.0));
    assert_eq!(reading.number("taken", &[SHOP]), None);
    assert!(reading.histogram("below", &[SHOP]).is_none());
    let count = |state| reading.number("engram.bridge.instruments", &[("state", state)]);
    assert_eq!((count("shown"), count("left_out")), (Some(1.0), Some(2.0)));
}

#[test]
fn no_two_series_and_no_two_labels_are_one_on_a_page() {
    let all = provider();
    let meter = all.0.meter("shop");
    let same = [KeyValue::new("a.b", 1), KeyValue::new("a_b", 2), KeyValue::new("otel_scope_name", "x")];
    meter.u64_counter("joined").build().add(3, &same);
    meter.f64_histogram("sizes").build().record(1.0, &[KeyValue::new("le", "mine")]);
    // One name, kind and unit, twice.
    meter.u64_counter("twice").build().add(1, &[]);
    meter.f64_counter("twice").build().add(1.0, &[]);
    // Other units are other metrics, of which a registry takes one.
    let seconds = || all.0.meter("seconds").f64_counter("unit").with_unit("s").build().add(1.0, &[]);
    let millis = || all.0.meter("millis").f64_counter("unit").with_unit("ms").build().add(9.0, &[]);
    seconds();
    millis();
    let reading = shown(&all);
    let scope = ("otel_scope_name", "shop;x");
    assert_eq!(reading.number("joined", &[("a.b", "1;2"), scope]), Some(3.0));
    let labels = [("le_", "mine"), SHOP];
    assert!(reading.histogram("sizes", &labels).is_some_and(|it| it.count() == 1));
    assert_eq!(reading.number("twice", &[SHOP]), Some(1.0));
    let unit = |name| reading.number("unit", &[("otel_scope_name", name)]);
    assert!(unit("seconds").is_none() || unit("millis").is_none(), "both are in one metric");

    #[derive(Default)]
    struct Lines(Vec<String>, String);
    impl Visit for Lines {
        fn metric(&mut self, descriptor: &Descriptor) {
            self.1 = descriptor.name().to_owned();
        }
        fn series(&mut self, labels: Labels<'_>, _: Value<'_>) {
            self.0.push(format!("{} {:?}", self.1, labels.iter().collect::<Vec<_>>()));
        }
    }
    let mut lines = Lines::default();
    all.2.collect(&mut lines);
    lines.0.sort();
    let all = lines.0.len();
    lines.0.dedup();
    assert_eq!(lines.0.len(), all, "a series is there twice");
}

#[test]
fn what_cannot_be_read_any_more_goes_and_does_not_stand_still() {
    let all = provider();
    let fails = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&fails);
    let callback = move |it: &dyn AsyncInstrument<i64>| match asked.load(Ordering::Relaxed) {
        false => it.observe(1, &[]),
        true => panic!("on purpose"),
    };
    all.0.meter("shop").i64_observable_gauge("fragile").with_callback(callback).build();
    assert_eq!(shown(&all).number("fragile", &[SHOP]), Some(1.0));
    fails.store(true, Ordering::Relaxed);
    let reading = shown(&all);
    assert_eq!(reading.number("fragile", &[SHOP]), None);
    let state = [("state", "shown")];
    assert_eq!(reading.number("engram.bridge.instruments", &state), Some(1.0));
}

metric_set! {
    struct Circle {
        /// Taken.
        taken: Counter = "taken", Unit::Count("1");
        /// Time.
        wait: Histogram = "wait", Unit::Seconds;
        /// Families have an overflow.
        calls: DynamicFamily<1, Counter> = "calls", Unit::Count("1"), DynamicFamily::new(["peer"]);
    }
}

#[test]
fn nothing_goes_round_in_a_circle_where_both_ways_are_used_at_once() {
    for observes_first in [true, false] {
        circle(observes_first);
    }
}

fn circle(observes_first: bool) {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let own: &'static Circle = Box::leak(Box::new(Circle::new()));
    registry.register(own).expect("registers");
    own.taken.add(4);
    own.wait.record(1);
    own.calls.at(["a"]).increment();
    let (reader, exporter) = (SdkReader::default(), InMemoryMetricExporter::default());
    let provider = SdkMeterProvider::builder()
        .with_reader(reader.clone())
        .with_reader(PeriodicReader::builder(exporter.clone()).build())
        .build();
    let source = SdkMetrics::register(&reader, registry).expect("registers");
    let theirs = provider.meter("shop").u64_counter("theirs").build();
    if observes_first {
        assert!(observe(registry, &provider.meter("engram")) > 0);
        theirs.add(6, &[]);
    } else {
        theirs.add(6, &[]);
        source.refresh();
        assert!(observe(registry, &provider.meter("engram")) > 0);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| (0..50).for_each(|_| drop(Reading::of(registry))));
        scope.spawn(|| (0..50).for_each(|_| source.refresh()));
        scope.spawn(|| (0..50).for_each(|_| drop(reader.collect(&mut Default::default()))));
        (0..50).for_each(|_| provider.force_flush().expect("flushes"));
    });
    let reading = Reading::of(registry);
    assert_eq!(reading.number("theirs", &[SHOP]), Some(6.0));
    assert_eq!(reading.number("taken", &[]), Some(4.0));
    let mut echoes = Echoes::default();
    registry.collect(&mut echoes);
    assert_eq!(echoes.0, Vec::<String>::new(), "what the provider was shown came back");

    exporter.reset();
    provider.force_flush().expect("flushes");
    let finished = exporter.get_finished_metrics().expect("metrics");
    let scopes = finished.iter().flat_map(|it| it.scope_metrics());
    let of_engram = scopes.filter(|it| it.scope().name() == "engram").flat_map(|it| it.metrics());
    let names: Vec<_> = of_engram.map(|it| it.name().to_owned()).collect();
    assert!(names.iter().any(|it| it == "taken"), "{names:?}");
    assert!(names.iter().all(|it| it != "theirs"), "the provider was shown its own: {names:?}");
}

/// Series that came from the meter which shows this registry.
#[derive(Default)]
struct Echoes(Vec<String>);

impl Visit for Echoes {
    fn metric(&mut self, _: &Descriptor) {}

    fn series(&mut self, labels: Labels<'_>, _: Value<'_>) {
        if labels.iter().any(|label| label == ("otel_scope_name", "engram")) {
            self.0.push(format!("{labels:?}"));
        }
    }
}
