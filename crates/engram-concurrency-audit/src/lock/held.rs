//! What a thread holds, in the order in which it got it, and the combinations it is known to be free to take.
//!
//! ```text
//!   held:   [ floor ][ accounts ][ audit log ][   hole   ][ ledger ]     a hole: released out of order
//!   chain:    h()       h(a)        h(a,l)       h(a,l)      h(a,l,g)     of what is held up to here
//!   known:  a hash set of chains that were checked: one probe, no lock, no line of another thread
//! ```
//!
//! Only the owner writes. Others read while the owner waits, which its [`Waiting`](super::waits) proves.

use std::panic::Location;

use crate::lock::sync::{
    AtomicRef, AtomicU64, Ordering, Owned32, Owned64, const_unless_modelled, filled,
};

use super::word::{self, Mode, Word};

/// Where a lock is asked for.
pub(super) type At = &'static Location<'static>;

/// Locks that a thread may hold and be audited; further ones are counted and not kept track of. Models have
/// no patience for more than three.
pub(super) const DEPTH: usize = if cfg!(engram_loom) { 3 } else { 63 };

/// Entries: one more, for the floor. A power of two, so that a number of an entry is always one.
const ENTRIES: usize = DEPTH + 1;

/// One lock that is held.
#[derive(Debug)]
struct Entry {
    /// 0 is a hole. Others take a lock out by an exchange, see [`Held::release_foreign`].
    lock: AtomicU64,
    /// The lock's word, with the mode.
    word: Owned64,
    site: AtomicRef<Location<'static>>,
    chain: Owned64,
}

/// A lock that was taken: what is written down of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) lock: usize,
    /// With the mode.
    pub(super) word: Word,
    pub(super) at: At,
    /// 0 where the lock has none.
    pub(super) key: u64,
}

/// What is on top: where its entry is, and the chain of everything up to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top {
    at: Offset,
    pub(super) chain: u64,
}

/// Of an entry, in bytes from the first: what the processor would else have to compute between two loads.
type Offset = u32;

const STEP: Offset = size_of::<Entry>() as Offset;

#[derive(Debug)]
pub(super) struct Held {
    /// Of the entry on top: a multiple of `STEP`, less than `ENTRIES` of them. The first entry is the floor,
    /// below all locks.
    top: Owned32,
    entries: [Entry; ENTRIES],
    /// By the numbers of the entries; written only where the lock has a key.
    keys: [Owned64; ENTRIES],
}

impl Top {
    /// Whether nothing is held.
    #[inline(always)]
    pub(super) const fn is_floor(self) -> bool {
        self.at == 0
    }

    /// Whether there is no room for one more.
    #[inline(always)]
    pub(super) const fn is_full(self) -> bool {
        self.at == DEPTH as Offset * STEP
    }
}

impl Entry {
    const_unless_modelled! {
        fn new(lock: u64, chain: u64) -> Self {
            Self {
                lock: AtomicU64::new(lock),
                word: Owned64::new(0),
                site: AtomicRef::none(),
                chain: Owned64::new(chain),
            }
        }
    }

    #[inline(always)]
    fn lock(&self) -> usize {
        // Relaxed: the owner's own, or published by `Waiting`.
        self.lock.load(Ordering::Relaxed) as usize
    }

    #[inline(always)]
    fn set_lock(&self, lock: usize) {
        // Relaxed: published by `Waiting` before anybody relies on it.
        self.lock.store(lock as u64, Ordering::Relaxed);
    }

    fn read(&self, key: u64) -> Option<Taken> {
        let (lock, word) = (self.lock(), self.word.load());
        let at = self.site.load().filter(|_| lock != 0)?;
        Some(Taken { lock, word, at, key })
    }
}

impl Held {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            let mut entries = filled![Entry::new(0, 0); ENTRIES];
            entries[0] = Entry::new(FLOOR, SEED);
            Self { top: Owned32::new(0), entries, keys: filled![Owned64::new(0); ENTRIES] }
        }
    }

    #[inline(always)]
    pub(super) fn depth(&self) -> usize {
        (self.top.load() / STEP) as usize
    }

    #[inline(always)]
    pub(super) fn top(&self) -> Top {
        let at = self.top.load();
        // SAFETY: `top` is the offset of an entry.
        let entry = unsafe { self.entry(at) };
        Top { at, chain: entry.chain.load() }
    }

    /// Puts a lock on top of what is not full. `chain` is that of everything with it.
    #[inline(always)]
    pub(super) fn put(&self, top: Top, taken: Taken, chain: u64) {
        let at = top.at + STEP;
        debug_assert!(!top.is_full(), "who puts a lock on top has asked");
        // SAFETY: `top` is not full, so that there is an entry above it.
        let entry = unsafe { self.entry(at) };
        entry.set_lock(taken.lock);
        entry.word.store(taken.word);
        entry.site.store(taken.at);
        entry.chain.store(chain);
        if word::is_keyed(taken.word) {
            self.keys[(at / STEP) as usize].store(taken.key);
        }
        self.top.store(at);
    }

    /// Puts a lock on top; false when there is no room.
    pub(super) fn push(&self, taken: Taken) -> bool {
        let top = self.top();
        if top.is_full() {
            return false;
        }
        self.put(top, taken, mix(top.chain, taken.word));
        true
    }

    /// Takes the top off if it is this lock and nothing below it is a hole.
    #[inline(always)]
    pub(super) fn pop(&self, lock: usize) -> bool {
        let at = self.top.load();
        // SAFETY: `top` is the offset of an entry.
        if unsafe { self.entry(at) }.lock() != lock {
            return false;
        }
        let below = at - STEP;
        // SAFETY: the floor is no lock, so that there is an entry below this one.
        if unsafe { self.entry(below) }.lock() == 0 {
            return false;
        }
        self.top.store(below);
        true
    }

    /// The entry at an offset.
    ///
    /// # Safety
    /// `at` is a multiple of `STEP`, and less than `ENTRIES` of them.
    #[inline(always)]
    unsafe fn entry(&self, at: Offset) -> &Entry {
        let entry = self.entries.as_ptr().wrapping_byte_add(at as usize);
        // SAFETY: the caller says that this is within the entries, at the beginning of one.
        unsafe { &*entry }
    }

    /// Has everything checked again that is taken from now on: the chains begin with this number.
    pub(super) fn rebase(&self, number: u64) {
        self.entries[0].chain.store(mix(SEED, number));
        self.settle(1);
    }

    /// Takes a lock out, wherever it is; false when it is not held.
    #[cold]
    pub(super) fn remove(&self, lock: usize) -> bool {
        let found = self.position(lock);
        if let Some(at) = found {
            self.entries[at].set_lock(0);
            self.settle(at);
        }
        found.is_some()
    }

    /// Whether a lock is held. Cheap where little is held.
    #[inline]
    pub(super) fn contains(&self, lock: usize) -> bool {
        let mut at = self.top.load();
        while at != 0 {
            // SAFETY: from the offset on top down to the floor.
            if unsafe { self.entry(at) }.lock() == lock {
                return true;
            }
            at -= STEP;
        }
        false
    }

    /// Changes the mode of a lock that is held.
    pub(super) fn change(&self, lock: usize, mode: Mode) {
        if let Some(at) = self.position(lock) {
            let word = &self.entries[at].word;
            word.store((word.load() & !3) | mode as Word);
            self.settle(at);
        }
    }

    /// Takes a lock out of another thread's list, for a lock that is released or dropped elsewhere.
    pub(super) fn release_foreign(&self, lock: usize) -> bool {
        let take = |entry: &Entry| {
            // Relaxed, both: the owner cannot release the same lock at the same time.
            let taken =
                entry.lock.compare_exchange(lock as u64, 0, Ordering::Relaxed, Ordering::Relaxed);
            taken.is_ok()
        };
        self.range().any(|at| take(&self.entries[at]))
    }

    /// What is held, the first lock first.
    pub(super) fn taken(&self) -> impl Iterator<Item = Taken> {
        self.range().filter_map(|at| self.entries[at].read(self.keys[at].load()))
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.top.store(0);
    }

    /// The numbers of the entries above the floor.
    fn range(&self) -> std::ops::RangeInclusive<usize> {
        1..=self.depth().min(DEPTH)
    }

    /// The newest entry of a lock.
    fn position(&self, lock: usize) -> Option<usize> {
        self.range().rev().find(|at| self.entries[*at].lock() == lock)
    }

    /// Holes on top go, and the chains from `at` on are computed anew.
    pub(super) fn settle(&self, at: usize) {
        let mut depth = self.depth();
        while self.entries[depth].lock() == 0 {
            depth -= 1;
        }
        self.top.store(depth as Offset * STEP);
        for at in at..=depth {
            let (below, entry) = (self.entries[at - 1].chain.load(), &self.entries[at]);
            let chain = match entry.lock() {
                0 => below,
                _ => mix(below, entry.word.load()),
            };
            entry.chain.store(chain);
        }
    }
}

/// What stands in the floor instead of a lock: no hole, and no address.
const FLOOR: u64 = 1;

/// The chain of nothing.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The chain of one lock more. Two chains that come out equal hide an order: one in 2^64 pairs.
#[inline(always)]
pub(super) fn mix(chain: u64, word: Word) -> u64 {
    (chain ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(32)
}

#[cfg(test)]
#[cfg(not(engram_loom))]
mod tests;
