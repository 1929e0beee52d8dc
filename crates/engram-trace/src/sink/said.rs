//! Events as events of `tracing`, for whoever listens there.

use std::fmt::{self, Write as _};

use super::{Batch, Sink, SinkError};
use crate::event::{Event, Field};
use crate::item::{Item, Traced};

/// Tells `tracing` of each item: target [`TARGET`], level `INFO` for events and `WARN` for gaps.
///
/// The fields of an event are one text, `node=7 hops=3`, because `tracing` wants to know all names when the program
/// is compiled. An [`EventLayer`](crate::EventLayer) does not hear what is said here, so that the two can be used
/// together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said;

/// The target of what is said.
pub(crate) const TARGET: &str = "engram.trace";

impl<E: Event> Sink<E> for Said {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        for item in batch.items() {
            match item {
                Item::Event(traced) => say(traced),
                Item::Gap(gap) => {
                    tracing::warn!(target: TARGET, lost = gap.lost, ring = gap.ring, "gap");
                }
            }
        }
        Ok(())
    }
}

fn say<E: Event>(traced: &Traced<E>) {
    let context = traced.event.context();
    tracing::info!(
        target: TARGET,
        kind = traced.kind(),
        strength = f64::from(traced.event.strength()),
        weight = traced.weight,
        trace_id = context.map(|(trace, _)| tracing::field::display(trace)),
        span_id = context.map(|(_, span)| tracing::field::display(span)),
        fields = %Fields(&traced.event),
    );
}

/// All fields in a row.
struct Fields<'a, E>(&'a E);

impl<E: Event> fmt::Display for Fields<'_, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.0.fields(&mut |name, field| {
            let separator = if text.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = match field {
                Field::Unsigned(value) => write!(text, "{separator}{name}={value}"),
                Field::Signed(value) => write!(text, "{separator}{name}={value}"),
                Field::Float(value) => write!(text, "{separator}{name}={value}"),
                Field::Bool(value) => write!(text, "{separator}{name}={value}"),
                Field::Text(value) => write!(text, "{separator}{name}={value}"),
            };
        });
        out.write_str(&text)
    }
}
