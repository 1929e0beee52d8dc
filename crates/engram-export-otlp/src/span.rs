//! Spans, borrowed from whoever has them.

use std::time::SystemTime;

use engram_metrics_core::{SpanId, TraceId};

use crate::attribute::{self, Attributes};
use crate::metrics::unix_nanos;
use crate::wire::{Buffer, Tag};

/// Something that took time, inside a trace.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use engram_export_otlp::{Span, SpanStatus};
/// use engram_metrics_core::{SpanId, TraceId};
///
/// let start = SystemTime::now();
/// let end = start + Duration::from_millis(12);
/// let span = Span {
///     status: SpanStatus::Error("lock order inverted"),
///     ..Span::new("rebuild", (TraceId(7), SpanId(1)), start..end)
/// };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Span<'a> {
    /// What was done.
    pub name: &'a str,
    /// The trace, and itself.
    pub context: (TraceId, SpanId),
    /// The span that it is a part of.
    pub parent: Option<SpanId>,
    /// Whose side it is on.
    pub kind: SpanKind,
    /// When.
    pub time: std::ops::Range<SystemTime>,
    /// The rest.
    pub attributes: Attributes<'a>,
    /// What happened meanwhile.
    pub events: &'a [SpanEvent<'a>],
    /// Spans that it has to do with, in other traces too.
    pub links: &'a [SpanLink<'a>],
    /// How it ended.
    pub status: SpanStatus<'a>,
}

/// Something that happened during a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanEvent<'a> {
    /// When.
    pub time: SystemTime,
    /// What.
    pub name: &'a str,
    /// The rest.
    pub attributes: Attributes<'a>,
}

/// A span that another one has to do with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanLink<'a> {
    /// Its trace, and itself.
    pub context: (TraceId, SpanId),
    /// What it has to do with it.
    pub attributes: Attributes<'a>,
}

/// Whose side a span is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpanKind {
    /// Nobody's: inside a process.
    #[default]
    Internal = 1,
    /// Of who answers.
    Server = 2,
    /// Of who asks.
    Client = 3,
    /// Of who puts something into a queue.
    Producer = 4,
    /// Of who takes something out of one.
    Consumer = 5,
}

/// How a span ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpanStatus<'a> {
    /// Nobody said.
    #[default]
    Unset,
    /// Well, as somebody made sure.
    Ok,
    /// Not well, and why.
    Error(&'a str),
}

impl<'a> Span<'a> {
    /// A span of which nothing else is known.
    #[must_use]
    pub fn new(
        name: &'a str,
        context: (TraceId, SpanId),
        time: std::ops::Range<SystemTime>,
    ) -> Self {
        Self {
            name,
            context,
            parent: None,
            kind: SpanKind::default(),
            time,
            attributes: &[],
            events: &[],
            links: &[],
            status: SpanStatus::default(),
        }
    }

    /// Bytes that it does not exceed.
    pub(crate) fn most(&self) -> usize {
        let event = |it: &SpanEvent<'_>| PART_MOST + it.name.len() + attribute::most(it.attributes);
        let link = |it: &SpanLink<'_>| PART_MOST + attribute::most(it.attributes);
        FIELDS_MOST
            + self.name.len()
            + self.status.message().len()
            + attribute::most(self.attributes)
            + self.events.iter().map(event).sum::<usize>()
            + self.links.iter().map(link).sum::<usize>()
    }

    /// Writes the fields of a `Span`; there is room for [`most`](Self::most).
    pub(crate) fn put(&self, out: &mut Buffer) {
        put_context(out, self.context);
        if let Some(parent) = self.parent {
            out.bytes(Tag::bytes(4), &parent.0.to_be_bytes());
        }
        out.bytes(Tag::bytes(5), self.name.as_bytes());
        out.varint(Tag::varint(6), self.kind as u64);
        out.fixed(Tag::fixed(7), unix_nanos(self.time.start));
        out.fixed(Tag::fixed(8), unix_nanos(self.time.end));
        attribute::put_all(out, Tag::bytes(9), self.attributes);
        self.events.iter().for_each(|event| event.put(out));
        self.links.iter().for_each(|link| link.put(out));
        self.status.put(out);
    }
}

impl SpanEvent<'_> {
    fn put(&self, out: &mut Buffer) {
        let event = out.open(Tag::bytes(11));
        out.reserve(PART_MOST + self.name.len());
        out.fixed(Tag::fixed(1), unix_nanos(self.time));
        out.bytes(Tag::bytes(2), self.name.as_bytes());
        attribute::put_all(out, Tag::bytes(3), self.attributes);
        out.close(event);
    }
}

impl SpanLink<'_> {
    fn put(&self, out: &mut Buffer) {
        let link = out.open(Tag::bytes(13));
        out.reserve(PART_MOST);
        put_context(out, self.context);
        attribute::put_all(out, Tag::bytes(4), self.attributes);
        out.close(link);
    }
}

impl<'a> SpanStatus<'a> {
    const fn message(self) -> &'a str {
        if let Self::Error(message) = self { message } else { "" }
    }

    fn put(self, out: &mut Buffer) {
        let code = match self {
            Self::Unset => return,
            Self::Ok => 1,
            Self::Error(_) => 2,
        };
        let status = out.open(Tag::bytes(15));
        out.reserve(PART_MOST + self.message().len());
        if !self.message().is_empty() {
            out.bytes(Tag::bytes(2), self.message().as_bytes());
        }
        out.varint(Tag::varint(3), code);
        out.close(status);
    }
}

fn put_context(out: &mut Buffer, (trace, span): (TraceId, SpanId)) {
    out.bytes(Tag::bytes(1), &trace.0.to_be_bytes());
    out.bytes(Tag::bytes(2), &span.0.to_be_bytes());
}

/// Bytes of the fields that have no text, of a span and of a part of one.
const FIELDS_MOST: usize = 192;
const PART_MOST: usize = 64;

#[cfg(test)]
mod tests;
