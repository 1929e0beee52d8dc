//! Where events go.

#[cfg(feature = "json")]
mod file;
#[cfg(feature = "json")]
mod line;
#[cfg(feature = "json")]
mod live;
mod memory;
#[cfg(feature = "otlp")]
mod otlp;
#[cfg(feature = "tracing")]
pub(crate) mod said;

use std::fmt;
use std::time::SystemTime;

use engram_metrics_core::Stamp;

use crate::event::Event;
use crate::item::{Item, events};

#[cfg(feature = "otlp")]
pub use otlp::{Logs, Spans};
#[cfg(feature = "tracing")]
pub use said::Said;
#[cfg(feature = "json")]
pub use {
    file::{JsonLines, Rotation},
    line::{SCHEMA, json_line},
    live::{LIVE_BYTES, Live},
};

pub use memory::{Memory, Recorded};

/// Takes what a tracer recorded, a batch at a time, on the thread that drains.
///
/// It may take its time: meanwhile the rings fill up, and what they refuse is counted. It may fail and it may
/// panic: the batch is counted as such, and the next one follows. Of several sinks of one drain each has an
/// account of its own.
pub trait Sink<E: Event>: Send {
    /// Takes events and gaps.
    ///
    /// # Errors
    /// When it could not take all of them; the error says how many it has.
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError>;

    /// Passes on what is due; called after each round of a drain, also when nothing came.
    ///
    /// # Errors
    /// When that was not possible.
    fn round(&mut self, now: (SystemTime, Stamp)) -> Result<(), SinkError> {
        let _ = now;
        Ok(())
    }

    /// Passes on what it still holds; called at the end.
    ///
    /// # Errors
    /// When that was not possible.
    fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// What a sink takes at one time.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a, E> {
    items: &'a [Item<E>],
    now: (SystemTime, Stamp),
}

impl<'a, E: Event> Batch<'a, E> {
    /// Items, and a moment by both clocks, which dates them.
    #[must_use]
    pub const fn new(items: &'a [Item<E>], now: (SystemTime, Stamp)) -> Self {
        Self { items, now }
    }

    /// Events and gaps, in order by ring.
    #[must_use]
    pub const fn items(&self) -> &'a [Item<E>] {
        self.items
    }

    /// How many of them are events.
    #[must_use]
    pub fn events(&self) -> u64 {
        events(self.items)
    }

    /// The moment of the batch, by both clocks.
    #[must_use]
    pub const fn now(&self) -> (SystemTime, Stamp) {
        self.now
    }

    /// When something happened, by the calendar.
    #[must_use]
    pub fn date(&self, stamp: Stamp) -> SystemTime {
        stamp.date(self.now)
    }
}

/// Why a sink did not take a batch, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkError {
    /// Events of the batch that it took before.
    pub taken: u64,
    /// What was wrong.
    pub why: String,
}

impl SinkError {
    /// So many events were taken before something was wrong.
    #[must_use]
    pub fn after(taken: u64, why: impl fmt::Display) -> Self {
        Self { taken, why: why.to_string() }
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the sink took {} events: {}", self.taken, self.why)
    }
}

impl std::error::Error for SinkError {}
