//! What an application counts with instruments of the SDK, in a registry of ours.

use std::sync::Arc;

use engram_export_otlp::{SdkMetrics, SdkReader, observe};
use engram_metrics_core::{
    Counter, Descriptor, Kind, Labels, Reading, Registry, Unit, Value, Visit, metric_set,
};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::{InstrumentationScope, KeyValue};
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
fn nothing_goes_round_in_a_circle_where_both_ways_are_used_at_once() {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let own: &'static Own = Box::leak(Box::new(Own::new()));
    registry.register(own).expect("registers");
    own.taken.add(4);
    let (reader, exporter) = (SdkReader::default(), InMemoryMetricExporter::default());
    let provider = SdkMeterProvider::builder()
        .with_reader(reader.clone())
        .with_reader(PeriodicReader::builder(exporter.clone()).build())
        .build();
    let source = SdkMetrics::register(&reader, registry).expect("registers");
    assert!(observe(registry, &provider.meter("engram")) > 0);
    provider.meter("shop").u64_counter("theirs").build().add(6, &[]);
    std::thread::scope(|scope| {
        scope.spawn(|| (0..50).for_each(|_| drop(Reading::of(registry))));
        scope.spawn(|| (0..50).for_each(|_| source.refresh()));
        (0..50).for_each(|_| provider.force_flush().expect("flushes"));
    });
    let reading = Reading::of(registry);
    assert_eq!(reading.number("theirs", &[SHOP]), Some(6.0));
    assert_eq!(reading.number("taken", &[]), Some(4.0));
    assert_eq!(reading.number("taken", &[("otel_scope_name", "engram")]), None, "its own echo");
}
