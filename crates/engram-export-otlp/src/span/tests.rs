use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::{Span as Read, Status};
use proptest::prelude::*;
use prost::Message as _;

use super::*;
use crate::log::tests::{any_attributes, borrowed, pairs};

fn at(nanos: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)
}

proptest! {
    #[test]
    fn a_span_decodes_to_what_it_was(
        (start, end) in (0..i64::MAX as u64, 0..i64::MAX as u64),
        name in "\\PC{0,200}",
        why in prop::option::of("\\PC{0,200}"),
        attributes in any_attributes(),
        (trace, own, parent) in any::<(u128, u64, u64)>(),
        parts in 0_usize..4,
    ) {
        let shown: Vec<_> = attributes.iter().map(|(name, it)| (name.as_str(), borrowed(it))).collect();
        let context = (TraceId(trace), SpanId(own));
        let events = vec![SpanEvent { time: at(start), name: &name, attributes: &shown }; parts];
        let links = vec![SpanLink { context, attributes: &shown }; parts];
        let span = Span {
            parent: Some(SpanId(parent)),
            kind: SpanKind::Consumer,
            attributes: &shown,
            events: &events,
            links: &links,
            status: why.as_deref().map_or(SpanStatus::Ok, SpanStatus::Error),
            ..Span::new(&name, context, at(start)..at(end))
        };
        let mut out = Buffer::new();
        out.reserve(span.most());
        span.put(&mut out);
        prop_assert!(out.len() <= span.most());
        let read = Read::decode(out.as_slice()).expect("a span");
        prop_assert_eq!((&read.name, read.kind), (&name, 5));
        prop_assert_eq!((read.start_time_unix_nano, read.end_time_unix_nano), (start, end));
        prop_assert_eq!(&read.trace_id, &trace.to_be_bytes());
        prop_assert_eq!((&read.span_id[..], &read.parent_span_id[..]), (&own.to_be_bytes()[..], &parent.to_be_bytes()[..]));
        prop_assert_eq!(pairs(&read.attributes), attributes.clone());
        prop_assert_eq!((read.events.len(), read.links.len()), (parts, parts));
        for event in &read.events {
            prop_assert_eq!((event.time_unix_nano, &event.name), (start, &name));
            prop_assert_eq!(pairs(&event.attributes), attributes.clone());
        }
        for link in &read.links {
            prop_assert_eq!(&link.span_id, &own.to_be_bytes());
            prop_assert_eq!(pairs(&link.attributes), attributes.clone());
        }
        let code = if why.is_some() { 2 } else { 1 };
        prop_assert_eq!(read.status, Some(Status { message: why.unwrap_or_default(), code }));
    }
}

#[test]
fn a_status_that_nobody_set_is_not_sent() {
    let span = Span::new("name", (TraceId(1), SpanId(2)), at(0)..at(1));
    let mut out = Buffer::new();
    out.reserve(span.most());
    span.put(&mut out);
    let read = Read::decode(out.as_slice()).expect("a span");
    assert_eq!((read.status, read.parent_span_id), (None, Vec::new()));
}
