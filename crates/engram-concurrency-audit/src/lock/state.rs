//! What an audited lock keeps beside the lock that it wraps.

use std::panic::Location;

use crate::finding::Site;
use crate::lock::sync::{AtomicU32, AtomicU64, Ordering};

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
    /// See [`Word`]; 0 before the first acquisition.
    word: AtomicU64,
    origin: Origin,
    flags: AtomicU32,
    /// Orders it among the locks of its class.
    key: u64,
}

/// All that taking a lock has to know, in one word.
///
/// ```text
///   63      32 31     16 15   5      4       3        2      1  0
///   [ identity ][ class ][ ... ][ KEYED ][ READY ][ WRITTEN ][ mode ]
/// ```
///
/// The mode is 0 except in what a thread holds. With the highest bit the identity is the class's.
pub(super) type Word = u64;

/// Marks an identity that the later locks of a class share.
pub(super) const SHARED_IDENTITY: u32 = 1 << 31;

const WRITTEN: Word = 1 << 2;
/// Nothing but the chain has to be looked at: the lock has an identity of its own.
const READY: Word = 1 << 3;
const KEYED: Word = 1 << 4;
const CLASS_SHIFT: u32 = 16;
const ID_SHIFT: u32 = 32;

const HAS_KEY: u32 = 1;
const IN_GRAPH: u32 = 2;
const NODE_SHIFT: u32 = 8;

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// The identity in a word.
pub(super) const fn id_of(word: Word) -> u32 {
    (word >> ID_SHIFT) as u32
}

/// The class in a word; `None` of a lock that was never taken.
pub(super) fn class_of(word: Word) -> Option<&'static Class> {
    Class::by_number((word >> CLASS_SHIFT) as u16)
}

/// Whether a lock can be taken in this mode without a look at anything but its word and the chain.
#[inline(always)]
pub(super) const fn is_ready(word: Word, mode: Mode) -> bool {
    let needed = if mode as u32 == Mode::Exclusive as u32 { READY | WRITTEN } else { READY };
    word & needed == needed
}

/// Whether the lock has an identity of its own.
pub(super) const fn is_own(word: Word) -> bool {
    word & READY != 0
}

pub(super) const fn is_keyed(word: Word) -> bool {
    word & KEYED != 0
}

impl LockState {
    pub(super) const fn new(origin: Origin) -> Self {
        Self { word: AtomicU64::new(0), origin, flags: AtomicU32::new(0), key: 0 }
    }

    pub(super) const fn set_key(&mut self, key: u64) {
        self.key = key;
        self.flags = AtomicU32::new(HAS_KEY);
    }

    #[inline(always)]
    pub(super) fn word(&self) -> Word {
        // Relaxed: an identity that changes goes from shared to own, and both are right; what the class
        // in it refers to is published by `Class::by_number`.
        self.word.load(Ordering::Relaxed)
    }

    /// The class, once the lock was taken.
    #[inline]
    pub(super) fn class(&self) -> Option<&'static Class> {
        class_of(self.word())
    }

    /// The identity, once the lock was taken.
    pub(super) fn id(&self) -> u32 {
        id_of(self.word())
    }

    /// The place that the lock was made at, if that is all its class depends on.
    #[inline(always)]
    pub(super) fn plain_site(&self) -> Option<&'static Location<'static>> {
        match self.origin {
            Origin::Site(at, 0) => Some(at),
            _ => None,
        }
    }

    /// By which the lock is known while it is held or waited for.
    #[inline(always)]
    pub(super) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(super) fn key(&self) -> Option<u64> {
        self.has(HAS_KEY).then_some(self.key)
    }

    /// Gives the lock its class and identity; `None` when that is not possible now.
    pub(super) fn classify(&self, first_use: Site) -> Option<&'static Class> {
        if let Some(class) = self.class() {
            return Some(class);
        }
        let class = Class::of(self.origin, first_use)?;
        let keyed = if self.has(HAS_KEY) { KEYED } else { 0 };
        let word = match class.admits_individual() {
            true => own_word(class),
            false => class.shared_word(),
        };
        // Relaxed, both: two threads that take a new lock at once agree on the first identity.
        let set = (Ordering::Relaxed, Ordering::Relaxed);
        let _ = self.word.compare_exchange(0, word | keyed, set.0, set.1);
        Some(class)
    }

    /// Whether the lock has the identity of its class.
    pub(super) fn is_shared(&self) -> bool {
        self.id() & SHARED_IDENTITY != 0
    }

    /// The word to take the lock by now: with an identity of its own as soon as its class nests.
    pub(super) fn settled(&self, class: &Class) -> Word {
        match self.word() {
            _ if self.is_shared() && class.is_nesting() => self.individualise(),
            word if self.is_shared() && !is_keyed(word) => class.shared_word(),
            word => word,
        }
    }

    /// Gives the lock an identity of its own, if it has none.
    #[cold]
    pub(super) fn individualise(&self) -> Word {
        let change = |word: Word| {
            let class = class_of(word).filter(|_| id_of(word) & SHARED_IDENTITY != 0)?;
            Some(own_word(class) | (word & (WRITTEN | KEYED)))
        };
        // Relaxed, both: as in `classify`.
        let _ = self.word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
        self.word()
    }

    /// Whether somebody ever wrote through this lock.
    pub(super) fn is_written(&self) -> bool {
        self.word() & WRITTEN != 0
    }

    pub(super) fn set_written(&self) {
        // Relaxed: a fact that, once true, stays.
        self.word.fetch_or(WRITTEN, Ordering::Relaxed);
    }

    pub(super) fn set_in_graph(&self) {
        // Relaxed: read by whoever drops the lock, which happens behind all of its uses.
        self.flags.fetch_or(IN_GRAPH, Ordering::Relaxed);
    }

    #[inline(always)]
    fn has(&self, flag: u32) -> bool {
        // Relaxed: a fact that, once true, stays; set before whoever asks has the lock.
        self.flags.load(Ordering::Relaxed) & flag != 0
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
        if self.has(IN_GRAPH) || thread::holds(self.address()) {
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

fn own_word(class: &Class) -> Word {
    // Relaxed: a number.
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed) & !SHARED_IDENTITY;
    word(id, class.number) | READY
}

/// The word of an identity and a class.
pub(super) const fn word(id: u32, class: u32) -> Word {
    ((id as u64) << ID_SHIFT) | ((class as u64) << CLASS_SHIFT)
}
