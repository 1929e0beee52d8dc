use std::sync::Arc;

use engram_metrics_core::{
    Counter, ExplicitHistogram, Family, Gauge, Registry, Unit, UpDownCounter, label_enum,
    metric_set,
};
use prometheus::{HistogramOpts, IntCounterVec, Opts, TextEncoder};

use super::{PrometheusMetrics, RegistryCollector};
use crate::{Encoder, Format};

label_enum! { enum Outcome as "outcome" { Hit = "hit", Miss = "miss" } }

metric_set! {
    struct Example {
        /// Look-ups, with a \ in it.
        lookups: Family<Outcome, Counter> = "cache.lookups", Unit::Count("{lookup}");
        /// Entries.
        entries: UpDownCounter = "cache.entries", Unit::Count("{entry}");
        /// Fill level.
        fill: Gauge = "cache.fill", Unit::Ratio;
        /// Wait.
        wait: ExplicitHistogram = "cache.wait", Unit::Seconds, ExplicitHistogram::new(Unit::Seconds, &[0.25, 1.0, 8.0]);
    }
}

fn registry() -> &'static Registry {
    Box::leak(Box::default())
}

fn page(registry: &Registry) -> String {
    Encoder::new(Format::Text).page(registry).expect("text")
}

/// The samples of a page, in the order of their text.
fn samples(page: &str) -> Vec<&str> {
    let mut lines: Vec<_> = page.lines().filter(|line| !line.starts_with('#')).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn what_we_count_is_on_their_page_with_equal_values() {
    static EXAMPLE: Example = Example::new();
    static OURS: Registry = Registry::new();
    OURS.register_with(&[("shard", "a\"b\n")], &EXAMPLE).expect("registers");
    let theirs = prometheus::Registry::new();
    theirs.register(Box::new(RegistryCollector::new(&OURS))).expect("takes it");
    EXAMPLE.lookups.at(Outcome::Hit).add(3);
    EXAMPLE.lookups.at(Outcome::Miss).add(1);
    EXAMPLE.entries.add(-5);
    EXAMPLE.fill.set(0.125);
    [0.25, 0.5, 3.0, 100.0].iter().for_each(|value| EXAMPLE.wait.record_f64(*value));
    let their_page = TextEncoder::new().encode_to_string(&theirs.gather()).expect("text");
    assert_eq!(samples(&their_page), samples(&page(&OURS)));
    assert!(their_page.contains("cache_wait_seconds_bucket{shard=\"a\\\"b\\n\",le=\"1\"} 2\n"), "{their_page}");
    assert!(their_page.contains("# TYPE cache_lookups_total counter\n"), "{their_page}");
}

#[test]
fn their_registry_refuses_ours_when_a_name_is_taken() {
    static EXAMPLE: Example = Example::new();
    static OURS: Registry = Registry::new();
    OURS.register(&EXAMPLE).expect("registers");
    let theirs = prometheus::Registry::new();
    let taken = prometheus::Gauge::new("cache_entries", "Entries.").expect("valid");
    theirs.register(Box::new(taken)).expect("the first");
    theirs.register(Box::new(RegistryCollector::new(&OURS))).expect_err("the second");
}

fn theirs() -> (prometheus::Registry, IntCounterVec) {
    let theirs = prometheus::Registry::new();
    let requests = IntCounterVec::new(Opts::new("http_requests_total", "Requests."), &["path"]);
    let requests = requests.expect("valid");
    let cpu = prometheus::Counter::new("cpu_seconds_total", "Time.").expect("valid");
    let level = prometheus::Gauge::new("level", "Level.").expect("valid");
    let options = HistogramOpts::new("wait_seconds", "Wait.").buckets(vec![0.25, 1.0, 8.0]);
    let wait = prometheus::Histogram::with_opts(options).expect("valid");
    theirs.register(Box::new(requests.clone())).expect("registers");
    theirs.register(Box::new(cpu.clone())).expect("registers");
    theirs.register(Box::new(level.clone())).expect("registers");
    theirs.register(Box::new(wait.clone())).expect("registers");
    requests.with_label_values(&["/a\"b"]).inc_by(7);
    cpu.inc_by(1.5);
    level.set(-2.5);
    [0.1, 0.25, 0.7, 3.0, 100.0].iter().for_each(|value| wait.observe(*value));
    (theirs, requests)
}

#[test]
fn what_they_count_is_on_our_page_with_equal_values() {
    let (theirs, requests) = theirs();
    let ours = registry();
    PrometheusMetrics::register(&theirs, ours).expect("registers");
    for more in [0, 5] {
        requests.with_label_values(&["/c"]).inc_by(more);
        let their_page = TextEncoder::new().encode_to_string(&theirs.gather()).expect("text");
        let our_page = page(ours);
        let ours: Vec<_> =
            samples(&our_page).into_iter().filter(|it| !it.starts_with("engram_bridge")).collect();
        assert_eq!(ours, samples(&their_page));
        assert!(our_page.contains("wait_seconds_sum 104.05\n"), "{our_page}");
        assert!(our_page.contains("engram_bridge_families{state=\"shown\"} 4\n"), "{our_page}");
    }
    let open = Encoder::new(Format::OpenMetrics).page(ours).expect("text");
    assert!(open.contains("# UNIT cpu_seconds seconds\ncpu_seconds_total 1.5\n"), "{open}");
}

#[test]
fn families_that_come_later_are_shown_and_those_that_cannot_be_are_counted() {
    let theirs = prometheus::Registry::new();
    let ours = registry();
    let source = PrometheusMetrics::register(&theirs, ours).expect("registers");
    let gauge = |name: &str| {
        let gauge = prometheus::Gauge::new(name, "H.").expect("valid");
        gauge.set(1.0);
        theirs.register(Box::new(gauge)).expect("registers");
    };
    gauge("later");
    gauge("Upper");
    let options = HistogramOpts::new("below", "H.").buckets(vec![-1.0, 1.0]);
    let below = prometheus::Histogram::with_opts(options).expect("valid");
    theirs.register(Box::new(below)).expect("registers");
    assert!(!page(ours).contains("\nlater 1\n"), "the page that looks");
    let next = page(ours);
    assert!(next.contains("\nlater 1\n") && !next.contains("Upper") && !next.contains("below"), "{next}");
    assert!(next.contains("engram_bridge_families{state=\"left_out\"} 2\n"), "{next}");
    gauge("last");
    source.refresh();
    assert!(page(ours).contains("\nlast 1\n"), "at once");
    PrometheusMetrics::register(&theirs, ours).expect_err("once is enough");
    let _ = Arc::strong_count(&source);
}

#[test]
fn a_counter_in_fractions_is_a_counter_in_protobuf() {
    let (theirs, _) = theirs();
    let ours = registry();
    PrometheusMetrics::register(&theirs, ours).expect("registers");
    let mut bytes = Vec::new();
    Encoder::new(Format::Protobuf).encode_whole(ours, &mut bytes);
    let families = crate::protobuf::tests::model::families(&bytes);
    let cpu = families.iter().find(|it| it.name == "cpu_seconds_total").expect("there");
    assert_eq!(cpu.metric[0].counter.as_ref().map(|it| it.value), Some(1.5));
}
