//! What the engine does, operation by operation.
//!
//! Each operation has a trace of its own, as a request that comes from outside would. Where the event is recorded,
//! the histogram of the duration gets an exemplar of the same trace: from a slow bucket of the page one comes to
//! the event, in the logs or in a file.

pub use engram_cognitive::event::EventKind;

use std::cell::Cell;

use engram_cognitive::event::{FieldValue, Happening};
use engram_metrics_core::{SpanId, TraceId};
use engram_trace::{ENABLED, Event, Field, Tracer};

use crate::sync::{AtomicU64, Ordering};

/// Something that happened in an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryEvent {
    happening: Happening,
    context: Context,
    /// 0 of what takes no time of its own.
    duration_ticks: u64,
    strength: f32,
}

/// The trace of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    number: u64,
}

/// The events of the engines of this process.
pub static EVENTS: Tracer<MemoryEvent> = Tracer::new();

/// Takes one in so many events of each kind, until somebody asks [`EVENTS`] for others: an engine at work does some
/// hundred thousand operations a second, and people read a few.
pub fn thin_out() {
    const KINDS: [(EventKind, u32); 6] = [
        (EventKind::Search, 1024),
        (EventKind::Recall, 256),
        (EventKind::Transition, 256),
        (EventKind::Batch, 64),
        (EventKind::Completion, 64),
        (EventKind::Reconsolidation, 64),
    ];
    KINDS.into_iter().for_each(|(kind, one_in)| EVENTS.set_one_in(kind, one_in));
}

impl Context {
    /// That of the next operation. Threads take a range of numbers at a time: one that all of them added to would be
    /// handed from processor to processor with each operation.
    #[inline]
    pub(crate) fn next() -> Self {
        thread_local! {
            static NEXT: Cell<u64> = const { Cell::new(0) };
        }
        if !ENABLED {
            return Self { number: 0 };
        }
        let number = NEXT.with(|next| {
            let number = if next.get().is_multiple_of(RANGE) { fresh_range() } else { next.get() };
            next.set(number + 1);
            number
        });
        Self { number }
    }

    /// The trace and its one span, if there is an event that an exemplar would lead to; else none.
    pub(crate) const fn ids_if(self, is_recorded: bool) -> (TraceId, SpanId) {
        if is_recorded { self.ids() } else { (TraceId(0), SpanId(0)) }
    }

    /// The trace and its one span.
    pub(crate) const fn ids(self) -> (TraceId, SpanId) {
        // Far apart, as identities of other processes would be, and never zero.
        let spread = self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        (TraceId((spread as u128) << 64 | self.number as u128), SpanId(spread))
    }
}

/// Traces that a thread numbers without asking others.
const RANGE: u64 = 1 << 24;

/// The first number of a range that nobody has; the first of all is not zero.
#[cold]
fn fresh_range() -> u64 {
    static RANGES: AtomicU64 = AtomicU64::new(0);
    // Relaxed: deals out numbers.
    RANGES.fetch_add(1, Ordering::Relaxed).wrapping_mul(RANGE) + 1
}

impl MemoryEvent {
    /// Something of this strength, which took so long.
    pub(crate) const fn new(
        (happening, strength): (Happening, f32),
        context: Context,
        duration_ticks: u64,
    ) -> Self {
        Self { happening, context, duration_ticks, strength }
    }
}

impl Event for MemoryEvent {
    type Kind = EventKind;

    fn kind(&self) -> EventKind {
        self.happening.kind()
    }

    fn strength(&self) -> f32 {
        self.strength
    }

    fn context(&self) -> Option<(TraceId, SpanId)> {
        Some(self.context.ids())
    }

    fn duration_ticks(&self) -> Option<u64> {
        Some(self.duration_ticks).filter(|ticks| *ticks > 0)
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        self.happening.fields(&mut |name, value| match value {
            FieldValue::Unsigned(number) => see(name, Field::Unsigned(number)),
            FieldValue::Float(number) => see(name, Field::Float(number)),
            FieldValue::Text(text) => see(name, Field::Text(text)),
            _ => {}
        });
    }
}
