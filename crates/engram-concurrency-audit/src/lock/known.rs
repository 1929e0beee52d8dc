//! The chains that a thread has had checked: a hash set that only its owner touches.
//!
//! Small until a thread takes many combinations; then it grows once. A chain that finds no place takes
//! that of another one, which will be checked again: slower, never wrong.

use std::sync::OnceLock;

use crate::lock::sync::{Owned32, Owned64};

const SMALL: usize = 64;
const LARGE: usize = 8192;

/// Slots that a chain may be in.
const REACH: usize = 4;

#[derive(Debug)]
pub(super) struct Known {
    small: [Owned64; SMALL],
    large: OnceLock<Box<[Owned64]>>,
    misses: Owned32,
}

impl Known {
    pub(super) const fn new() -> Self {
        Self {
            small: [const { Owned64::new(0) }; SMALL],
            large: OnceLock::new(),
            misses: Owned32::new(0),
        }
    }

    #[inline(always)]
    fn slots(&self) -> &[Owned64] {
        self.large.get().map_or(&self.small[..], |large| &large[..])
    }

    #[inline(always)]
    pub(super) fn contains(&self, chain: u64) -> bool {
        let slots = self.slots();
        let mask = slots.len() - 1;
        let first = chain as usize;
        slots[first & mask].load() == chain
            || (1..REACH).any(|step| slots[(first + step) & mask].load() == chain)
    }

    #[cold]
    pub(super) fn insert(&self, chain: u64) {
        let misses = self.misses.load() + 1;
        self.misses.store(misses);
        if misses as usize == SMALL / 2 {
            self.large.get_or_init(|| (0..LARGE).map(|_| Owned64::new(0)).collect());
        }
        let slots = self.slots();
        let mask = slots.len() - 1;
        let places = (0..REACH).map(|step| &slots[(chain as usize + step) & mask]);
        let free = places.clone().find(|slot| slot.load() == 0);
        let place = free.or_else(|| places.clone().nth(misses as usize % REACH));
        place.into_iter().for_each(|slot| slot.store(chain));
    }

    /// Has everything checked again.
    pub(super) fn clear(&self) {
        self.misses.store(0);
        self.slots().iter().for_each(|slot| slot.store(0));
    }
}
