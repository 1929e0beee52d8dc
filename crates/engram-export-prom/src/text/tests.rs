use std::borrow::Cow;
use std::sync::Arc;

use engram_metrics_core::{
    Collect, Counter, Descriptor, Family, Gauge, Histogram, Kind, Labels, Layout, Named, Registry,
    Unit, UpDownCounter, Value, Visit, label_enum, metric_set, when_disabled, when_enabled,
};
use proptest::prelude::*;

use super::{PIECE_BYTES, Text};

label_enum! { enum Outcome as "outcome" { Hit = "hit", Miss = "miss" } }

metric_set! {
    struct Example {
        /// Look-ups, with a \ and a "quote".
        lookups: Family<Outcome, Counter> = "cache.lookups", Unit::Count("{lookup}");
        /// Entries.
        entries: UpDownCounter = "cache.entries", Unit::Count("{entry}");
        /// Fill level.
        fill: Gauge = "cache.fill", Unit::Ratio;
        /// Size of an entry.
        size: Histogram = "cache.entry.size", Unit::Bytes, Histogram::with_layout(Layout::new(1, 0, 3, 0));
    }
}

static EXAMPLE: Example = Example::new();

when_enabled! {
    const PAGE: &str = r#"# HELP cache_lookups_total Look-ups, with a \\ and a "quote".
# TYPE cache_lookups_total counter
cache_lookups_total{outcome="hit"} 2
cache_lookups_total{outcome="miss"} 0
# HELP cache_entries Entries.
# TYPE cache_entries gauge
cache_entries -1
# HELP cache_fill_ratio Fill level.
# TYPE cache_fill_ratio gauge
cache_fill_ratio 0.1
# HELP cache_entry_size_bytes Size of an entry.
# TYPE cache_entry_size_bytes histogram
cache_entry_size_bytes_bucket{le="1"} 0
cache_entry_size_bytes_bucket{le="2"} 0
cache_entry_size_bytes_bucket{le="4"} 1
cache_entry_size_bytes_bucket{le="8"} 1
cache_entry_size_bytes_bucket{le="+Inf"} 2
cache_entry_size_bytes_sum 103
cache_entry_size_bytes_count 2
"#;
}
when_disabled! {
    const PAGE: &str = "# telemetry is compiled out of this binary\n";
}

#[test]
fn a_page_is_what_the_format_asks_for() {
    let registry = Registry::new();
    registry.register(&EXAMPLE).expect("registers");
    EXAMPLE.lookups.at(Outcome::Hit).add(2);
    let _ = Outcome::Miss;
    EXAMPLE.entries.add(-1);
    EXAMPLE.fill.set(0.1);
    EXAMPLE.size.record(3);
    EXAMPLE.size.record(100);
    let mut text = Text::new();
    assert_eq!(text.page(&registry), PAGE);
    assert_eq!(text.page(&registry), PAGE, "an encoder can be used again");
}

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
    Text::new().page(&registry)
}

when_enabled! {
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
        let page = Text::new().page(&registry);
        assert_eq!(page.matches("# TYPE").count(), 1);
        assert!(page.ends_with("a_total{instance=\"x\"} 1\na_total{instance=\"y\"} 1\n"), "{page}");
    }

    #[test]
    fn a_long_page_comes_in_pieces_that_end_with_a_line() {
        let registry = Registry::new();
        let descriptor = Descriptor::fixed("chosen", "", Unit::Ratio, Kind::Gauge);
        let series = (0..10_000).map(|at| (at.to_string(), f64::from(at))).collect();
        registry.register_shared(&[], Arc::new(Chosen(descriptor, series))).expect("registers");
        let (mut text, mut page, mut pieces) = (Text::new(), Vec::new(), 0);
        text.encode(&registry, |piece| {
            assert!(piece.ends_with(b"\n") && piece.len() < PIECE_BYTES + 100);
            page.extend_from_slice(piece);
            pieces += 1;
        });
        assert_eq!(page, text.page(&registry).as_bytes());
        assert_eq!(pieces, page.len() / PIECE_BYTES + 1);
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
