//! What is recorded at all: kinds, least strengths, one in N.
//!
//! Everything is a number that any thread may change while others record: a record looks at the kinds, and
//! where its kind is on, at the least strength and the sampler of that kind.

use std::hint::cold_path;

use engram_metrics_core::Sampler;

use crate::event::KINDS;
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// The settings of a tracer.
#[derive(Debug)]
pub(crate) struct Filter {
    /// A bit for each kind that is on, and [`OPEN`]. 0 when the tracer is closed, and then for good.
    kinds: AtomicU64,
    /// Bits of the least strength, by kind.
    least: [AtomicU32; PLACES],
    samplers: [Sampler; PLACES],
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes into the ring and stands for so many.
    Keep(u32),
    FilteredOut,
    SampledOut,
}

impl Filter {
    /// Lets everything pass.
    pub(crate) const fn new() -> Self {
        Self {
            kinds: AtomicU64::new(u64::MAX),
            least: [const { AtomicU32::new(f32::NEG_INFINITY.to_bits()) }; PLACES],
            samplers: [const { Sampler::new() }; PLACES],
        }
    }

    /// What becomes of an event of the kind with this index. Laid out for one that is kept, and no slower for others.
    #[inline(always)]
    pub(crate) fn judge(&self, kind: usize, strength: f32) -> Verdict {
        let kind = kind % PLACES;
        // Relaxed: nothing else is read on the strength of this value.
        if self.kinds.load(Ordering::Relaxed) & (1 << kind) == 0 {
            cold_path();
            return Verdict::FilteredOut;
        }
        // Relaxed: as above.
        if strength < f32::from_bits(self.least[kind].load(Ordering::Relaxed)) {
            cold_path();
            return Verdict::FilteredOut;
        }
        self.samplers[kind].keep().map_or(Verdict::SampledOut, Verdict::Keep)
    }

    /// Switches kinds: a bit for each that is to be on.
    pub(crate) fn set_kinds(&self, kinds: u64) {
        let reopen = |old: u64| (old & OPEN != 0).then_some(kinds | OPEN);
        // Relaxed, both: as in `judge`. An error means that the tracer is closed, which it stays.
        let _ = self.kinds.fetch_update(Ordering::Relaxed, Ordering::Relaxed, reopen);
    }

    /// The least strength of a kind.
    pub(crate) fn set_least(&self, kind: usize, strength: f32) {
        // Relaxed: as in `judge`.
        self.least[kind % PLACES].store(strength.to_bits(), Ordering::Relaxed);
    }

    /// The sampler of a kind.
    pub(crate) fn sampler(&self, kind: usize) -> &Sampler {
        &self.samplers[kind % PLACES]
    }

    /// Lets nothing pass any more, for good.
    pub(crate) fn close(&self) {
        // Relaxed: who has not seen it yet still records, and is drained or counted as left behind.
        self.kinds.store(0, Ordering::Relaxed);
    }

    /// Whether it is closed.
    pub(crate) fn is_closed(&self) -> bool {
        // Relaxed: as in `close`.
        self.kinds.load(Ordering::Relaxed) & OPEN == 0
    }
}

/// Set as long as events can pass.
const OPEN: u64 = 1 << KINDS;

/// A power of two, so that an index that is out of range becomes one that is not.
const PLACES: usize = KINDS + 1;

#[cfg(test)]
mod tests;
