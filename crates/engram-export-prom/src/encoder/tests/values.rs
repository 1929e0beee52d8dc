//! Pages whose values and labels a test chooses.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use engram_metrics_core::{
    Collect, Counter, Descriptor, ExplicitHistogram, Kind, Labels, Named, Registry, Unit, Value,
    Visit, label_text,
};
use proptest::prelude::*;

use crate::{Encoder, Format, PIECE_BYTES};

/// Series with labels and values that a test chooses.
struct Chosen(Descriptor, Vec<(String, f64)>);

impl Collect for Chosen {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        for (label, value) in &self.1 {
            visit.series(Labels::new(&[("label", label)]), Value::Float(*value));
        }
    }
}

fn page_of(help: &str, series: Vec<(String, f64)>) -> String {
    let help: Cow<'static, str> = help.to_owned().into();
    let descriptor = Descriptor::new("chosen", help, Unit::Count("{thing}"), Kind::Gauge);
    let registry = Registry::new();
    let source = Arc::new(Chosen(descriptor.expect("a valid name"), series));
    registry.register_shared(&[], source).expect("registers");
    Encoder::new(Format::Text).page(&registry).expect("text")
}

#[test]
fn numbers_that_are_none_are_written_as_prometheus_reads_them() {
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.5, 1e300, 1e15, 1e17, -0.0];
    let page = page_of("", values.iter().map(|value| (String::new(), *value)).collect());
    let written: Vec<_> = page.lines().skip(2).filter_map(|it| it.split(' ').nth(1)).collect();
    assert_eq!(written, ["NaN", "+Inf", "-Inf", "-0.5", "1e300", "1000000000000000", "1e17", "0"]);
}

#[test]
fn instance_labels_stand_before_those_of_the_series() {
    let registry = Registry::new();
    let what = Descriptor::new("a", "A.", Unit::Count("{a}"), Kind::Counter).expect("valid");
    let counters = [(); 2].map(|()| Arc::new(Named::new(what.clone(), Counter::new())));
    for (counter, instance) in counters.iter().zip(["x", "y"]) {
        registry.register_shared(&[("instance", instance)], counter.clone()).expect("registers");
        counter.increment();
    }
    let page = Encoder::new(Format::Text).page(&registry).expect("text");
    assert_eq!(page.matches("# TYPE").count(), 1);
    assert!(page.ends_with("a_total{instance=\"x\"} 1\na_total{instance=\"y\"} 1\n"), "{page}");
}

#[test]
fn a_long_page_comes_in_pieces_that_end_with_a_line() {
    let registry = Registry::new();
    let descriptor = Descriptor::fixed("chosen", "", Unit::Ratio, Kind::Gauge);
    let series = (0..10_000).map(|at| (at.to_string(), f64::from(at))).collect();
    registry.register_shared(&[], Arc::new(Chosen(descriptor, series))).expect("registers");
    let (mut text, mut page, mut pieces) = (Encoder::new(Format::Text), Vec::new(), 0);
    text.encode(&registry, |piece| {
        assert!(piece.ends_with(b"\n") && piece.len() < PIECE_BYTES + 100);
        page.extend_from_slice(piece);
        pieces += 1;
    });
    assert_eq!(page, text.page(&registry).expect("text").as_bytes());
    assert_eq!(pieces, page.len() / PIECE_BYTES + 1);
}

/// Histograms whose label a test chooses, each with a value.
struct Histograms(Descriptor, Vec<String>, ExplicitHistogram);

impl Collect for Histograms {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        for label in &self.1 {
            visit.series(Labels::new(&[("label", label)]), Value::Histogram(&self.2.snapshot()));
        }
    }
}

fn histograms(labels: Vec<String>, histogram: ExplicitHistogram) -> Registry {
    let descriptor = Descriptor::fixed("chosen", "", Unit::Seconds, Kind::Histogram);
    let registry = Registry::new();
    let source = Arc::new(Histograms(descriptor, labels, histogram));
    registry.register_shared(&[], source).expect("registers");
    registry
}

#[test]
fn an_empty_histogram_shows_all_its_buckets() {
    let histogram = ExplicitHistogram::new(Unit::Seconds, &[0.5, 1.0, 2.5e-9 + 1.0]);
    let page = Encoder::new(Format::Text).page(&histograms(vec!["a\"\\\n".into()], histogram)).expect("text");
    let expected = r#"# HELP chosen_seconds 
# TYPE chosen_seconds histogram
chosen_seconds_bucket{label="a\"\\\n",le="0.5"} 0
chosen_seconds_bucket{label="a\"\\\n",le="1"} 0
chosen_seconds_bucket{label="a\"\\\n",le="1.0000000025"} 0
chosen_seconds_bucket{label="a\"\\\n",le="+Inf"} 0
chosen_seconds_sum{label="a\"\\\n"} 0
chosen_seconds_count{label="a\"\\\n"} 0
"#;
    assert_eq!(page, expected);
}

#[test]
fn a_piece_ends_inside_a_histogram_and_at_the_end_of_a_line() {
    static BOUNDS: LazyLock<Vec<f64>> = LazyLock::new(|| (0..64).map(f64::from).collect());
    let labels = ["x".repeat(3_000), "y".repeat(30_000)];
    let registry = histograms(labels.to_vec(), ExplicitHistogram::new(Unit::Seconds, &BOUNDS));
    let (mut text, mut page) = (Encoder::new(Format::Text), Vec::new());
    text.encode(&registry, |piece| {
        assert!(piece.ends_with(b"\n") && piece.len() < PIECE_BYTES + 30_100, "{}", piece.len());
        page.extend_from_slice(piece);
    });
    assert_eq!(page, text.page(&registry).expect("text").as_bytes());
    assert_eq!(page.split(|byte| *byte == b'\n').count(), 2 + 2 * 67 + 1);
}

/// One series whose labels are kept as text, or not.
struct Kept(Descriptor, Vec<(&'static str, String)>, bool);

impl Collect for Kept {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let own: Vec<_> = self.1.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = label_text(&own);
        let labels = if self.2 { Labels::with_text(&own, &text) } else { Labels::new(&own) };
        visit.series(labels, Value::Signed(-7));
    }
}

proptest! {
    #[test]
    fn labels_that_are_kept_as_text_look_the_same(
        values in proptest::collection::vec("\\PC*|[\\\\\"\n]*", 0..3),
        instance in proptest::option::of("\\PC*"),
    ) {
        let own: Vec<_> = ["a", "b"].into_iter().zip(values).collect();
        let pages = [true, false].map(|is_kept| {
            let descriptor = Descriptor::fixed("kept", "", Unit::Ratio, Kind::UpDownCounter);
            let registry = Registry::new();
            let labels: Vec<_> = instance.iter().map(|value| ("instance", value.as_str())).collect();
            let source = Arc::new(Kept(descriptor, own.clone(), is_kept));
            registry.register_shared(&labels, source).expect("registers");
            Encoder::new(Format::Text).page(&registry).expect("text")
        });
        prop_assert_eq!(&pages[0], &pages[1]);
    }
}

proptest! {
    #[test]
    fn any_label_value_and_help_comes_back(value in "\\PC*|[\\\\\"\n]*", help in "[\\\\\n a]*") {
        let page = page_of(&help, vec![(value.clone(), 1.0)]);
        let lines: Vec<_> = page.lines().collect();
        prop_assert_eq!(lines.len(), 3, "line feeds are escaped");
        let quoted = lines[2].strip_prefix("chosen{label=\"").and_then(|it| it.strip_suffix("\"} 1"));
        prop_assert_eq!(unescape(quoted.expect("one label")), value);
        let written = lines[0].strip_prefix("# HELP chosen ").expect("help");
        prop_assert_eq!(unescape(written), help.trim());
    }
}

/// Written from the format's description, apart from the code under test.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next().expect("something is escaped") {
                'n' => '\n',
                other => other,
            },
            plain => plain,
        });
    }
    out
}

/// A metric of any kind under a name of few words, so that many of them meet.
fn any_metric() -> impl Strategy<Value = Descriptor> {
    let words = ["x", "x.total", "x.info", "x.created", "x.sum", "x.count", "x.bucket", "x.seconds"];
    let more = ["x.seconds.total", "x.total.total", "x.bytes", "total", "info", "x.count.total"];
    let units = [Unit::Count("1"), Unit::Seconds, Unit::Bytes];
    let kinds = [Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram, Kind::StateSet];
    let names = [&words[..], &more].concat();
    (prop::sample::select(names), prop::sample::select(units.to_vec()), prop::sample::select(kinds.to_vec()))
        .prop_map(|(name, unit, kind)| Descriptor::fixed(name, "H.", unit, kind))
}

/// One series of whatever kind.
struct Any(Descriptor);

impl Collect for Any {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let snapshot = engram_metrics_core::Snapshot::default();
        let value = match self.0.kind() {
            Kind::Counter => Value::Unsigned(1),
            Kind::UpDownCounter | Kind::StateSet => Value::Signed(1),
            Kind::Gauge => Value::Float(1.0),
            Kind::Histogram => Value::Histogram(&snapshot),
        };
        visit.series(Labels::new(&[("state", "a")]), value);
    }
}

proptest! {
    #[test]
    fn metrics_that_a_registry_takes_do_not_meet_on_a_page(metrics in prop::collection::vec(any_metric(), 2..5)) {
        let registry = Registry::new();
        for metric in metrics {
            // The registry says no to those that would.
            let _ = registry.register_shared(&[], Arc::new(Any(metric)));
        }
        for format in [Format::OpenMetrics, Format::Text] {
            let mut encoder = Encoder::new(format).with_created(std::time::SystemTime::now());
            let page = encoder.page(&registry).expect("text");
            let word = |line: &str| line.split(' ').nth(2).map(str::to_owned);
            let families = page.lines().filter(|it| it.starts_with("# TYPE")).filter_map(word);
            let series = page.lines().filter(|it| !it.starts_with('#'));
            let mut seen = std::collections::BTreeSet::new();
            for name in families {
                prop_assert!(seen.insert(name.clone()), "{} is there twice:\n{}", name, page);
            }
            let mut all = std::collections::BTreeSet::new();
            for line in series {
                let line = line.split(' ').next().unwrap_or("").to_owned();
                prop_assert!(all.insert(line.clone()), "{} is there twice:\n{}", line, page);
            }
        }
    }
}
