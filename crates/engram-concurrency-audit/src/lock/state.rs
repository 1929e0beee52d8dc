//! What an audited lock keeps beside the lock that it wraps.

use std::panic::Location;

use crate::finding::Site;
use crate::lock::sync::{AtomicU32, AtomicU64, Ordering};

use super::class::{Class, Origin};
use super::held::{At, Taken};
use super::word::{AtomicWord, KEYED, READY, WRITTEN, class_number};
use super::{order, thread};

pub(crate) use super::word::Mode;
pub(super) use super::word::{
    SHARED_IDENTITY, Word, id_of, is_keyed, is_own, is_ready, is_shared, word,
};

/// One acquisition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) state: &'a LockState,
    pub(super) mode: Mode,
    pub(super) at: At,
}

impl Request<'_> {
    /// What is written down of the lock once it is taken by this word.
    #[inline(always)]
    pub(super) fn taken(self, word: Word) -> Taken {
        let key = if is_keyed(word) { self.state.key().unwrap_or_default() } else { 0 };
        Taken { key, ..self.taken_without_key(word) }
    }

    /// The same of a lock whose key is written down already, or that has none.
    #[inline(always)]
    pub(super) fn taken_without_key(self, word: Word) -> Taken {
        let Self { state, mode, at } = self;
        Taken { lock: state.address(), word: word | mode as Word, at, key: 0 }
    }
}

/// Class, identity and what else is remembered of one lock.
#[derive(Debug)]
pub(super) struct LockState {
    /// See [`Word`]; 0 before the first acquisition.
    word: AtomicWord,
    origin: Origin,
    flags: AtomicU32,
    /// Orders it among the locks of its class.
    key: u64,
}

const HAS_KEY: u32 = 1;
const IN_GRAPH: u32 = 2;
const NODE_SHIFT: u32 = 8;

static IDENTITIES: AtomicU64 = AtomicU64::new(1);

/// The class in a word; `None` of a lock that was never taken.
pub(super) fn class_of(word: Word) -> Option<&'static Class> {
    Class::by_number(class_number(word))
}

impl LockState {
    pub(super) const fn new(origin: Origin) -> Self {
        Self { word: AtomicWord::new(), origin, flags: AtomicU32::new(0), key: 0 }
    }

    pub(super) const fn set_key(&mut self, key: u64) {
        self.key = key;
        self.flags = AtomicU32::new(HAS_KEY);
    }

    #[inline(always)]
    pub(super) fn word(&self) -> Word {
        self.word.load()
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
            true => own_word(class, keyed),
            false => class.shared_word() | keyed,
        };
        self.word.begin(word);
        Some(class)
    }

    /// Whether the lock has the identity of its class.
    pub(super) fn is_shared(&self) -> bool {
        is_shared(self.word())
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
            let class = class_of(word).filter(|_| is_shared(word))?;
            Some(own_word(class, word & KEYED) | (word & WRITTEN))
        };
        self.word.change(change);
        self.word()
    }

    /// Whether somebody ever wrote through this lock.
    pub(super) fn is_written(&self) -> bool {
        self.word() & WRITTEN != 0
    }

    pub(super) fn set_written(&self) {
        self.word.set(WRITTEN);
    }

    /// Whether the lock was asked for inside another one, and both have identities of their own.
    pub(super) fn is_in_graph(&self) -> bool {
        self.has(IN_GRAPH)
    }

    pub(super) fn set_in_graph(&self) {
        // Relaxed: a hint; who misses it has the order checked once more.
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
        // What has an identity of its own may be in the graph, if only as the outer lock.
        if is_own(self.word()) || thread::holds(self.address()) {
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

/// A word with an identity that no other lock has or had; that of the class once there is none left.
fn own_word(class: &Class, keyed: Word) -> Word {
    // A key is looked at whenever the lock is taken.
    let flags = if keyed == 0 { READY } else { keyed };
    // Relaxed: a number.
    match identity(IDENTITIES.fetch_add(1, Ordering::Relaxed)) {
        Some(id) => word(id, class.number) | flags,
        None => class.shared_word() | keyed,
    }
}

/// The identity of this number. None is ever used again, for threads remember what they have seen of it: after
/// 2^31 of them the locks of a class are not told apart any more.
const fn identity(number: u64) -> Option<u32> {
    if number < SHARED_IDENTITY as u64 { Some(number as u32) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_identity_is_dealt_out_twice_however_many_locks_there_were() {
        assert_eq!(identity(1), Some(1));
        assert_eq!(identity(u64::from(SHARED_IDENTITY) - 1), Some(SHARED_IDENTITY - 1));
        assert_eq!([1 << 31, (1 << 32) + 1, u64::MAX].map(identity), [None; 3]);
    }
}
