use engram_metrics_core::{
    Counter, Family, Gauge, Histogram, Layout, Registry, Unit, UpDownCounter, label_enum,
    metric_set, when_disabled, when_enabled,
};

use super::{Encoder, Format};

when_enabled! {
    mod exemplars;
    mod formats;
    mod rows;
    mod values;
}

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
    let mut text = Encoder::new(Format::Text);
    assert_eq!(text.page(&registry).as_deref(), Some(PAGE));
    assert_eq!(text.page(&registry).as_deref(), Some(PAGE), "an encoder can be used again");
}

when_disabled! {
    #[test]
    fn a_page_of_nothing_is_what_each_format_has_for_that() {
        let page = |format| {
            let mut page = Vec::new();
            Encoder::new(format).encode_whole(&Registry::new(), &mut page);
            page
        };
        assert_eq!(page(Format::TextUtf8), PAGE.as_bytes());
        assert_eq!(page(Format::OpenMetrics), b"# EOF\n");
        assert_eq!(page(Format::Protobuf), b"");
    }
}
