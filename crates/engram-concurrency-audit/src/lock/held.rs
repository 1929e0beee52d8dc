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

use super::word::{Mode, Word};

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
    site: AtomicRef<Location<'static>>,
    /// Of everything up to here. It says the lock's word as well, see [`unmix`]: a store less for each lock.
    chain: Owned64,
    /// Written only where the lock has a key.
    key: Owned64,
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
                site: AtomicRef::none(),
                chain: Owned64::new(chain),
                key: Owned64::new(0),
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

    /// What is held, on top of what has this chain.
    fn read(&self, below: u64) -> Option<Taken> {
        let lock = self.lock();
        let at = self.site.load().filter(|_| lock != 0)?;
        let word = unmix(below, self.chain.load());
        Some(Taken { lock, word, at, key: self.key.load() })
    }
}

impl Held {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            let mut entries = filled![Entry::new(0, 0); ENTRIES];
            entries[0] = Entry::new(FLOOR, SEED);
            Self { top: Owned32::new(0), entries }
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

    /// Puts a lock on top of what is not full; its key, if it has one, is there already. `chain` is that of
    /// everything with it.
    #[inline(always)]
    pub(super) fn put(&self, top: Top, taken: Taken, chain: u64) {
        let at = top.at + STEP;
        debug_assert!(!top.is_full(), "who puts a lock on top has asked");
        // SAFETY: `top` is not full, so that there is an entry above it.
        let entry = unsafe { self.entry(at) };
        entry.set_lock(taken.lock);
        entry.site.store(taken.at);
        entry.chain.store(chain);
        self.top.store(at);
    }

    /// Puts a lock on top; false when there is no room.
    pub(super) fn push(&self, taken: Taken) -> bool {
        let top = self.top();
        if top.is_full() {
            return false;
        }
        self.set_next_key(taken.key);
        self.put(top, taken, mix(top.chain, taken.word));
        true
    }

    /// Writes down the key of the lock that is put on top next. Nobody reads it before.
    pub(super) fn set_next_key(&self, key: u64) {
        if let Some(entry) = self.entries.get(self.depth() + 1) {
            entry.key.store(key);
        }
    }

    /// Puts a hole on top, so that what is below it is not released the short way. Gone as soon as something is
    /// looked at more closely.
    pub(super) fn put_hole(&self) {
        let top = self.top();
        if !top.is_full() {
            let at = top.at + STEP;
            // SAFETY: `top` is not full, so that there is an entry above it.
            let entry = unsafe { self.entry(at) };
            entry.set_lock(0);
            entry.chain.store(top.chain);
            self.top.store(at);
        }
    }

    /// Whether nothing is held: holes on top go.
    pub(super) fn is_empty(&self) -> bool {
        self.settle(self.depth() + 1);
        self.depth() == 0
    }

    /// Takes the top off if it is this lock. What is below may be a hole, and stays one.
    #[inline(always)]
    pub(super) fn pop(&self, lock: usize) -> bool {
        let at = self.top.load();
        // SAFETY: `top` is the offset of an entry.
        if unsafe { self.entry(at) }.lock() != lock {
            return false;
        }
        // The floor is no lock, so that there is an entry below this one.
        self.top.store(at - STEP);
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
        self.settle_on(mix(SEED, number), 1, |word| word);
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
            let below = self.entries[at - 1].chain.load();
            self.settle_on(below, at, |word| (word & !3) | mode as Word);
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
        self.range().filter_map(|at| self.entries[at].read(self.entries[at - 1].chain.load()))
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
        if let Some(below) = self.entries.get(at - 1) {
            self.settle_on(below.chain.load(), at, |word| word);
        }
    }

    /// The same with another chain below, and another word for the lock there.
    fn settle_on(&self, chain: u64, at: usize, change: impl Fn(Word) -> Word) {
        let mut depth = self.depth();
        while self.entries[depth].lock() == 0 {
            depth -= 1;
        }
        self.top.store(depth as Offset * STEP);
        // What the words were mixed with, which the new chains replace.
        let mut old = self.entries[at - 1].chain.load();
        self.entries[at - 1].chain.store(chain);
        let mut chain = chain;
        for number in at..=depth {
            let entry = &self.entries[number];
            let word = unmix(old, entry.chain.load());
            old = entry.chain.load();
            if entry.lock() != 0 {
                chain = mix(chain, if number == at { change(word) } else { word });
            }
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
    (chain ^ word).wrapping_mul(ODD).rotate_left(32)
}

/// The word that [`mix`] made this chain of, and of the one below it.
const fn unmix(below: u64, chain: u64) -> Word {
    chain.rotate_right(32).wrapping_mul(INVERSE) ^ below
}

const ODD: u64 = 0xd6e8_feb8_6659_fd93;

/// Undoes a multiplication by `ODD`: each step makes twice as many of the low bits right.
const INVERSE: u64 = {
    let mut inverse = ODD;
    let mut bits = 3;
    while bits < u64::BITS {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(ODD.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
};

const _: () = assert!(ODD.wrapping_mul(INVERSE) == 1);

#[cfg(test)]
#[cfg(not(engram_loom))]
mod tests;
