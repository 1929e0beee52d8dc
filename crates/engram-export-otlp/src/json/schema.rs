//! What the fields of OTLP are called, and how JSON writes what is in them.

use crate::config::Signal;

/// Number, name and kind of each field that this crate writes.
#[derive(Debug)]
pub(super) struct Message(pub(super) &'static [(u64, &'static str, Kind)]);

/// How a value is written.
#[derive(Debug)]
pub(super) enum Kind {
    Message(&'static Message),
    /// Messages: an array.
    Each(&'static Message),
    Text,
    /// An id.
    Hex,
    Bool,
    /// An enum, or a number of 32 bits.
    Number,
    /// A number of 32 bits with a sign.
    Zigzag,
    /// A number of 64 bits.
    Long,
    /// The same with a sign.
    Signed,
    Double,
    PackedLong,
    PackedFixed,
    PackedDouble,
}

/// The request of a signal.
pub(super) const fn of(signal: Signal) -> &'static Message {
    match signal {
        Signal::Metrics => &METRICS_REQUEST,
        Signal::Logs => &LOGS_REQUEST,
        Signal::Traces => &TRACES_REQUEST,
    }
}

use Kind::{
    Bool, Double, Each, Hex, Long, Number, PackedDouble, PackedFixed, PackedLong, Signed, Text,
    Zigzag,
};

static METRICS_REQUEST: Message = Message(&[(1, "resourceMetrics", Each(&RESOURCE_METRICS))]);
static LOGS_REQUEST: Message = Message(&[(1, "resourceLogs", Each(&RESOURCE_LOGS))]);
static TRACES_REQUEST: Message = Message(&[(1, "resourceSpans", Each(&RESOURCE_SPANS))]);

static RESOURCE_METRICS: Message = Message(&[
    (1, "resource", Kind::Message(&RESOURCE)),
    (2, "scopeMetrics", Each(&SCOPE_METRICS)),
    (3, "schemaUrl", Text),
]);
static RESOURCE_LOGS: Message = Message(&[
    (1, "resource", Kind::Message(&RESOURCE)),
    (2, "scopeLogs", Each(&SCOPE_LOGS)),
    (3, "schemaUrl", Text),
]);
static RESOURCE_SPANS: Message = Message(&[
    (1, "resource", Kind::Message(&RESOURCE)),
    (2, "scopeSpans", Each(&SCOPE_SPANS)),
    (3, "schemaUrl", Text),
]);
static SCOPE_METRICS: Message = Message(&[
    (1, "scope", Kind::Message(&SCOPE)),
    (2, "metrics", Each(&METRIC)),
    (3, "schemaUrl", Text),
]);
static SCOPE_LOGS: Message = Message(&[
    (1, "scope", Kind::Message(&SCOPE)),
    (2, "logRecords", Each(&LOG_RECORD)),
    (3, "schemaUrl", Text),
]);
static SCOPE_SPANS: Message = Message(&[
    (1, "scope", Kind::Message(&SCOPE)),
    (2, "spans", Each(&SPAN)),
    (3, "schemaUrl", Text),
]);

static RESOURCE: Message = Message(&[(1, "attributes", Each(&KEY_VALUE))]);
static SCOPE: Message = Message(&[(1, "name", Text), (2, "version", Text)]);
static KEY_VALUE: Message = Message(&[(1, "key", Text), (2, "value", Kind::Message(&ANY_VALUE))]);
static ANY_VALUE: Message = Message(&[
    (1, "stringValue", Text),
    (2, "boolValue", Bool),
    (3, "intValue", Signed),
    (4, "doubleValue", Double),
]);

static METRIC: Message = Message(&[
    (1, "name", Text),
    (2, "description", Text),
    (3, "unit", Text),
    (5, "gauge", Kind::Message(&GAUGE)),
    (7, "sum", Kind::Message(&SUM)),
    (9, "histogram", Kind::Message(&HISTOGRAM)),
    (10, "exponentialHistogram", Kind::Message(&EXPONENTIAL)),
]);
static GAUGE: Message = Message(&[(1, "dataPoints", Each(&NUMBER_POINT))]);
static SUM: Message = Message(&[
    (1, "dataPoints", Each(&NUMBER_POINT)),
    (2, "aggregationTemporality", Number),
    (3, "isMonotonic", Bool),
]);
static HISTOGRAM: Message =
    Message(&[(1, "dataPoints", Each(&HISTOGRAM_POINT)), (2, "aggregationTemporality", Number)]);
static EXPONENTIAL: Message =
    Message(&[(1, "dataPoints", Each(&EXPONENTIAL_POINT)), (2, "aggregationTemporality", Number)]);

static NUMBER_POINT: Message = Message(&[
    (2, "startTimeUnixNano", Long),
    (3, "timeUnixNano", Long),
    (4, "asDouble", Double),
    (6, "asInt", Signed),
    (7, "attributes", Each(&KEY_VALUE)),
]);
static HISTOGRAM_POINT: Message = Message(&[
    (2, "startTimeUnixNano", Long),
    (3, "timeUnixNano", Long),
    (4, "count", Long),
    (5, "sum", Double),
    (6, "bucketCounts", PackedFixed),
    (7, "explicitBounds", PackedDouble),
    (8, "exemplars", Each(&EXEMPLAR)),
    (9, "attributes", Each(&KEY_VALUE)),
    (11, "min", Double),
    (12, "max", Double),
]);
static EXPONENTIAL_POINT: Message = Message(&[
    (1, "attributes", Each(&KEY_VALUE)),
    (2, "startTimeUnixNano", Long),
    (3, "timeUnixNano", Long),
    (4, "count", Long),
    (5, "sum", Double),
    (6, "scale", Zigzag),
    (7, "zeroCount", Long),
    (8, "positive", Kind::Message(&BUCKETS)),
    (11, "exemplars", Each(&EXEMPLAR)),
    (12, "min", Double),
    (13, "max", Double),
    (14, "zeroThreshold", Double),
]);
static BUCKETS: Message = Message(&[(1, "offset", Zigzag), (2, "bucketCounts", PackedLong)]);
static EXEMPLAR: Message = Message(&[
    (2, "timeUnixNano", Long),
    (3, "asDouble", Double),
    (4, "spanId", Hex),
    (5, "traceId", Hex),
]);

static LOG_RECORD: Message = Message(&[
    (1, "timeUnixNano", Long),
    (2, "severityNumber", Number),
    (3, "severityText", Text),
    (5, "body", Kind::Message(&ANY_VALUE)),
    (6, "attributes", Each(&KEY_VALUE)),
    (7, "droppedAttributesCount", Number),
    (9, "traceId", Hex),
    (10, "spanId", Hex),
    (11, "observedTimeUnixNano", Long),
    (12, "eventName", Text),
]);

static SPAN: Message = Message(&[
    (1, "traceId", Hex),
    (2, "spanId", Hex),
    (4, "parentSpanId", Hex),
    (5, "name", Text),
    (6, "kind", Number),
    (7, "startTimeUnixNano", Long),
    (8, "endTimeUnixNano", Long),
    (9, "attributes", Each(&KEY_VALUE)),
    (11, "events", Each(&EVENT)),
    (13, "links", Each(&LINK)),
    (15, "status", Kind::Message(&STATUS)),
]);
static EVENT: Message =
    Message(&[(1, "timeUnixNano", Long), (2, "name", Text), (3, "attributes", Each(&KEY_VALUE))]);
static LINK: Message =
    Message(&[(1, "traceId", Hex), (2, "spanId", Hex), (4, "attributes", Each(&KEY_VALUE))]);
static STATUS: Message = Message(&[(2, "message", Text), (3, "code", Number)]);
