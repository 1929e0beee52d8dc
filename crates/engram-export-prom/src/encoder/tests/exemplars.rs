//! Exemplars in OpenMetrics, from a source whose exemplars a test chooses.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engram_metrics_core::{
    Descriptor, ExemplarHistogram, Kind, Layout, Named, Registry, SpanId, TraceId, Unit,
};

use crate::{Encoder, Format};

fn recorded() -> Registry {
    let histogram = ExemplarHistogram::with_layout(Layout::new(0, 0, 4, 0));
    for (value, trace) in [(1, 0xa), (3, 0xb), (4, 0xc), (90, 0xd)] {
        histogram.record_with_exemplar(value, TraceId(trace), SpanId(trace as u64));
    }
    histogram.record(16);
    let descriptor = Descriptor::fixed("size", "", Unit::Bytes, Kind::Histogram);
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Named::new(descriptor, histogram))).expect("registers");
    registry
}

#[test]
fn an_exemplar_stands_behind_the_bucket_that_its_value_belongs_to() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let registry = recorded();
    let page = Encoder::new(Format::OpenMetrics).at(now).page(&registry).expect("text");
    let bucket = |bound: &str| {
        let line = page.lines().find(|line| line.contains(&format!("le=\"{bound}\"")));
        line.expect("a bucket").split_once("} ").expect("a value").1.to_owned()
    };
    let shows = |bound: &str, count: u64, trace: char, value: u64| {
        let zeros = |digits: usize| "0".repeat(digits);
        let expected = format!(
            "{count} # {{trace_id=\"{}{trace}\",span_id=\"{}{trace}\"}} {value} 1699999999.",
            zeros(31),
            zeros(15)
        );
        let exact = expected.replace("1699999999.", "1700000000.");
        let shown = bucket(bound);
        assert!(shown.starts_with(&expected) || shown.starts_with(&exact), "{shown}");
    };
    shows("1.0", 1, 'a', 1);
    assert_eq!(bucket("2.0"), "1");
    shows("4.0", 3, 'c', 4);
    assert_eq!(bucket("8.0"), "3");
    assert_eq!(bucket("16.0"), "4");
    shows("+Inf", 5, 'd', 90);
}

#[test]
fn the_classic_formats_show_no_exemplars() {
    for format in [Format::Text, Format::TextUtf8] {
        let page = Encoder::new(format).page(&recorded()).expect("text");
        assert!(page.contains("le=\"4\"} 3\n") && !page.contains("trace_id"), "{page}");
    }
}
