//! The word of a lock: its identity, its class, and what taking it has to know besides.

use crate::lock::sync::{AtomicU64, Ordering, const_unless_modelled, order};

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

/// All that taking a lock has to know, in one word.
///
/// ```text
///   63      32 31     16 15    10 9    6     5        4       3        2      1  0
///   [ identity ][ class ][ segment, task ][ OF_TASK ][ KEYED ][ READY ][ WRITTEN ][ mode ]
/// ```
///
/// The mode, and what is said of a task, are 0 except in what a thread holds. With the highest bit the identity is the class's.
pub(super) type Word = u64;

/// Marks an identity that the later locks of a class share.
pub(super) const SHARED_IDENTITY: u32 = 1 << 31;

pub(super) const WRITTEN: Word = 1 << 2;
/// Nothing but the chain has to be looked at: the lock has an identity of its own, and no key.
pub(super) const READY: Word = 1 << 3;
pub(super) const KEYED: Word = 1 << 4;
/// Held by a task, which the next bits tell from some others.
const OF_TASK: Word = 1 << 5;
#[cfg(feature = "tokio")]
const TASK_SHIFT: u32 = 6;
#[cfg(feature = "tokio")]
const SEGMENT_SHIFT: u32 = 10;
const CLASS_SHIFT: u32 = 16;
const ID_SHIFT: u32 = 32;

/// The identity in a word.
pub(super) const fn id_of(word: Word) -> u32 {
    (word >> ID_SHIFT) as u32
}

/// The number of the class in a word; 0 of a lock that was never taken.
pub(super) const fn class_number(word: Word) -> u16 {
    (word >> CLASS_SHIFT) as u16
}

/// Whether a word has the identity of its class.
pub(super) const fn is_shared(word: Word) -> bool {
    id_of(word) & SHARED_IDENTITY != 0
}

/// Whether a lock can be taken in this mode without a look at anything but its word and the chain.
#[inline(always)]
pub(super) const fn is_ready(word: Word, mode: Mode) -> bool {
    let needed = if mode as u32 == Mode::Exclusive as u32 { READY | WRITTEN } else { READY };
    word & needed == needed
}

/// Whether the lock has an identity of its own.
pub(super) const fn is_own(word: Word) -> bool {
    id_of(word) != 0 && !is_shared(word)
}

pub(super) const fn is_keyed(word: Word) -> bool {
    word & KEYED != 0
}

/// What is added to the word of a lock that a task holds.
#[cfg(feature = "tokio")]
pub(super) const fn of_task(serial: u32, segment: u32) -> Word {
    OF_TASK | ((serial as u64 & 15) << TASK_SHIFT) | ((segment as u64 & 63) << SEGMENT_SHIFT)
}

pub(super) const fn is_of_task(word: Word) -> bool {
    word & OF_TASK != 0
}

/// The word of an identity and a class.
pub(super) const fn word(id: u32, class: u32) -> Word {
    ((id as u64) << ID_SHIFT) | ((class as u64) << CLASS_SHIFT)
}

/// The word of one lock: 0 before the first acquisition.
#[derive(Debug)]
pub(super) struct AtomicWord(AtomicU64);

impl AtomicWord {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    #[inline(always)]
    pub(super) fn load(&self) -> Word {
        // Acquire: whoever sees the word finds the class in it, which was numbered before the Release in `begin`.
        // What changes later goes from shared to own, and both are right.
        self.0.load(order!(Acquire, "lock.word"))
    }

    /// The first word of a lock. Two threads that take a new lock at once agree on the first one.
    pub(super) fn begin(&self, word: Word) {
        // Release: publishes the number of the class to the Acquire load in `load`.
        let published = order!(Release, "lock.begin");
        // Relaxed: on failure; the word is loaded again.
        let _ = self.0.compare_exchange(0, word, published, Ordering::Relaxed);
    }

    /// Sets flags that, once set, stay.
    pub(super) fn set(&self, flags: Word) {
        // Relaxed: a read-modify-write carries on what `begin` published.
        self.0.fetch_or(flags, Ordering::Relaxed);
    }

    /// Replaces the word by what `change` makes of it, if anything.
    pub(super) fn change(&self, change: impl Fn(Word) -> Option<Word>) {
        // Relaxed, both: as in `set`.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    }
}
