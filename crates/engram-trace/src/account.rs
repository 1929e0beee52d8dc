//! What became of every event.

use engram_metrics_core::label_enum;

label_enum! {
    /// Why a tracer refused an event, apart from a full ring.
    pub(crate) enum Refusal as "reason" {
        /// The thread has no ring: all are leased, or the thread is ending.
        NoRing = "no_ring",
        /// The tracer was closed.
        Closed = "closed",
    }
}

/// What became of all events that were offered to a tracer.
///
/// ```text
///   offered ─┬─ filtered out
///            ├─ sampled out
///            ├─ refused            ring full, no ring, closed
///            └─ recorded ─┬─ drained ── what each sink did with them: `Delivery`
///                         └─ pending                in the rings
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Of a kind that is off, or too weak.
    pub filtered_out: u64,
    /// Others of their kind stand for them.
    pub sampled_out: u64,
    /// Refused because the ring of the thread was full; told as gaps.
    pub refused_full: u64,
    /// Refused because the thread had no ring.
    pub refused_no_ring: u64,
    /// Refused because the tracer was closed.
    pub refused_closed: u64,
    /// Went into a ring.
    pub recorded: u64,
    /// Were taken out of a ring.
    pub drained: u64,
}

impl Account {
    /// Everything that was ever handed to the tracer.
    #[must_use]
    pub const fn offered(&self) -> u64 {
        self.filtered_out + self.sampled_out + self.refused() + self.recorded
    }

    /// Everything that was refused.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused_full + self.refused_no_ring + self.refused_closed
    }

    /// What is in the rings.
    #[must_use]
    pub const fn pending(&self) -> u64 {
        self.recorded.saturating_sub(self.drained)
    }
}

/// What a sink did with the events that were drained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The sink took them.
    pub delivered: u64,
    /// The sink said that it could not take them.
    pub failed: u64,
    /// The sink panicked over a batch that they were in.
    pub panicked: u64,
    /// The deadline of the end passed while the sink had them.
    pub abandoned: u64,
}

impl Delivery {
    /// Everything that the sink was handed and did not take.
    #[must_use]
    pub const fn undelivered(&self) -> u64 {
        self.failed + self.panicked + self.abandoned
    }

    /// Everything that the sink was handed.
    #[must_use]
    pub const fn handed(&self) -> u64 {
        self.delivered + self.undelivered()
    }
}
