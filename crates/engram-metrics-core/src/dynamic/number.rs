//! The number that threads remember a family's series by.
//!
//! A number is given to one family only, and that family takes another one when it evicts series: whatever
//! any thread remembers of the old number is then found no more, and is looked up again. So a hit has to
//! compare one word to know that the series is of this family, is of this type, and is still shown.

use std::hash::{BuildHasher, RandomState};

use crate::sync::{AtomicU64, Ordering, const_unless_modelled, order};

/// Set while the family is switched off. No thread remembers such a number, so that a record finds no series
/// by the comparison that it makes anyway.
const OFF: u64 = 1 << 63;

/// 0 before the first look-up.
#[derive(Debug)]
pub(super) struct Number(AtomicU64);

impl Number {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    /// What to compare with; `is_off` knows whether it is worth looking further.
    #[inline(always)]
    pub(super) fn load(&self) -> u64 {
        // Acquire: whoever has a number also sees the seed of the hashes, which the Release in `give` and
        // `replace` published. On x86-64 this is a plain load.
        self.0.load(order!(Acquire, "number.load"))
    }

    pub(super) const fn is_off(number: u64) -> bool {
        number & OFF != 0
    }

    /// The number, given now if there is none.
    pub(super) fn give(&self, numbers: &Numbers) -> u64 {
        let number = self.load() & !OFF;
        if number != 0 {
            return number;
        }
        let fresh = numbers.fresh();
        let give = |number: u64| (number & !OFF == 0).then_some(number | fresh);
        // Release: publishes the seed to the Acquire in `load`, as does every later change, by extending the
        // release sequence.
        // Relaxed, when another thread was first: this one has seen the seed when it took its number.
        let before = self.0.fetch_update(order!(Release, "number.give"), Ordering::Relaxed, give);
        before.map_or_else(|first| first & !OFF, |_| fresh)
    }

    /// Takes another number: every thread has to look its series up again.
    pub(super) fn replace(&self, numbers: &Numbers) {
        let fresh = numbers.fresh();
        let replace = |number: u64| Some((number & OFF) | fresh);
        // Release: as in `give`.
        // Relaxed, on failure: the loop goes on with the word alone.
        let _ = self.0.fetch_update(order!(Release, "number.replace"), Ordering::Relaxed, replace);
    }

    pub(super) fn switch(&self, on: bool) {
        if on {
            // Relaxed: takes effect when it is seen, and extends the release sequence of `give`.
            self.0.fetch_and(!OFF, Ordering::Relaxed);
        } else {
            // Relaxed: as above.
            self.0.fetch_or(OFF, Ordering::Relaxed);
        }
    }
}

/// Where numbers come from, and the seed of the hashes of label values: random, and there from the first
/// number on.
#[derive(Debug)]
pub(super) struct Numbers {
    /// 0 before the first number; never changes afterwards.
    seed: AtomicU64,
    next: AtomicU64,
}

/// Those of the process.
#[cfg(not(engram_loom))]
pub(super) static NUMBERS: Numbers = Numbers::new();

impl Numbers {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self { seed: AtomicU64::new(0), next: AtomicU64::new(1) }
        }
    }

    /// The seed, for whoever has a number.
    #[inline(always)]
    pub(super) fn seed(&self) -> u64 {
        // Relaxed: who needs it has acquired a number, see `Number::load`; who has none finds nothing.
        self.seed.load(Ordering::Relaxed)
    }

    /// A number that no family has had. The calling thread sees the seed from here on.
    pub(super) fn fresh(&self) -> u64 {
        if self.seed() == 0 {
            let random = RandomState::new().hash_one(0) | 1;
            // Relaxed, both: of several first threads one decides, and the others meet its value here. It
            // reaches everybody else with a number, see `Number::give`.
            let _ = self.seed.compare_exchange(0, random, Ordering::Relaxed, Ordering::Relaxed);
        }
        // Relaxed: deals out numbers. They end after 2^63.
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}
