//! Exemplars on buckets and on native histograms.

use engram_metrics_core::{ExemplarHistogram, SpanId, TraceId};

use super::model::Exemplar;
use super::*;

#[test]
fn an_exemplar_is_on_its_bucket_and_in_the_list_of_the_native_histogram() {
    let histogram = ExemplarHistogram::with_layout(Layout::new(0, 0, 4, 0));
    histogram.record_with_exemplar(3, TraceId(0xab), SpanId(0xcd));
    let descriptor = Descriptor::fixed("size", "", Unit::Bytes, Kind::Histogram);
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Named::new(descriptor, histogram))).expect("registers");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let mut bytes = Vec::new();
    Encoder::new(Format::Protobuf).at(now).encode_whole(&registry, &mut bytes);
    let shown = families(&bytes).remove(0).metric.remove(0).histogram.expect("a histogram");
    let on_buckets: Vec<Option<&Exemplar>> =
        shown.bucket.iter().map(|it| it.exemplar.as_ref()).collect();
    let [exemplar] = shown.exemplars.as_slice() else { panic!("{:?}", shown.exemplars) };
    assert_eq!(on_buckets, [None, None, Some(exemplar), None, None, None]);
    let labels: Vec<_> =
        exemplar.label.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    let (trace, span) = (format!("{:0>32}", "ab"), format!("{:0>16}", "cd"));
    assert_eq!(labels, [("trace_id", trace.as_str()), ("span_id", span.as_str())]);
    assert_eq!(exemplar.value, 3.0);
    let at = exemplar.timestamp.expect("dated").seconds;
    assert!((1_699_999_990..=1_700_000_000).contains(&at), "{at}");
}
