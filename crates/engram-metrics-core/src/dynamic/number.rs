//! The number that threads remember a family's series by.
//!
//! A number is given to one family only, and that family takes another one when it evicts series: whatever
//! any thread remembers of the old number is then found no more, and is looked up again. So a hit has to
//! compare one word to know that the series is of this family, is of this type, and is still shown.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use crate::sync::{AtomicU64, Ordering};

/// Set while the family is switched off. No thread remembers such a number, so that a record finds no series
/// by the comparison that it makes anyway.
const OFF: u64 = 1 << 63;

/// 0 before the first look-up.
#[derive(Debug)]
pub(super) struct Number(AtomicU64);

impl Number {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// What to compare with; `is_off` knows whether it is worth looking further.
    #[inline(always)]
    pub(super) fn load(&self) -> u64 {
        // Acquire: whoever has a number also sees the seed of the hashes, which the Release in `give` and
        // `replace` published. On x86-64 this is a plain load.
        self.0.load(Ordering::Acquire)
    }

    pub(super) const fn is_off(number: u64) -> bool {
        number & OFF != 0
    }

    /// The number, given now if there is none.
    pub(super) fn give(&self) -> u64 {
        let number = self.load() & !OFF;
        if number != 0 {
            return number;
        }
        let fresh = fresh();
        let give = |number: u64| (number & !OFF == 0).then_some(number | fresh);
        // Release: publishes the seed, as does every later change, by extending the release sequence.
        // Acquire, when another thread was first: as in `load`.
        let before = self.0.fetch_update(Ordering::Release, Ordering::Acquire, give);
        before.map_or_else(|first| first & !OFF, |_| fresh)
    }

    /// Takes another number: every thread has to look its series up again.
    pub(super) fn replace(&self) {
        let fresh = fresh();
        let replace = |number: u64| Some((number & OFF) | fresh);
        // Release: as in `give`.
        // Relaxed, on failure: the loop goes on with the word alone.
        let _ = self.0.fetch_update(Ordering::Release, Ordering::Relaxed, replace);
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

static SEED: AtomicU64 = AtomicU64::new(0);

/// The seed of the hashes of label values: random, and the same from the first number on.
#[inline(always)]
pub(super) fn seed() -> u64 {
    // Relaxed: who needs it has acquired a number, see `Number::load`; who has none finds nothing.
    SEED.load(Ordering::Relaxed)
}

/// A number that no family has had.
fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    static SEEDED: LazyLock<()> = LazyLock::new(|| {
        // Relaxed: published with the first number, see `give`.
        SEED.store(RandomState::new().hash_one(0), Ordering::Relaxed);
    });
    LazyLock::force(&SEEDED);
    // Relaxed: deals out numbers. They end after 2^63.
    NEXT.fetch_add(1, Ordering::Relaxed)
}
