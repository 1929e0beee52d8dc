//! Label values as they are looked up: as text, or as addresses of text that never changes.

use std::hash::Hasher;
use std::sync::Arc;

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;

use super::cache::{self, MAX_POINTER_BYTES, MAX_POINTERS};
use super::index::Wanted;
use super::number::NUMBERS;
use super::series::Entry;

/// The values of `N` labels.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a, const N: usize> {
    /// They may live on the stack.
    Text([&'a str; N]),
    /// They live for ever, and fit in a place of the cache.
    Static([&'static str; N]),
}

impl<'a, const N: usize> Key<'a, N> {
    #[inline(always)]
    pub(super) fn of_static(values: [&'static str; N]) -> Self {
        let fits = |value: &&str| value.len() <= MAX_POINTER_BYTES;
        if N <= MAX_POINTERS && values.iter().all(fits) {
            Self::Static(values)
        } else {
            Self::Text(values)
        }
    }

    /// The same, to be handed on; see [`cache::copied`].
    #[inline(always)]
    pub(super) fn copied(self) -> Self {
        match self {
            Self::Text(values) => Self::Text(cache::copied(values)),
            Self::Static(values) => Self::Static(cache::copied(values)),
        }
    }

    pub(super) const fn values(&self) -> &[&'a str; N] {
        match self {
            Self::Text(values) | Self::Static(values) => values,
        }
    }

    /// The series that this thread remembers for the values.
    ///
    /// # Safety
    /// The result is not used any more when the thread remembers another series, or ends. `family` is a
    /// number of a family of `N` labels and metrics `M`.
    #[inline(always)]
    pub(super) unsafe fn find<'b, M>(self, family: u64) -> Option<&'b Entry<N, M>> {
        match self {
            // SAFETY: that of the caller.
            Self::Text(values) => unsafe { cache::find_text((family, hash(&values)), &values) },
            // SAFETY: that of the caller.
            Self::Static(values) => unsafe { cache::find_pointers(family, values) },
        }
    }

    /// The same where [`find`](Self::find) did not look.
    ///
    /// # Safety
    /// As [`find`](Self::find).
    pub(super) unsafe fn find_in_set<'b, M>(&self, family: u64) -> Option<&'b Entry<N, M>> {
        match self {
            // SAFETY: that of the caller.
            Self::Text(values) => unsafe {
                cache::find_text_in_set((family, hash(values)), values)
            },
            // SAFETY: that of the caller.
            Self::Static(values) => unsafe { cache::find_pointers_in_set(family, values) },
        }
    }

    /// Lets this thread remember the series of the values.
    pub(super) fn remember<M>(&self, family: u64, entry: &Arc<Entry<N, M>>) {
        match self {
            Self::Text(values) => cache::remember_text((family, hash(values)), entry),
            Self::Static(values) => cache::remember_pointers(family, values, entry),
        }
    }

    /// What the index is asked for.
    pub(super) fn wanted(&self) -> Wanted<'_, N> {
        let values = self.values();
        Wanted { hash: hash(values), values, to_keep: false }
    }
}

/// The seed differs from run to run, so nobody can prepare values that collide. The length of each value is
/// part of the hash, and values are compared in full anyway.
#[inline(always)]
fn hash<const N: usize>(values: &[&str; N]) -> u64 {
    let mut hasher = FoldHasher::with_seed(NUMBERS.seed(), SharedSeed::global_fixed());
    values.iter().for_each(|value| hasher.write(value.as_bytes()));
    hasher.finish()
}
