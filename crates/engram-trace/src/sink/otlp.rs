//! Events as log records and spans of OpenTelemetry.

use std::time::Duration;

use engram_export_otlp::{AttributeValue, Dropped, LogRecord, Outbox, Severity, Span};

use super::{Batch, Sink, SinkError};
use crate::event::{Event, Field};
use crate::item::{Gap, Item, Traced};

/// Puts each item into the outbox of an exporter, as a log record.
///
/// | of the event | in the record |
/// |---|---|
/// | kind | `event_name`, behind the prefix |
/// | context | trace and span |
/// | fields | attributes |
/// | strength, duration | the attributes `engram.strength`, `engram.duration` in seconds |
/// | weight other than 1 | the attribute `engram.weight` |
///
/// A gap is a record of severity `WARN` with the event name `engram.trace.gap` and the attribute `engram.lost`. It
/// waits for nobody: what the outbox has no room for is undelivered.
#[derive(Debug)]
pub struct Logs {
    outbox: Outbox,
    prefix: String,
    /// The name of the event at hand.
    name: String,
}

/// Puts each event that has a context and a duration into the outbox of an exporter, as a span. Other events and
/// gaps are left to [`Logs`]; they count as delivered.
#[derive(Debug)]
pub struct Spans {
    outbox: Outbox,
}

type Attributes = Vec<(&'static str, AttributeValue<'static>)>;

impl Logs {
    /// Records whose event names begin with `prefix`, such as `engram.`.
    #[must_use]
    pub fn new(outbox: Outbox, prefix: &str) -> Self {
        Self { outbox, prefix: prefix.to_owned(), name: String::new() }
    }

    fn log<E: Event>(&mut self, batch: &Batch<'_, E>, traced: &Traced<E>) -> Result<(), Dropped> {
        let mut attributes = attributes(traced);
        if let Some(ticks) = traced.event.duration_ticks() {
            attributes
                .push(("engram.duration", AttributeValue::Float(duration(ticks).as_secs_f64())));
        }
        self.name.clear();
        self.name.push_str(&self.prefix);
        self.name.push_str(traced.kind());
        self.outbox.log(&LogRecord {
            severity: Some(Severity::Info),
            event_name: &self.name,
            attributes: &attributes,
            context: traced.event.context(),
            ..LogRecord::at(batch.date(traced.stamp))
        })
    }

    fn log_gap<E: Event>(&self, batch: &Batch<'_, E>, gap: &Gap) -> Result<(), Dropped> {
        let lost = AttributeValue::Int(i64::try_from(gap.lost).unwrap_or(i64::MAX));
        self.outbox.log(&LogRecord {
            severity: Some(Severity::Warn),
            event_name: "engram.trace.gap",
            attributes: &[("engram.lost", lost)],
            ..LogRecord::at(batch.date(gap.stamp))
        })
    }
}

impl Spans {
    /// Spans for this outbox.
    #[must_use]
    pub const fn new(outbox: Outbox) -> Self {
        Self { outbox }
    }

    fn span<E: Event>(&self, batch: &Batch<'_, E>, traced: &Traced<E>) -> Result<(), Dropped> {
        let (Some(context), Some(ticks)) = (traced.event.context(), traced.event.duration_ticks())
        else {
            return Ok(());
        };
        let end = batch.date(traced.stamp);
        let start = end.checked_sub(duration(ticks)).unwrap_or(end);
        let attributes = attributes(traced);
        let span = Span::new(traced.kind(), context, start..end);
        self.outbox.span(&Span { attributes: &attributes, ..span })
    }
}

impl<E: Event> Sink<E> for Logs {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        each(batch, |item| match item {
            Item::Event(traced) => self.log(batch, traced),
            Item::Gap(gap) => self.log_gap(batch, gap),
        })
    }
}

impl<E: Event> Sink<E> for Spans {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        each(batch, |item| item.event().map_or(Ok(()), |traced| self.span(batch, traced)))
    }
}

/// Puts every item, also behind one that was dropped: room may come.
fn each<E: Event>(
    batch: &Batch<'_, E>,
    mut put: impl FnMut(&Item<E>) -> Result<(), Dropped>,
) -> Result<(), SinkError> {
    let (mut taken, mut why) = (0, None);
    for item in batch.items() {
        match put(item) {
            Ok(()) => taken += u64::from(item.event().is_some()),
            Err(dropped) => why = Some(dropped),
        }
    }
    why.map_or(Ok(()), |why| Err(SinkError::after(taken, why)))
}

fn attributes<E: Event>(traced: &Traced<E>) -> Attributes {
    let mut attributes = Vec::new();
    traced.event.fields(&mut |name, field| attributes.push((name, value(field))));
    let strength = traced.event.strength();
    if strength.is_finite() {
        attributes.push(("engram.strength", AttributeValue::Float(strength.into())));
    }
    if traced.weight != 1.0 {
        attributes.push(("engram.weight", AttributeValue::Float(traced.weight)));
    }
    attributes
}

/// What no attribute can hold is the largest that one can.
fn value(field: Field) -> AttributeValue<'static> {
    match field {
        Field::Unsigned(value) => AttributeValue::Int(i64::try_from(value).unwrap_or(i64::MAX)),
        Field::Signed(value) => AttributeValue::Int(value),
        Field::Float(value) => AttributeValue::Float(value),
        Field::Bool(value) => AttributeValue::Bool(value),
        Field::Text(text) => AttributeValue::Text(text),
    }
}

/// Ticks of 2^-30 s as a duration.
fn duration(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / (1_u64 << 30) as f64)
}
