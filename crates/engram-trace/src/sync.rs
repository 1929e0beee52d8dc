//! The one door to atomics, cells and threads: those of the standard library, or of loom in models.
//!
//! An ordering that carries a claim has a name ([`order!`]), under which a run of the models weakens it:
//! some model has to fail then, or the ordering is stronger than the argument above it.

#[cfg(engram_loom)]
#[path = "sync/loom.rs"]
mod arm;
#[cfg(not(engram_loom))]
#[path = "sync/real.rs"]
mod arm;

pub(crate) use arm::{AtomicPtr, AtomicU32, AtomicU64, Ordering, UnsafeCell};
#[cfg(not(engram_loom))]
pub(crate) use arm::{Condvar, Mutex, lock, thread};

/// An ordering other than `Relaxed`, and its name: `order!(Release, "ring.push")`.
///
/// A constant, except under loom, where `cargo xtask verify --only orderings` weakens one after the other.
#[cfg(not(engram_loom))]
macro_rules! order {
    ($order:ident, $site:literal) => {
        $crate::sync::Ordering::$order
    };
}
#[cfg(engram_loom)]
macro_rules! order {
    ($order:ident, $site:literal) => {
        engram_metrics_core::ordering_at($site, $crate::sync::Ordering::$order)
    };
}
pub(crate) use order;

/// A number that one thread at a time owns and any thread may read.
#[derive(Debug)]
pub(crate) struct Owned(AtomicU64);

impl Owned {
    /// A number that is zero.
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// What the owner itself last stored here. Only the owner may call this.
    ///
    /// Loom forgets a load that the same thread follows by a store (tokio-rs/loom#166), and with it every
    /// interleaving between the two. Reading the owned word without synchronisation keeps them.
    #[inline(always)]
    pub(crate) fn load_own(&self) -> u64 {
        #[cfg(engram_loom)]
        {
            // SAFETY: only the owner stores here while it is owned, and the owner is calling.
            unsafe { self.0.unsync_load() }
        }
        #[cfg(not(engram_loom))]
        {
            // Relaxed: the owner reads what it wrote itself.
            self.0.load(Ordering::Relaxed)
        }
    }

    /// What any thread sees here.
    #[inline(always)]
    pub(crate) fn load(&self, order: Ordering) -> u64 {
        self.0.load(order)
    }

    /// Replaces the number. Only the owner may call this.
    #[inline(always)]
    pub(crate) fn store(&self, value: u64, order: Ordering) {
        self.0.store(value, order);
    }
}

/// What one thread writes all the time and another one should not be slowed down by.
///
/// x86-64 prefetches pairs of 64-byte lines, and large aarch64 cores have lines of 128 bytes.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);
