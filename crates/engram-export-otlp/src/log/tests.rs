use std::time::Duration;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord as Read;
use proptest::prelude::*;
use prost::Message as _;

use super::*;

/// Attributes and what they are by somebody else's reading.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "\\PC{0,200}".prop_map(Value::StringValue),
        any::<bool>().prop_map(Value::BoolValue),
        any::<i64>().prop_map(Value::IntValue),
        (-1e300..1e300).prop_map(Value::DoubleValue),
    ]
}

pub(crate) fn borrowed(value: &Value) -> AttributeValue<'_> {
    match value {
        Value::StringValue(text) => AttributeValue::Text(text),
        Value::BoolValue(it) => AttributeValue::Bool(*it),
        Value::IntValue(it) => AttributeValue::Int(*it),
        Value::DoubleValue(it) => AttributeValue::Float(*it),
        other => panic!("{other:?} is not made here"),
    }
}

pub(crate) fn any_attributes() -> impl Strategy<Value = Vec<(String, Value)>> {
    prop::collection::vec(("\\PC{0,150}", any_value()), 0..6)
}

pub(crate) fn pairs(
    attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue],
) -> Vec<(String, Value)> {
    let value = |it: &opentelemetry_proto::tonic::common::v1::KeyValue| {
        Some((it.key.clone(), it.value.clone()?.value?))
    };
    attributes.iter().map(|it| value(it).expect("a value")).collect()
}

proptest! {
    #[test]
    fn a_log_record_decodes_to_what_it_was(
        nanos in 0..i64::MAX as u64,
        name in "\\PC{0,200}",
        body in prop::option::of(any_value()),
        attributes in any_attributes(),
        dropped: u32,
        context: Option<(u128, u64)>,
    ) {
        let shown: Vec<_> = attributes.iter().map(|(name, it)| (name.as_str(), borrowed(it))).collect();
        let record = LogRecord {
            severity: Some(Severity::Warn),
            event_name: &name,
            body: body.as_ref().map(borrowed),
            attributes: &shown,
            dropped_attributes: dropped,
            context: context.map(|(trace, span)| (TraceId(trace), SpanId(span))),
            ..LogRecord::at(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos))
        };
        let mut out = Buffer::new();
        out.reserve(record.most());
        record.put(&mut out);
        prop_assert!(out.len() <= record.most());
        let read = Read::decode(out.as_slice()).expect("a record");
        prop_assert_eq!((read.time_unix_nano, read.observed_time_unix_nano), (nanos, nanos));
        prop_assert_eq!((read.severity_number, read.severity_text.as_str()), (13, "WARN"));
        prop_assert_eq!((read.event_name, read.dropped_attributes_count), (name, dropped));
        prop_assert_eq!(read.body.and_then(|it| it.value), body);
        prop_assert_eq!(pairs(&read.attributes), attributes);
        let ids = context.map(|(trace, span)| (trace.to_be_bytes().to_vec(), span.to_be_bytes().to_vec()));
        prop_assert_eq!((read.trace_id, read.span_id), ids.unwrap_or_default());
    }
}
