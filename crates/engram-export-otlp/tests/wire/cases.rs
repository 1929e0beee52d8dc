//! Kinds of metrics, temporalities, exemplars, splitting.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use engram_export_otlp::{Delivery, Encoding, Histograms, Metrics, Resource, Scope, Temporality};
use engram_metrics_core::{
    Counter, ExemplarHistogram, Histogram, Layout, LogLinearHistogram, Registry, SpanId, TraceId,
    Unit, metric_set,
};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogramDataPoint, metric::Data,
};
use proptest::prelude::*;

use super::oracle::{self, decode, metrics_of, points, requests};
use super::registries::{Source, any_source, registry_of};

const START: SystemTime = UNIX_EPOCH;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn encoding(request_bytes: usize) -> Encoding {
    let resource = Resource::named("test").with("host.name", "ä \"quoted\" \\ host\n");
    let resource = resource.with_schema("https://opentelemetry.io/schemas/1.42.0");
    let scope = Scope { schema_url: "https://example.org/1".to_owned(), ..Scope::default() };
    Encoding { resource, scope, request_bytes, ..Encoding::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gauges_sums_and_histograms_decode_to_what_was_recorded(
        source in any_source(),
        explicit: bool,
        request_bytes in prop_oneof![Just(engram_export_otlp::REQUEST_BYTES), 600_usize..4000],
    ) {
        let histograms = if explicit { Histograms::Explicit } else { Histograms::Exponential };
        let encoding = Encoding { histograms, ..encoding(request_bytes) };
        let registry = registry_of(source);
        let mut metrics = Metrics::new(&encoding, START);
        let requests = requests(&mut metrics, &registry, at(7));
        let points = |bytes: &[u8]| decode(bytes).iter().map(oracle::len).sum::<usize>();
        prop_assert!(requests.iter().all(|it| it.len() <= request_bytes || points(it) == 1));
        let decoded: Vec<_> = requests.iter().flat_map(|bytes| decode(bytes)).collect();
        prop_assert_eq!(oracle::joined(decoded), oracle::expected(&registry, &encoding, START, at(7)));
    }

    #[test]
    fn every_request_says_who_is_speaking(source in any_source(), request_bytes in 600_usize..2000) {
        let registry = registry_of(source);
        let encoding = encoding(request_bytes);
        for request in requests(&mut Metrics::new(&encoding, START), &registry, at(1)) {
            let decoded = oracle::request(&request);
            prop_assert_eq!(decoded.resource_metrics.len(), 1);
            let resource = &decoded.resource_metrics[0];
            prop_assert_eq!(&resource.schema_url, "https://opentelemetry.io/schemas/1.42.0");
            let attributes = &resource.resource.as_ref().expect("a resource").attributes;
            prop_assert_eq!(oracle::pairs(attributes), oracle::owned(encoding.resource.iter()));
            let scope = &resource.scope_metrics[0];
            prop_assert_eq!(&scope.schema_url, "https://example.org/1");
            prop_assert_eq!(&scope.scope.as_ref().expect("a scope").name, "engram");
        }
    }

    #[test]
    fn each_value_is_inside_the_exponential_bucket_that_counts_it(
        ticks in prop::collection::vec((0_u32..64).prop_flat_map(|bits| (1_u64 << bits)..=(u64::MAX >> (63 - bits))), 1..20),
        scale in 0_u8..=5,
    ) {
        let histogram = Histogram::with_layout(Layout::new(scale, 4, 19, 10));
        ticks.iter().for_each(|ticks| histogram.record(*ticks));
        let point = exponential(&histogram.snapshot());
        let buckets = point.positive.expect("buckets");
        let base = (-f64::from(point.scale)).exp2().exp2();
        let mut left = ticks.clone();
        let zeroes = left.extract_if(.., |it| *it as f64 / 1024.0 <= point.zero_threshold).count();
        prop_assert_eq!(zeroes as u64, point.zero_count);
        for (at, count) in (buckets.offset..).zip(buckets.bucket_counts) {
            let is_last = at >> point.scale >= 9;
            let (low, high) = (base.powi(at), base.powi(at + 1));
            let is_in = |ticks: u64| {
                let value = ticks as f64 / 1024.0;
                value > low * (1.0 - 1e-9) && (is_last || value <= high * (1.0 + 1e-9))
            };
            let there = left.iter().filter(|it| is_in(**it)).count();
            prop_assert!(there as u64 >= count, "{} values between {} and {}, {}", there, low, high, count);
            for _ in 0..count {
                let place = left.iter().position(|it| is_in(*it)).expect("one of those counted");
                left.remove(place);
            }
        }
        prop_assert!(left.is_empty());
    }
}

fn exponential(snapshot: &engram_metrics_core::Snapshot) -> ExponentialHistogramDataPoint {
    let registry = registry_of(Source::of_histogram(snapshot.clone()));
    let bytes = requests(&mut Metrics::new(&Encoding::default(), START), &registry, at(1));
    match decode(&bytes[0]).remove(0).data {
        Some(Data::ExponentialHistogram(mut data)) => data.data_points.remove(0),
        other => panic!("{other:?} is no exponential histogram"),
    }
}

metric_set! {
    struct Three {
        /// Counted.
        counter: Counter = "three.counter", Unit::Count("{thing}");
        /// Timed, with traces.
        duration: ExemplarHistogram = "three.duration", Unit::Seconds;
        /// In equal parts.
        size: LogLinearHistogram = "three.size", Unit::Bytes;
    }
}

#[test]
fn exemplars_carry_value_time_trace_and_span() {
    static THREE: Three = Three::new();
    let registry = Registry::new();
    registry.register(&THREE).expect("registers");
    THREE.duration.record_with_exemplar(3 << 29, TraceId(0x0102), SpanId(0x0304));
    let now = SystemTime::now();
    let bytes = requests(&mut Metrics::new(&Encoding::default(), now), &registry, now);
    let point = oracle::exponential_points(&decode(&bytes[0]), "three.duration").remove(0);
    let [exemplar] = &point.exemplars[..] else { panic!("one exemplar: {point:?}") };
    assert_eq!(exemplar.trace_id, [vec![0; 14], vec![1, 2]].concat());
    assert_eq!(exemplar.span_id, [vec![0; 6], vec![3, 4]].concat());
    assert_eq!(
        exemplar.value,
        Some(opentelemetry_proto::tonic::metrics::v1::exemplar::Value::AsDouble(1.5))
    );
    let age = now.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64
        - exemplar.time_unix_nano;
    assert!(age < 60_000_000_000, "{age} ns");
}

#[test]
fn a_delta_is_what_came_since_it_was_accepted() {
    static THREE: Three = Three::new();
    let registry = Registry::new();
    registry.register(&THREE).expect("registers");
    let encoding = Encoding { temporality: Temporality::Delta, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, START);
    let mut export = |now: u64, delivery| {
        let requests = requests(&mut metrics, &registry, at(now));
        let decoded: Vec<_> = requests.iter().flat_map(|bytes| decode(bytes)).collect();
        (0..requests.len()).for_each(|request| metrics.settle(request, delivery));
        points(&decoded, "three.counter")
    };
    let second = 1_000_000_000;
    THREE.counter.add(5);
    assert_eq!(export(10, Delivery::Refused), [(0, 10 * second, 5)]);
    THREE.counter.add(2);
    assert_eq!(export(20, Delivery::Accepted), [(0, 20 * second, 7)]);
    assert_eq!(export(30, Delivery::Accepted), []);
    THREE.counter.add(1);
    assert_eq!(export(40, Delivery::Accepted), [(20 * second, 40 * second, 1)]);
}

#[test]
fn low_memory_is_delta_for_counters_and_histograms() {
    static THREE: Three = Three::new();
    let registry = Registry::new();
    registry.register(&THREE).expect("registers");
    THREE.counter.increment();
    THREE.duration.record(1);
    THREE.size.record(1);
    for (temporality, wanted) in [
        (Temporality::Cumulative, AggregationTemporality::Cumulative),
        (Temporality::Delta, AggregationTemporality::Delta),
        (Temporality::LowMemory, AggregationTemporality::Delta),
    ] {
        let encoding = Encoding { temporality, ..Encoding::default() };
        let bytes = requests(&mut Metrics::new(&encoding, START), &registry, at(1));
        let temporalities: Vec<_> = decode(&bytes[0]).iter().map(oracle::temporality).collect();
        assert_eq!(temporalities, [Some(wanted); 3]);
    }
}

#[test]
fn a_single_metric_with_many_series_is_split() {
    let registry = registry_of(Source::counters(100_000));
    let encoding = Encoding::default();
    let mut metrics = Metrics::new(&encoding, START);
    let requests = requests(&mut metrics, &registry, at(1));
    assert!(requests.len() >= 2);
    assert!(requests.iter().all(|request| request.len() <= 3_670_016));
    assert_eq!(metrics_of(&requests).iter().map(oracle::len).sum::<usize>(), 100_000);
}

#[test]
fn a_series_that_starts_again_has_a_start_of_its_own() {
    let mut metrics = Metrics::new(&Encoding::default(), START);
    let mut export = |value: u64, now: u64| {
        let registry = registry_of(Source::counter(value));
        let requests = requests(&mut metrics, &registry, at(now));
        // That a total arrived does not make it start again.
        metrics.settle(0, Delivery::Accepted);
        points(&decode(&requests[0]), "m0")[0].0
    };
    assert_eq!([export(5, 10), export(6, 20), export(2, 30)], [0, 0, 20_000_000_000]);
}

#[test]
fn what_is_owed_of_a_series_that_is_gone_is_sent_all_the_same() {
    let encoding = Encoding { temporality: Temporality::Delta, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, START);
    let there = registry_of(Source::counter(5));
    assert_eq!(requests(&mut metrics, &there, at(1)).len(), 1);
    metrics.settle(0, Delivery::Refused);
    let gone = Registry::new();
    let bytes = requests(&mut metrics, &gone, at(2));
    assert_eq!(points(&decode(&bytes[0]), "m0"), [(0, 2_000_000_000, 5)]);
    metrics.settle(0, Delivery::Accepted);
    assert_eq!(requests(&mut metrics, &gone, at(3)).len(), 0);
    assert_eq!(metrics.series(), 0);
}

#[test]
fn series_beyond_the_limit_are_left_out_and_counted() {
    let registry = registry_of(Source::counters(10));
    let encoding = Encoding { temporality: Temporality::Delta, series: 7, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, START);
    let bytes = requests(&mut metrics, &registry, at(1));
    assert_eq!((oracle::len(&decode(&bytes[0])[0]), metrics.left_out()), (6, 3));
}

#[test]
fn what_is_owed_of_a_series_that_starts_again_is_sent_with_the_rest() {
    let encoding = Encoding { temporality: Temporality::Delta, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, START);
    let mut export = |value: u64, now: u64| {
        let registry = registry_of(Source::counter(value));
        let requests = requests(&mut metrics, &registry, at(now));
        metrics.settle(0, Delivery::Refused);
        points(&decode(&requests[0]), "m0")[0].2
    };
    assert_eq!([export(5, 10), export(2, 20), export(3, 30)], [5, 7, 8]);
}
