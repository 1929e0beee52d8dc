//! What the engine does, operation by operation.
//!
//! Each operation has a trace of its own, as a request that comes from outside would. Where the event is recorded,
//! the histogram of the duration gets an exemplar of the same trace: from a slow bucket of the page one comes to
//! the event, in the logs or in a file.

use engram_metrics_core::{SpanId, TraceId, label_enum};
use engram_trace::{ENABLED, Event, Field, Tracer};

use crate::sync::{AtomicU64, Ordering};

label_enum! {
    /// What was done.
    pub enum EventKind as "kind" { Search = "search", Recall = "recall" }
}

/// One operation that ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryEvent {
    kind: EventKind,
    context: Context,
    duration_ticks: u64,
    strength: f32,
    counts: [u32; 2],
}

/// The trace of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    number: u64,
}

/// The events of the engines of this process.
pub static EVENTS: Tracer<MemoryEvent> = Tracer::new();

impl Context {
    /// That of the next operation.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if !ENABLED {
            return Self { number: 0 };
        }
        // Relaxed: deals out numbers.
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed) }
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

impl MemoryEvent {
    /// A search that found its nearest word at this similarity.
    pub(crate) const fn search(
        context: Context,
        duration_ticks: u64,
        similarity: f32,
        counts: [u32; 2],
    ) -> Self {
        let strength = similarity;
        Self { kind: EventKind::Search, context, duration_ticks, strength, counts }
    }

    /// A recall of this share of the words.
    pub(crate) const fn recall(
        context: Context,
        duration_ticks: u64,
        share: f32,
        counts: [u32; 2],
    ) -> Self {
        Self { kind: EventKind::Recall, context, duration_ticks, strength: share, counts }
    }
}

impl Event for MemoryEvent {
    type Kind = EventKind;

    fn kind(&self) -> EventKind {
        self.kind
    }

    fn strength(&self) -> f32 {
        self.strength
    }

    fn context(&self) -> Option<(TraceId, SpanId)> {
        Some(self.context.ids())
    }

    fn duration_ticks(&self) -> Option<u64> {
        Some(self.duration_ticks)
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        let [first, second] = self.counts.map(|count| Field::Unsigned(count.into()));
        let names = match self.kind {
            EventKind::Search => ["hops", "evaluations"],
            EventKind::Recall => ["visited", "edges"],
        };
        see(names[0], first);
        see(names[1], second);
    }
}
