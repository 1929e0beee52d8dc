//! What the formats show of the same metrics.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engram_metrics_core::{
    Collect, Counter, Descriptor, Gauge, Histogram, Info, Kind, Labels, Layout, LogLinearHistogram,
    Registry, StateSet, Unit, UpDownCounter, Value, Visit, label_enum, metric_set,
};

use crate::{Encoder, Format, Names};

metric_set! {
    struct Example {
        /// Bytes "sent".
        sent: Counter = "net.sent", Unit::Bytes;
        /// Entries.
        entries: UpDownCounter = "entries", Unit::Count("{entry}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Wait.
        wait: Histogram = "wait", Unit::Seconds, Histogram::with_layout(Layout::new(1, 20, 21, 30));
        /// Coarse.
        coarse: LogLinearHistogram = "coarse", Unit::Bytes, LogLinearHistogram::new(5, 0);
    }
}

/// Registers a fresh set that was recorded into.
fn recorded() -> Registry {
    let set = Arc::new(Example::default());
    let registry = Registry::new();
    registry.register_shared(&[], Arc::clone(&set) as _).expect("registers");
    set.sent.add(7);
    set.entries.add(-2);
    set.fill.set(0.25);
    set.wait.record(1 << 21);
    [3, 4, 40].iter().for_each(|size| set.coarse.record(*size));
    registry
}

fn page(format: Format, registry: &Registry) -> String {
    Encoder::new(format).page(registry).expect("a text format")
}

#[test]
fn an_open_metrics_page_has_units_families_canonical_bounds_and_an_end() {
    let expected = "\
# HELP net_sent_bytes Bytes \\\"sent\\\".
# TYPE net_sent_bytes counter
# UNIT net_sent_bytes bytes
net_sent_bytes_total 7
# HELP entries Entries.
# TYPE entries gauge
entries -2
# HELP fill_ratio Fill level.
# TYPE fill_ratio gauge
# UNIT fill_ratio ratio
fill_ratio 0.25
# HELP wait_seconds Wait.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{le=\"0.0009765625\"} 0
wait_seconds_bucket{le=\"0.001953125\"} 1
wait_seconds_bucket{le=\"+Inf\"} 1
wait_seconds_sum 0.001953125
wait_seconds_count 1
# HELP coarse_bytes Coarse.
# TYPE coarse_bytes histogram
# UNIT coarse_bytes bytes
coarse_bytes_bucket{le=\"1.0\"} 0
coarse_bytes_bucket{le=\"2.0\"} 0
coarse_bytes_bucket{le=\"4.0\"} 2
coarse_bytes_bucket{le=\"8.0\"} 2
coarse_bytes_bucket{le=\"16.0\"} 2
coarse_bytes_bucket{le=\"32.0\"} 2
coarse_bytes_bucket{le=\"+Inf\"} 3
coarse_bytes_sum 47
coarse_bytes_count 3
# EOF
";
    assert_eq!(page(Format::OpenMetrics, &recorded()), expected);
}

#[test]
fn both_text_versions_show_a_classic_view_of_native_histograms() {
    let registry = recorded();
    let text = page(Format::Text, &registry);
    assert_eq!(page(Format::TextUtf8, &registry), text);
    assert!(text.contains("wait_seconds_bucket{le=\"0.001953125\"} 1\n"), "{text}");
}

#[test]
fn open_metrics_says_when_counting_began_if_asked_to() {
    let created = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_042);
    let registry = recorded();
    let page = |format| {
        let page = Encoder::new(format).with_created(created).page(&registry);
        page.expect("a text format")
    };
    let open_metrics = page(Format::OpenMetrics);
    assert!(open_metrics.contains("\nnet_sent_bytes_created 1700000000.042\n"), "{open_metrics}");
    assert!(open_metrics.contains("\nwait_seconds_created 1700000000.042\n"), "{open_metrics}");
    assert_eq!(open_metrics.matches("_created").count(), 3, "gauges have no start");
    assert!(!page(Format::Text).contains("_created"), "the classic format knows none");
}

#[test]
fn only_the_metrics_that_were_asked_for_are_shown() {
    let registry = recorded();
    for format in [Format::Text, Format::OpenMetrics] {
        let mut encoder = Encoder::new(format);
        encoder.select(Names::only(["wait_seconds_bucket", "net_sent_bytes_total"]));
        let page = encoder.page(&registry).expect("a text format");
        let types: Vec<_> = page.lines().filter(|line| line.starts_with("# TYPE")).collect();
        assert_eq!(types.len(), 2, "{page}");
        assert!(page.contains("wait_seconds_count 1") && !page.contains("fill_ratio"), "{page}");
    }
}

/// A source whose label is no identifier.
struct Unusual(Descriptor);

impl Collect for Unusual {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let labels = [("http.méthod", "GET"), ("2\"", "x"), ("", "y"), ("plain", "z")];
        visit.series(Labels::new(&labels), Value::Float(1.0));
    }
}

#[test]
fn a_label_name_that_is_no_identifier_is_quoted_or_becomes_one() {
    let registry = Registry::new();
    let descriptor = Descriptor::fixed("unusual", "", Unit::Ratio, Kind::Gauge);
    registry.register_shared(&[], Arc::new(Unusual(descriptor))).expect("registers");
    let escaped = "unusual_ratio{http_m_thod=\"GET\",_2_=\"x\",_=\"y\",plain=\"z\"} 1\n";
    let quoted = "unusual_ratio{\"http.méthod\"=\"GET\",\"2\\\"\"=\"x\",_=\"y\",plain=\"z\"} 1\n";
    for (format, expected) in
        [(Format::Text, escaped), (Format::OpenMetrics, escaped), (Format::TextUtf8, quoted)]
    {
        let page = page(format, &registry);
        assert!(page.contains(expected), "{page}");
    }
}

#[test]
fn a_fact_is_an_info_in_open_metrics_and_a_gauge_elsewhere() {
    let registry = Registry::new();
    let target = Info::target(&[("service_name", "store")]).expect("labels");
    registry.register_shared(&[("zone", "a")], Arc::new(target)).expect("registers");
    let labels = "{zone=\"a\",service_name=\"store\"}";
    let help = "What is observed, as OpenTelemetry describes it.";
    assert_eq!(
        page(Format::OpenMetrics, &registry),
        format!("# HELP target {help}\n# TYPE target info\ntarget_info{labels} 1\n# EOF\n")
    );
    assert_eq!(
        page(Format::Text, &registry),
        format!("# HELP target_info {help}\n# TYPE target_info gauge\ntarget_info{labels} 1\n")
    );
    for (wanted, is_shown) in [("target", true), ("target_info", true), ("info", false)] {
        let mut encoder = Encoder::new(Format::OpenMetrics);
        encoder.select(Names::only([wanted]));
        let page = encoder.page(&registry).expect("text");
        assert_eq!(page.contains("target_info{"), is_shown, "{wanted}");
    }
}

metric_set! {
    struct Untrue {
        /// Looks like a fact.
        state: Gauge = "state.info", Unit::Count("1");
        /// Is none: it has a unit.
        share: Gauge = "share.info", Unit::Ratio;
    }
}

#[test]
fn a_fact_that_does_not_hold_is_not_shown_in_open_metrics() {
    let set = Arc::new(Untrue::default());
    let registry = Registry::new();
    registry.register_shared(&[], Arc::clone(&set) as _).expect("registers");
    set.state.set(5.0);
    set.share.set(0.5);
    let open = page(Format::OpenMetrics, &registry);
    assert!(open.contains("# TYPE state info\n") && !open.contains("state_info"), "{open}");
    assert!(open.contains("# TYPE share_info_ratio gauge\n"), "{open}");
    assert!(open.contains("share_info_ratio 0.5\n"), "{open}");
    assert!(page(Format::Text, &registry).contains("state_info 5\n"));
    set.state.set(1.0);
    assert!(page(Format::OpenMetrics, &registry).contains("state_info 1\n"));
}

label_enum! { enum Phase as "phase" { Awake = "awake", Asleep = "asl\"eep" } }

metric_set! {
    struct Mind {
        /// What it does.
        phase: StateSet<Phase> = "mind.phase", Unit::Count("1");
    }
}

#[test]
fn a_state_is_a_state_set_in_open_metrics_and_a_gauge_elsewhere() {
    let mind = Arc::new(Mind::default());
    let registry = Registry::new();
    // A label of the instance that is called like the family gives way: none may stand twice.
    let labels = [("shard", "a"), ("mind_phase", "x")];
    registry.register_shared(&labels, Arc::clone(&mind) as _).expect("registers");
    mind.phase.set(Phase::Asleep);
    assert_eq!(
        page(Format::OpenMetrics, &registry),
        "# HELP mind_phase What it does.\n# TYPE mind_phase stateset\n\
         mind_phase{shard=\"a\",mind_phase=\"awake\"} 0\n\
         mind_phase{shard=\"a\",mind_phase=\"asl\\\"eep\"} 1\n# EOF\n"
    );
    let text = page(Format::Text, &registry);
    assert!(text.contains("# TYPE mind_phase gauge\n"), "{text}");
    assert!(text.contains("mind_phase{shard=\"a\",mind_phase=\"x\",phase=\"awake\"} 0\n"), "{text}");
}

/// A source that takes states for what they are not.
struct Wrong;

impl Collect for Wrong {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        static WHAT: Descriptor = Descriptor::fixed("wrong", "", Unit::Seconds, Kind::StateSet);
        (index == 0).then_some(&WHAT)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        visit.series(Labels::new(&[("state", "two")]), Value::Signed(2));
        visit.series(Labels::new(&[("state", "half")]), Value::Float(0.5));
        visit.series(Labels::NONE, Value::Signed(1));
        visit.series(Labels::new(&[("state", "one")]), Value::Signed(1));
    }
}

#[test]
fn what_is_no_state_is_not_shown_as_one() {
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Wrong)).expect("registers");
    let open = page(Format::OpenMetrics, &registry);
    assert_eq!(
        open,
        "# HELP wrong_seconds \n# TYPE wrong_seconds stateset\n\
         wrong_seconds{wrong_seconds=\"one\"} 1\n# EOF\n"
    );
    assert!(page(Format::Text, &registry).contains("wrong_seconds{state=\"two\"} 2\n"));
}
