//! A series that is kept.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::Replicate;
use super::series::Entry;
use crate::gate::Live;

/// A series of a [`DynamicFamily`](super::DynamicFamily), found once and used as a metric of its own.
///
/// While a handle is out, its series is not evicted.
pub struct Handle<'a, const N: usize, M: Replicate> {
    /// Where records go when the family was full, or telemetry is compiled out.
    overflow: &'a M,
    entry: Live<Option<Arc<Entry<N, M>>>>,
}

impl<'a, const N: usize, M: Replicate> Handle<'a, N, M> {
    /// Takes over an entry that was held for this handle.
    pub(super) const fn new(overflow: &'a M, entry: Option<Arc<Entry<N, M>>>) -> Self {
        Self { overflow, entry: Live::new(entry) }
    }

    fn entry(&self) -> Option<&Arc<Entry<N, M>>> {
        self.entry.get().and_then(Option::as_ref)
    }

    /// Whether this is the series of everything beyond the limit.
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        self.entry().is_none()
    }
}

impl<const N: usize, M: Replicate> Deref for Handle<'_, N, M> {
    type Target = M;

    #[inline]
    fn deref(&self) -> &M {
        self.entry().map_or(self.overflow, |entry| &entry.metric)
    }
}

impl<const N: usize, M: Replicate> Clone for Handle<'_, N, M> {
    fn clone(&self) -> Self {
        let entry = self.entry().cloned();
        entry.iter().for_each(|entry| entry.hold());
        Self::new(self.overflow, entry)
    }
}

impl<const N: usize, M: Replicate> Drop for Handle<'_, N, M> {
    fn drop(&mut self) {
        self.entry().into_iter().for_each(|entry| entry.let_go());
    }
}

impl<const N: usize, M: Replicate> fmt::Debug for Handle<'_, N, M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.entry().map(|entry| entry.values());
        out.debug_struct("Handle").field("values", &values).finish_non_exhaustive()
    }
}
