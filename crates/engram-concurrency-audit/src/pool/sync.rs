//! The counts of a pool: written by whoever submits and by its workers.

use crate::sync::{AtomicU64, Ordering};

/// A number that many threads change.
#[derive(Debug)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Adds, and returns what came out.
    pub(super) fn add(&self, n: u64) -> u64 {
        // Relaxed: a statistic; what is decided by it is decided under a lock.
        self.0.fetch_add(n, Ordering::Relaxed) + n
    }

    pub(super) fn load(&self) -> u64 {
        // Relaxed: as above.
        self.0.load(Ordering::Relaxed)
    }
}
