use std::time::{Duration, UNIX_EPOCH};

use engram_metrics_core::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde::de::DeserializeOwned;

use super::write;
use crate::config::Signal;
use crate::outbox::{Batch, Queue};
use crate::resource::Head;
use crate::{
    AttributeValue, LogRecord, Resource, Scope, Severity, Span, SpanEvent, SpanLink, SpanStatus,
};

engram_metrics_core::when_enabled! {
    mod metrics;
}

/// What our JSON says, by somebody else's reading, is what our protobuf says.
fn same<T>(signal: Signal, request: &[u8]) -> T
where
    T: prost::Message + Default + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let mut json = Vec::new();
    write(signal, request, &mut json);
    let text = String::from_utf8_lossy(&json).into_owned();
    let read: T = serde_json::from_slice(&json).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_eq!(read, T::decode(request).expect("a request"), "{text}");
    read
}

/// A request with one record.
fn request(put: impl FnOnce(&mut crate::wire::Buffer)) -> Vec<u8> {
    let queue = Queue::new(1 << 16);
    assert!(queue.push(1 << 10, put));
    let mut batch = Batch::new(Head::new(&Resource::named("test"), &Scope::default()));
    assert_eq!(batch.take(&queue), 1);
    batch.request().to_vec()
}

const ATTRIBUTES: crate::Attributes<'static> = &[
    ("text", AttributeValue::Text("ä\u{7}")),
    ("yes", AttributeValue::Bool(true)),
    ("int", AttributeValue::Int(i64::MIN)),
    ("float", AttributeValue::Float(1e-300)),
];

#[test]
fn log_records_as_json_say_what_they_say_as_protobuf() {
    let record = LogRecord {
        severity: Some(Severity::Fatal),
        event_name: "event",
        body: Some(AttributeValue::Text("body")),
        attributes: ATTRIBUTES,
        dropped_attributes: 3,
        context: Some((TraceId(1 << 127), SpanId(1))),
        ..LogRecord::at(UNIX_EPOCH + Duration::from_nanos(u64::MAX >> 1))
    };
    let read: ExportLogsServiceRequest = same(Signal::Logs, &request(|out| record.put(out)));
    assert_eq!(read.resource_logs[0].scope_logs[0].log_records[0].event_name, "event");
}

#[test]
fn spans_as_json_say_what_they_say_as_protobuf() {
    let context = (TraceId(0xabc), SpanId(0xdef));
    let event = SpanEvent { time: UNIX_EPOCH, name: "event", attributes: ATTRIBUTES };
    let span = Span {
        parent: Some(SpanId(9)),
        attributes: ATTRIBUTES,
        events: &[event, event],
        links: &[SpanLink { context, attributes: ATTRIBUTES }],
        status: SpanStatus::Error("why"),
        ..Span::new("name", context, UNIX_EPOCH..UNIX_EPOCH + Duration::from_secs(1))
    };
    let read: ExportTraceServiceRequest = same(Signal::Traces, &request(|out| span.put(out)));
    assert_eq!(read.resource_spans[0].scope_spans[0].spans[0].events.len(), 2);
}

#[test]
fn what_is_no_number_is_a_text() {
    let mut out = Vec::new();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5] {
        super::double(value, &mut out);
    }
    assert_eq!(out, br#""NaN""Infinity""-Infinity"0.5"#);
}
