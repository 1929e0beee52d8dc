//! Log records, borrowed from whoever has them.

use std::time::SystemTime;

use engram_metrics_core::{SpanId, TraceId};

use crate::attribute::{self, AttributeValue, Attributes};
use crate::metrics::unix_nanos;
use crate::wire::{Buffer, Tag, VARINT_MOST};

/// One log record or event. What is empty, or `None`, is not sent.
///
/// ```
/// use std::time::SystemTime;
/// use engram_export_otlp::{AttributeValue, LogRecord, Severity};
///
/// let record = LogRecord {
///     event_name: "queue.stalled",
///     severity: Some(Severity::Warn),
///     attributes: &[("queue.depth", AttributeValue::Int(4096))],
///     ..LogRecord::at(SystemTime::now())
/// };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRecord<'a> {
    /// When it happened.
    pub time: SystemTime,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// What kind of event it is; empty for a plain line of a log.
    pub event_name: &'a str,
    /// What it says.
    pub body: Option<AttributeValue<'a>>,
    /// The rest.
    pub attributes: Attributes<'a>,
    /// Attributes that were there and are left out.
    pub dropped_attributes: u32,
    /// The span that it happened in.
    pub context: Option<(TraceId, SpanId)>,
}

/// How bad it is: the first of four steps that the specification has for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For who writes the code.
    Trace = 1,
    /// For who looks for a fault.
    Debug = 5,
    /// Something happened.
    Info = 9,
    /// Something may be wrong.
    Warn = 13,
    /// Something is wrong.
    Error = 17,
    /// Nothing works any more.
    Fatal = 21,
}

impl LogRecord<'_> {
    /// A record that says nothing yet.
    #[must_use]
    pub const fn at(time: SystemTime) -> Self {
        Self {
            time,
            severity: None,
            event_name: "",
            body: None,
            attributes: &[],
            dropped_attributes: 0,
            context: None,
        }
    }

    /// Bytes that it does not exceed.
    pub(crate) fn most(&self) -> usize {
        let body = self.body.map_or(0, |body| body.any_len() + 2 * VARINT_MOST);
        FIELDS_MOST + body + self.event_name.len() + attribute::most(self.attributes)
    }

    /// Writes the fields of a `LogRecord`; there is room for [`most`](Self::most).
    pub(crate) fn put(&self, out: &mut Buffer) {
        let time = unix_nanos(self.time);
        out.fixed(Tag::fixed(1), time);
        if let Some(severity) = self.severity {
            out.varint(Tag::varint(2), severity as u64);
            out.bytes(Tag::bytes(3), severity.text().as_bytes());
        }
        if let Some(body) = &self.body {
            out.header(Tag::bytes(5), body.any_len());
            body.put(out);
        }
        attribute::put_all(out, Tag::bytes(6), self.attributes);
        if self.dropped_attributes > 0 {
            out.varint(Tag::varint(7), self.dropped_attributes.into());
        }
        if let Some((trace, span)) = self.context {
            out.bytes(Tag::bytes(9), &trace.0.to_be_bytes());
            out.bytes(Tag::bytes(10), &span.0.to_be_bytes());
        }
        // It is handed over where it happens: it was seen when it happened.
        out.fixed(Tag::fixed(11), time);
        if !self.event_name.is_empty() {
            out.bytes(Tag::bytes(12), self.event_name.as_bytes());
        }
    }
}

impl Severity {
    const fn text(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// Bytes of the fields that have no text.
const FIELDS_MOST: usize = 128;

#[cfg(test)]
pub(crate) mod tests;
