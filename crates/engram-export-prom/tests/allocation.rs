//! After the first page, another one allocates nothing, whatever is on it.

use allocation_counter::measure;
use engram_export_prom::{Encoder, Format};
use engram_metrics_core::{
    Counter, DynamicFamily, ExemplarHistogram, ExplicitHistogram, Gauge, Histogram, Layout,
    Registry, SpanId, TraceId, Unit, metric_set,
};

metric_set! {
    struct Everything {
        /// Requests.
        requests: DynamicFamily<2, Counter> = "requests", Unit::Count("{request}"),
            DynamicFamily::<2, Counter>::new(["method", "path"]);
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Layouts, more than there is room for in what an encoder keeps.
        h0: Histogram = "h0", Unit::Seconds;
        /// Leads to traces.
        traced: ExemplarHistogram = "traced", Unit::Seconds;
        /// Another.
        h1: Histogram = "h1", Unit::Bytes;
        /// Another.
        h2: Histogram = "h2", Unit::Bytes, Histogram::with_layout(Layout::new(0, 0, 8, 0));
        /// Another.
        h3: Histogram = "h3", Unit::Bytes, Histogram::with_layout(Layout::new(0, 0, 52, 0));
        /// Another.
        h4: Histogram = "h4", Unit::Bytes, Histogram::with_layout(Layout::new(0, 4, 9, 0));
        /// Another.
        h5: ExplicitHistogram = "h5", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.1, 0.2]);
        /// Another.
        h6: ExplicitHistogram = "h6", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.25, 1.5, 1e-9 + 3.0]);
        /// Another.
        h7: Histogram = "h7", Unit::Ratio;
        /// Another.
        h8: Histogram = "h8", Unit::Bytes, Histogram::with_layout(Layout::new(1, 0, 20, 0));
        /// Another.
        h9: Histogram = "h9", Unit::Bytes, Histogram::with_layout(Layout::new(0, 0, 40, 3));
    }
}

static EVERYTHING: Everything = Everything::new();

/// Nothing is recorded into it, so that its page stays the same.
static OTHER: Everything = Everything::new();

fn record(times: u64) {
    for path in ["/", "/a", "/a \"quoted\" \\ path\n"] {
        EVERYTHING.requests.at(["GET", path]).add(times);
    }
    EVERYTHING.fill.set(times as f64 / 3.0);
    EVERYTHING.h0.record(times * 1_000_003);
    EVERYTHING.traced.record_with_exemplar(times * 1_000_003, TraceId(7), SpanId(8));
    EVERYTHING.h6.record_f64(times as f64 / 7.0);
}

#[test]
fn a_page_after_the_first_allocates_nothing() {
    let registry = Registry::new();
    registry.register(&EVERYTHING).expect("registers");
    record(1);
    let mut encoders = Format::ALL.map(|format| (Encoder::new(format), Vec::new()));
    for (encoder, page) in &mut encoders {
        encoder.encode_whole(&registry, page);
        encoder.encode(&registry, |_| {});
    }
    for times in 2..10 {
        record(times);
        let measured = measure(|| {
            for (encoder, page) in &mut encoders {
                encoder.encode(&registry, |_| {});
                encoder.encode_whole(&registry, page);
            }
        });
        assert_eq!(measured.count_total, 0);
    }
}

#[test]
fn a_page_in_one_piece_is_the_one_in_pieces() {
    let registry = Registry::new();
    registry.register(&OTHER).expect("registers");
    for format in Format::ALL {
        let (mut encoder, mut whole, mut pieces) =
            (Encoder::new(format), b"what was there before".to_vec(), vec![]);
        encoder.encode(&registry, |piece| pieces.extend_from_slice(piece));
        encoder.encode_whole(&registry, &mut whole);
        assert_eq!(pieces, whole);
    }
}
