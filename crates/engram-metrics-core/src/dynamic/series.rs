//! One series: its label values, its metric, and who keeps it alive.
//!
//! A series lives as long as somebody may record into it: the index that lists it, the handles that
//! were given out, and the place that each thread remembers it in hold one reference each. A reader needs
//! no other protection, and what a series had in memory is given back by whoever lets go of it last.

use std::ptr::NonNull;
use std::sync::Arc;

use super::index::Wanted;
use crate::sync::{AtomicU32, Ordering};

/// What a thread's cache knows of a series without knowing its type.
#[derive(Debug)]
pub(super) struct Header {
    /// Gives up one reference.
    release: unsafe fn(NonNull<Header>),
}

/// A series of a family with `N` labels.
#[derive(Debug)]
#[repr(C)] // A pointer to a series is a pointer to its header.
pub(super) struct Entry<const N: usize, M> {
    header: Header,
    /// Of the values, as the index first looked for them.
    pub(super) hash: u64,
    values: [Box<str>; N],
    pub(super) metric: M,
    /// Handles that are out: a series that has some is in use, however idle.
    handles: AtomicU32,
}

impl<const N: usize, M> Entry<N, M> {
    pub(super) fn new(wanted: Wanted<'_, N>, metric: M) -> Self {
        Self {
            header: Header { release: release::<N, M> },
            hash: wanted.hash,
            values: wanted.values.map(Box::from),
            metric,
            handles: AtomicU32::new(0),
        }
    }

    /// The values of its labels.
    pub(super) fn values(&self) -> [&str; N] {
        self.values.each_ref().map(|value| &**value)
    }

    /// Whether it is the series of these values: each compared in full, so no two ever merge.
    #[inline(always)]
    pub(super) fn has(&self, values: &[&str; N]) -> bool {
        let mut pairs = self.values.iter().zip(values);
        pairs.all(|(own, value)| is_same(own.as_bytes(), value.as_bytes()))
    }

    /// One more handle.
    pub(super) fn hold(&self) {
        // Relaxed: taken under the lock of the index, or by cloning a handle, which keeps it above 0.
        self.handles.fetch_add(1, Ordering::Relaxed);
    }

    /// One handle less.
    pub(super) fn let_go(&self) {
        // Relaxed: the worst that a late zero does is to keep an idle series a little longer.
        self.handles.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether nobody holds a handle. Asked under the lock of the index.
    pub(super) fn is_free(&self) -> bool {
        // Relaxed: handles are first made under the lock that the caller holds.
        self.handles.load(Ordering::Relaxed) == 0
    }

    /// A reference for a cache.
    pub(super) fn share(self: &Arc<Self>) -> NonNull<Header> {
        let raw = Arc::into_raw(Arc::clone(self)).cast_mut().cast::<Header>();
        NonNull::new(raw).expect("an Arc is never null")
    }
}

/// Equality, without a call for the lengths that label values mostly have: two loads of eight or four
/// bytes that may overlap.
#[inline(always)]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        8..=16 => {
            one.first_chunk::<8>() == other.first_chunk()
                && one.last_chunk::<8>() == other.last_chunk()
        }
        4..8 => {
            one.first_chunk::<4>() == other.first_chunk()
                && one.last_chunk::<4>() == other.last_chunk()
        }
        1..4 => {
            let ends = |text: &[u8]| (text[0], text[text.len() / 2], text[text.len() - 1]);
            ends(one) == ends(other)
        }
        _ => one == other,
    }
}

impl Header {
    /// The series behind a header.
    ///
    /// # Safety
    /// `header` came from [`Entry::share`] of this very type, and its reference is not released while the
    /// result lives.
    #[inline]
    pub(super) const unsafe fn series<'a, const N: usize, M>(
        header: NonNull<Self>,
    ) -> &'a Entry<N, M> {
        // SAFETY: by contract the series is alive and of this type; the pointer came from an `Arc` of it.
        unsafe { header.cast::<Entry<N, M>>().as_ref() }
    }

    /// Gives up the reference of a cache.
    ///
    /// # Safety
    /// `header` came from [`Entry::share`] and is not used again.
    pub(super) unsafe fn release(header: NonNull<Self>) {
        // SAFETY: by contract the series is still alive.
        let release = unsafe { header.as_ref() }.release;
        // SAFETY: the function was made for the type of this series; by contract it is the last use.
        unsafe { release(header) };
    }
}

/// # Safety
/// `header` came from [`Entry::share`] of this very type and is not used again.
unsafe fn release<const N: usize, M>(header: NonNull<Header>) {
    let raw = header.as_ptr().cast::<Entry<N, M>>().cast_const();
    // SAFETY: by contract this is what `Arc::into_raw` returned, given back once.
    drop(unsafe { Arc::from_raw(raw) });
}
