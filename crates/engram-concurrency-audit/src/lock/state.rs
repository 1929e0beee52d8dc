//! What an audited lock keeps beside the lock that it wraps.

use crate::finding::Site;
use crate::lock::sync::{AtomicRef, AtomicU32, AtomicU64, Ordering};

use super::class::{Class, Origin};
use super::thread::At;
use super::{order, thread};

/// How a lock is asked for, or held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub(crate) enum Mode {
    /// Alone.
    Exclusive = 0,
    /// Beside other readers, behind writers that wait.
    Shared = 1,
    /// Beside other readers, and beside the own thread's: no waiting writer stops it.
    Recursive = 2,
    /// Beside readers, but only one such.
    Upgradable = 3,
}

impl Mode {
    pub(super) const fn of(number: u32) -> Self {
        match number & 3 {
            0 => Self::Exclusive,
            1 => Self::Shared,
            2 => Self::Recursive,
            _ => Self::Upgradable,
        }
    }

    /// Whether two threads can have the lock in these modes at once.
    pub(super) const fn is_compatible(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exclusive, _) | (_, Self::Exclusive) => false,
            (Self::Upgradable, other) => !matches!(other, Self::Upgradable),
            _ => true,
        }
    }
}

/// One acquisition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) state: &'a LockState,
    pub(super) mode: Mode,
    pub(super) at: At,
}

/// Class, identity and what else is remembered of one lock.
#[derive(Debug)]
pub(super) struct LockState {
    class: AtomicRef<Class>,
    origin: Origin,
    /// 0 before the first acquisition; with `SHARED_IDENTITY` the class's, else the lock's own.
    id: AtomicU32,
    flags: AtomicU32,
    /// The key that orders it among the locks of its class, plus one; 0 when there is none.
    key: AtomicU64,
}

/// Marks an identity that the later locks of a class share.
pub(super) const SHARED_IDENTITY: u32 = 1 << 31;

const WRITTEN: u32 = 1;
const IN_GRAPH: u32 = 2;
const NODE_SHIFT: u32 = 8;

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

impl LockState {
    pub(super) const fn new(origin: Origin) -> Self {
        Self {
            class: AtomicRef::none(),
            origin,
            id: AtomicU32::new(0),
            flags: AtomicU32::new(0),
            key: AtomicU64::new(0),
        }
    }

    pub(super) const fn set_key(&mut self, key: u64) {
        self.key = AtomicU64::new(key.saturating_add(1));
    }

    /// The class, once the lock was taken.
    #[inline(always)]
    pub(super) fn class(&self) -> Option<&'static Class> {
        self.class.load()
    }

    /// The identity, once the lock was taken.
    #[inline(always)]
    pub(super) fn id(&self) -> u32 {
        // Relaxed: an identity that changes goes from shared to own, and both are right.
        self.id.load(Ordering::Relaxed)
    }

    /// By which the lock is known while it is held or waited for.
    #[inline(always)]
    pub(super) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(super) fn key(&self) -> Option<u64> {
        // Relaxed: set when the lock is made.
        self.key.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Gives the lock its class and identity; `None` when that is not possible now.
    pub(super) fn classify(&self, first_use: Site) -> Option<&'static Class> {
        if let Some(class) = self.class() {
            return Some(class);
        }
        let class = Class::of(self.origin, first_use)?;
        let id = match class.admits_individual() {
            true => next_id(),
            false => class.number | SHARED_IDENTITY,
        };
        // Relaxed, both: two threads that take a new lock at once agree on the first identity.
        let _ = self.id.compare_exchange(0, id, Ordering::Relaxed, Ordering::Relaxed);
        self.class.store(class);
        Some(class)
    }

    /// The identity to take the lock by now: its own as soon as its class nests.
    #[inline(always)]
    pub(super) fn settled_id(&self, class: &Class) -> u32 {
        let id = self.id();
        if id & SHARED_IDENTITY != 0 && class.is_nesting() { self.individualise() } else { id }
    }

    /// Gives the lock an identity of its own, if it has none.
    #[cold]
    pub(super) fn individualise(&self) -> u32 {
        let shared = self.id();
        if shared & SHARED_IDENTITY == 0 {
            return shared;
        }
        let own = next_id();
        // Relaxed, both: as in `classify`.
        match self.id.compare_exchange(shared, own, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => own,
            Err(other) => other,
        }
    }

    /// Whether somebody ever wrote through this lock.
    #[inline(always)]
    pub(super) fn is_written(&self) -> bool {
        // Relaxed: a fact that, once true, stays.
        self.flags.load(Ordering::Relaxed) & WRITTEN != 0
    }

    pub(super) fn set_written(&self) {
        // Relaxed: as in `is_written`.
        self.flags.fetch_or(WRITTEN, Ordering::Relaxed);
    }

    pub(super) fn set_in_graph(&self) {
        // Relaxed: read by whoever drops the lock, which happens behind all of its uses.
        self.flags.fetch_or(IN_GRAPH, Ordering::Relaxed);
    }

    /// Remembers the NUMA node of a contended acquisition; true when the one before was on another.
    pub(super) fn moves_to_node(&self, node: u32) -> bool {
        let marked = (node + 1) << NODE_SHIFT;
        // Relaxed, both: a statistic.
        let before = self.flags.load(Ordering::Relaxed);
        self.flags.store((before & 0xff) | marked, Ordering::Relaxed);
        before >> NODE_SHIFT != 0 && before >> NODE_SHIFT != node + 1
    }
}

impl Drop for LockState {
    #[inline]
    fn drop(&mut self) {
        // Relaxed: `&mut` says that nobody else has the lock.
        let is_in_graph = self.flags.load(Ordering::Relaxed) & IN_GRAPH != 0;
        if is_in_graph || thread::holds(self.address()) {
            self.retire();
        }
    }
}

impl LockState {
    #[cold]
    fn retire(&self) {
        thread::forget_destroyed(self);
        order::forget(self.id());
    }
}

fn next_id() -> u32 {
    // Relaxed: a number.
    NEXT_ID.fetch_add(1, Ordering::Relaxed) & !SHARED_IDENTITY
}
