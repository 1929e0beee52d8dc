//! What a thread holds, in the order in which it got it, and the combinations it is known to be free to take.
//!
//! ```text
//!   held:   [ accounts ][ audit log ][   hole   ][ ledger ]     a hole: released out of order
//!   chain:    h(a)        h(a,l)       h(a,l)      h(a,l,g)     of what is held up to here
//!   known:  a hash set of chains that were checked: one probe, no lock, no line of another thread
//! ```
//!
//! Only the owner writes. Others read while the owner waits, which its [`Waiting`](super::waits) proves.

use std::panic::Location;

use crate::finding::Site;
use crate::lock::sync::{AtomicRef, AtomicU64, Ordering, Owned32, Owned64};

use super::class::Class;
use super::state::{Mode, Request};

/// Locks that a thread may hold and be audited; further ones are counted and not kept track of.
pub(super) const DEPTH: usize = 48;

/// One lock that is held.
#[derive(Debug)]
pub(super) struct Entry {
    /// 0 is a hole. Others take a lock out by an exchange, see [`Held::release_foreign`].
    lock: AtomicU64,
    id: Owned32,
    mode: Owned32,
    class: AtomicRef<Class>,
    site: AtomicRef<Location<'static>>,
    chain: Owned64,
    key: Owned64,
}

/// A copy of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holding {
    pub(super) lock: usize,
    pub(super) id: u32,
    pub(super) mode: Mode,
    pub(super) class: &'static Class,
    pub(super) site: Site,
    pub(super) key: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Held {
    depth: Owned32,
    entries: [Entry; DEPTH],
}

impl Entry {
    const fn new() -> Self {
        Self {
            lock: AtomicU64::new(0),
            id: Owned32::new(0),
            mode: Owned32::new(0),
            class: AtomicRef::none(),
            site: AtomicRef::none(),
            chain: Owned64::new(0),
            key: Owned64::new(0),
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

    fn read(&self) -> Option<Holding> {
        let lock = self.lock();
        let (class, site) = (self.class.load()?, self.site.load()?);
        let key = self.key.load().checked_sub(1);
        let (id, mode) = (self.id.load(), Mode::of(self.mode.load()));
        (lock != 0).then_some(Holding { lock, id, mode, class, site: Site::of(site), key })
    }
}

impl Held {
    pub(super) const fn new() -> Self {
        Self { depth: Owned32::new(0), entries: [const { Entry::new() }; DEPTH] }
    }

    #[inline(always)]
    pub(super) fn depth(&self) -> usize {
        self.depth.load() as usize
    }

    /// The chain of everything that is held.
    #[inline(always)]
    pub(super) fn chain(&self) -> u64 {
        match self.depth() {
            0 => SEED,
            depth => self.entries[(depth - 1) % DEPTH].chain.load(),
        }
    }

    /// Puts a lock on top; false when there is no room.
    #[inline(always)]
    pub(super) fn push(&self, request: Request<'_>, class: &'static Class) -> bool {
        let Request { state, mode, at } = request;
        let depth = self.depth();
        let chain = mix(self.chain(), state.id(), mode);
        let Some(entry) = self.entries.get(depth) else { return false };
        entry.set_lock(state.address());
        entry.id.store(state.id());
        entry.mode.store(mode as u32);
        entry.class.store(class);
        entry.site.store(at);
        entry.chain.store(chain);
        entry.key.store(state.key().map_or(0, |key| key + 1));
        self.depth.store(depth as u32 + 1);
        true
    }

    /// Takes the top off if it is this lock and nothing below it is a hole.
    #[inline(always)]
    pub(super) fn pop(&self, lock: usize) -> bool {
        let depth = self.depth();
        if depth == 0 {
            return true;
        }
        let top = depth - 1;
        if self.entries[top % DEPTH].lock() != lock {
            return false;
        }
        if top > 0 && self.entries[(top - 1) % DEPTH].lock() == 0 {
            return false;
        }
        self.depth.store(top as u32);
        true
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

    /// Whether a lock is held.
    #[inline]
    pub(super) fn contains(&self, lock: usize) -> bool {
        self.position(lock).is_some()
    }

    /// Changes the mode of a lock that is held.
    pub(super) fn change(&self, lock: usize, mode: Mode) {
        if let Some(at) = self.position(lock) {
            self.entries[at].mode.store(mode as u32);
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
        self.entries[..self.depth().min(DEPTH)].iter().any(take)
    }

    /// What is held, the first lock first.
    pub(super) fn holdings(&self) -> impl Iterator<Item = Holding> {
        self.entries[..self.depth().min(DEPTH)].iter().filter_map(Entry::read)
    }

    /// Forgets everything, and returns what it was.
    pub(super) fn clear(&self) -> Vec<Holding> {
        let held = self.holdings().collect();
        self.depth.store(0);
        held
    }

    /// The newest entry of a lock.
    fn position(&self, lock: usize) -> Option<usize> {
        self.entries[..self.depth().min(DEPTH)].iter().rposition(|entry| entry.lock() == lock)
    }

    /// Holes on top go, and the chains from `at` on are computed anew.
    fn settle(&self, at: usize) {
        let mut depth = self.depth();
        while depth > 0 && self.entries[depth - 1].lock() == 0 {
            depth -= 1;
        }
        self.depth.store(depth as u32);
        for at in at..depth {
            let below = if at == 0 { SEED } else { self.entries[at - 1].chain.load() };
            let entry = &self.entries[at];
            let chain = match entry.lock() {
                0 => below,
                _ => mix(below, entry.id.load(), Mode::of(entry.mode.load())),
            };
            entry.chain.store(chain);
        }
    }
}

/// The chain of nothing.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The chain of one lock more. Two chains that come out equal hide an order: one in 2^64 pairs.
#[inline(always)]
pub(super) fn mix(chain: u64, id: u32, mode: Mode) -> u64 {
    let lock = (u64::from(id) << 2) | mode as u64;
    (chain ^ lock).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(32)
}

#[cfg(test)]
mod tests;
