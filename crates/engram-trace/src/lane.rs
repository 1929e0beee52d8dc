//! A ring that threads lease, one after the other, and what it refused.
//!
//! | state    | means                            | left by                                        |
//! |----------|----------------------------------|------------------------------------------------|
//! | `FREE`   | nobody pushes                    | a thread that needs a ring: [`Lane::lease`]    |
//! | `LEASED` | one thread is the producer       | that thread, when it ends: [`Lane::give_back`] |
//!
//! What a thread leaves in the ring stays there for the consumer, and the next thread goes on behind it:
//! nothing has to be drained before a ring is used again.
//!
//! # Gaps
//! A value carries how many were refused before it. The consumer compares that with how many it knows of, and
//! so finds each gap where it was. What was refused after the last value it finds by the count itself, which
//! it reads *before* it looks for values:
//!
//! ```text
//!   producer      a(0)   b(0)   x x x   c(3)   x x          x: refused
//!   consumer      a      b      gap 3   c      gap 2        the last one by the count, 5
//! ```

use crate::ring::Ring;
use crate::sync::{Apart, AtomicU32, Ordering, Owned, order};

const FREE: u32 = 0;
const LEASED: u32 = 1;

/// One ring, its lease and its account.
#[derive(Debug)]
pub(crate) struct Lane<T> {
    ring: Ring<T>,
    state: AtomicU32,
    /// Written by the producer, only where a value is refused.
    refused: Owned,
    /// Of those, how many the consumer has told of. Only consumers touch it.
    told: Apart<Owned>,
}

/// What the consumer finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Found<T> {
    /// So many were refused here.
    Gap(u64),
    Value(T),
}

impl<T: Copy> Lane<T> {
    /// A lane that nobody has leased, without memory for values.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            ring: Ring::new(capacity),
            state: AtomicU32::new(FREE),
            refused: Owned::new(),
            told: Apart(Owned::new()),
        }
    }

    /// Makes the caller the producer, if nobody is: `Some(true)` when that made memory. `None` when somebody
    /// is, or there is no memory.
    pub(crate) fn lease(&self) -> Option<bool> {
        // Relaxed: only a hint, so that a lane in use is not written to.
        if self.state.load(Ordering::Relaxed) != FREE {
            return None;
        }
        // Acquire: continues where the producer before left off, by the Release in `give_back`.
        let acquire = order!(Acquire, "lane.lease");
        // Relaxed, where it fails: nothing is read then.
        self.state.compare_exchange(FREE, LEASED, acquire, Ordering::Relaxed).ok()?;
        // SAFETY: the exchange made the caller the one producer.
        let made = unsafe { self.ring.prepare() };
        if made.is_none() {
            self.give_back();
        }
        made
    }

    /// The caller ceases to be the producer.
    pub(crate) fn give_back(&self) {
        // Release: what this producer did to the ring, for the Acquire in `lease`.
        self.state.store(FREE, order!(Release, "lane.give_back"));
    }

    /// Appends what `make` returns when it is told how many were refused before, of that number the lower
    /// half; or counts a refusal.
    ///
    /// # Safety
    /// The caller has leased the lane and not given it back.
    #[inline(always)]
    pub(crate) unsafe fn push(&self, make: impl FnOnce(u32) -> T) -> bool {
        // SAFETY: by contract the caller is the producer.
        let is_in = unsafe { self.ring.push(|| make(self.refused.load_own() as u32)) };
        if !is_in {
            self.refuse();
        }
        is_in
    }

    #[cold]
    fn refuse(&self) {
        let refused = self.refused.load_own().wrapping_add(1);
        // Release: who sees the count sees every push before it, by the Acquire load in `drain`.
        self.refused.store(refused, order!(Release, "lane.refuse"));
    }

    /// Hands at most `most` values to `take`, and the gaps between them; how many values. `refused_before`
    /// reads from a value what `make` was told.
    ///
    /// # Safety
    /// The caller is the one consumer of this lane.
    pub(crate) unsafe fn drain(
        &self,
        most: usize,
        refused_before: impl Fn(&T) -> u32,
        mut take: impl FnMut(Found<T>),
    ) -> usize {
        // Acquire: values that were pushed before these refusals are found below, by the Release in `refuse`.
        let refused = self.refused.load(order!(Acquire, "lane.refused"));
        let mut told = self.told.0.load_own();
        let value = |value: T| {
            let lost = refused_before(&value).wrapping_sub(told as u32);
            if lost > 0 {
                take(Found::Gap(lost.into()));
                told = told.wrapping_add(lost.into());
            }
            take(Found::Value(value));
        };
        // SAFETY: by contract the caller is the consumer.
        let (count, is_all) = unsafe { self.ring.pop(most, value) };
        // What was pushed since the count was read may have told more than that.
        let rest = refused.wrapping_sub(told).cast_signed();
        if is_all && rest > 0 {
            take(Found::Gap(rest.cast_unsigned()));
            told = refused;
        }
        // Relaxed: read by consumers alone.
        self.told.0.store(told, Ordering::Relaxed);
        count
    }

    /// The number that the next value or gap has, as its consumer sees it.
    pub(crate) fn sequence(&self) -> u64 {
        self.ring.positions().1.wrapping_add(self.told.0.load_own())
    }

    /// What happened here so far, as any thread sees it.
    pub(crate) fn tally(&self) -> Tally {
        let (pushed, popped) = self.ring.positions();
        // Relaxed: a statistic.
        Tally { pushed, popped, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// Whether a thread has it.
    pub(crate) fn is_leased(&self) -> bool {
        // Relaxed: a statistic.
        self.state.load(Ordering::Relaxed) == LEASED
    }
}

/// Counts since the lane was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) pushed: u64,
    pub(crate) popped: u64,
    pub(crate) refused: u64,
}

impl Tally {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            pushed: self.pushed + other.pushed,
            popped: self.popped + other.popped,
            refused: self.refused + other.refused,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
