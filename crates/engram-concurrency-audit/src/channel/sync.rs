//! The door of the channels to atomics: cells that the owner of a handle writes.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that one thread at a time writes and any thread may read: a plain load and a plain store.
#[derive(Debug)]
pub(in crate::channel) struct Own(AtomicU64);

impl Own {
    pub(in crate::channel) const fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    #[inline(always)]
    pub(in crate::channel) fn load(&self) -> u64 {
        // Relaxed: a statistic; the owner reads what it wrote itself.
        self.0.load(Ordering::Relaxed)
    }

    /// Only the owner may call this.
    #[inline(always)]
    pub(in crate::channel) fn store(&self, value: u64) {
        // Relaxed: a statistic; exact for whoever is behind the owner by other means, a join or a drop.
        self.0.store(value, Ordering::Relaxed);
    }

    /// Adds to the number. Only the owner may call this.
    #[inline(always)]
    pub(in crate::channel) fn add(&self, more: u64) -> u64 {
        let sum = self.load() + more;
        self.store(sum);
        sum
    }
}

/// A number that anybody may set, rarely.
#[derive(Debug)]
pub(in crate::channel) struct Setting(AtomicU64);

impl Setting {
    pub(in crate::channel) const fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    #[inline(always)]
    pub(in crate::channel) fn load(&self) -> u64 {
        // Relaxed: a setting that takes effect soon.
        self.0.load(Ordering::Relaxed)
    }

    pub(in crate::channel) fn store(&self, value: u64) {
        // Relaxed: as in `load`.
        self.0.store(value, Ordering::Relaxed);
    }
}
