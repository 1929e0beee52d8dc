//! The chains that a thread has had checked: a hash set that only its owner touches.
//!
//! ```text
//!   small: 64 words, one probe        the few that a loop takes
//!   large: 8192 words, four probes    made when there are many; what is found moves to the small one
//! ```
//!
//! A chain that finds no place takes that of another one, which will be checked again: slower, never wrong.

use crate::lock::sync::{AtomicRef, Owned32, Owned64};

const SMALL: usize = 64;
const LARGE: usize = 8192;

/// Slots of the large set that a chain may be in.
const REACH: usize = 4;

type Large = [Owned64; LARGE];

#[derive(Debug)]
pub(super) struct Known {
    small: [Owned64; SMALL],
    /// Never freed, as the record of the thread.
    large: AtomicRef<Large>,
    misses: Owned32,
}

impl Known {
    pub(super) const fn new() -> Self {
        Self {
            small: [const { Owned64::new(0) }; SMALL],
            large: AtomicRef::none(),
            misses: Owned32::new(0),
        }
    }

    #[inline(always)]
    pub(super) fn contains(&self, chain: u64) -> bool {
        self.small[chain as usize % SMALL].load() == chain || self.is_in_large(chain)
    }

    #[inline(never)]
    fn is_in_large(&self, chain: u64) -> bool {
        let Some(large) = self.large.load() else { return false };
        let is_known =
            (0..REACH).any(|step| large[(chain as usize + step) % LARGE].load() == chain);
        if is_known {
            self.small[chain as usize % SMALL].store(chain);
        }
        is_known
    }

    #[cold]
    pub(super) fn insert(&self, chain: u64) {
        let misses = self.misses.load().wrapping_add(1);
        self.misses.store(misses);
        self.small[chain as usize % SMALL].store(chain);
        if misses as usize > SMALL / 2 {
            let large = self.large.load().unwrap_or_else(|| self.grow());
            let places = (0..REACH).map(|step| &large[(chain as usize + step) % LARGE]);
            let free = places.clone().find(|slot| slot.load() == 0);
            let place = free.or_else(|| places.clone().nth(misses as usize % REACH));
            place.into_iter().for_each(|slot| slot.store(chain));
        }
    }

    #[cold]
    fn grow(&self) -> &'static Large {
        let large = Box::leak(Box::new([const { Owned64::new(0) }; LARGE]));
        self.large.store(large);
        large
    }
}
