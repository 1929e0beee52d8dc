//! What a thread remembers of the series that it records into.
//!
//! The facade asks for a series in every call of its macros. A thread finds those it has met before in a
//! table of its own, by the hash that the key brings along, and compares the key in full: keys whose hashes
//! are the same take turns in one place, and so does one key of two recorders.
//!
//! At the bound the table is emptied: who records into more series in turn pays a look-up in the shared
//! index for some of them, and memory stays where it is.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use metrics::{Key, Label};

use super::instrument::Recorded;

/// Series that a thread remembers, of each kind of instrument.
const CAPACITY: usize = 4096;

#[derive(Debug)]
pub(super) struct Cache<H>(Option<HashMap<u64, Remembered<H>, BuildHasherDefault<Given>>>);

#[derive(Debug)]
struct Remembered<H> {
    /// The number of the recorder.
    recorder: u64,
    key: Key,
    handle: H,
}

impl<H: Clone> Cache<H> {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    #[inline]
    fn find(&self, recorder: u64, key: &Key) -> Option<H> {
        let found = self.0.as_ref()?.get(&key.get_hash())?;
        (found.recorder == recorder && is_same(&found.key, key)).then(|| found.handle.clone())
    }

    fn remember(&mut self, recorder: u64, key: &Key, handle: &H) {
        let all = self.0.get_or_insert_default();
        if all.len() >= CAPACITY {
            all.clear();
        }
        let remembered = Remembered { recorder, key: key.to_retained(), handle: handle.clone() };
        all.insert(key.get_hash(), remembered);
    }
}

/// What this thread remembers of a key, or what `make` makes of it.
///
/// `None` when this happens inside `make` already: an allocator records what it does, and the locks that
/// `make` takes may be held by the very same thread.
#[inline]
pub(super) fn find_or<I: Recorded>(
    recorder: u64,
    key: &Key,
    make: impl FnOnce() -> I::Handle,
) -> Option<I::Handle> {
    // A thread that is ending has no cache any more.
    let found = I::cache().try_with(|cache| cache.try_borrow().ok()?.find(recorder, key));
    found.ok().flatten().or_else(|| first::<I>(recorder, key, make))
}

#[cold]
#[inline(never)]
fn first<I: Recorded>(
    recorder: u64,
    key: &Key,
    make: impl FnOnce() -> I::Handle,
) -> Option<I::Handle> {
    thread_local! {
        static IS_BUSY: Cell<bool> = const { Cell::new(false) };
    }
    /// Says that the thread is done, also when it panics.
    struct Busy;
    impl Drop for Busy {
        fn drop(&mut self) {
            IS_BUSY.set(false);
        }
    }
    if IS_BUSY.replace(true) {
        return None;
    }
    let _busy = Busy;
    let handle = make();
    let _ = I::cache().try_with(|cache| {
        cache.try_borrow_mut().map(|mut cache| cache.remember(recorder, key, &handle))
    });
    Some(handle)
}

/// Equality in full. Keys of one call are often the same static; where they are made in each call, their texts are
/// often static and the same. Both are seen by where they are. Labels in another order are the same labels.
#[inline]
fn is_same(one: &Key, other: &Key) -> bool {
    let (labels, others) = (one.labels().as_slice(), other.labels().as_slice());
    let is_label = |(one, other): (&Label, &Label)| {
        is_text(one.key(), other.key()) && is_text(one.value(), other.value())
    };
    let is_alike = || labels.len() == others.len() && labels.iter().zip(others).all(is_label);
    let is_there =
        is_text(one.name(), other.name()) && (std::ptr::eq(labels, others) || is_alike());
    is_there || one == other
}

#[inline]
fn is_text(one: &str, other: &str) -> bool {
    std::ptr::eq(one, other) || one == other
}

/// Takes a hash for what it is.
#[derive(Debug, Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("the only key is a hash");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests;
