//! The one door to atomics: the standard ones, or those of loom or shuttle when a model is compiled.
//!
//! Everything here is named after what the storage needs, so that a model and the product run the
//! same source. Loom replaces an atomic by an object that remembers its history, which has two
//! consequences: constructors are not `const` there ([`const_unless_modelled!`]), and cells cannot be
//! conjured from zeroed memory ([`zeroed_cells`]). `engram_shuttle` comes in addition to `engram_loom`:
//! the same part of the crate is compiled, and shuttle runs it instead.
//!
//! An ordering that carries a claim has a name ([`order!`]), under which a run of the models weakens it:
//! some model has to fail then, or the ordering is stronger than the argument above it.

#[cfg(all(engram_loom, not(engram_shuttle)))]
#[path = "sync/loom.rs"]
mod arm;
#[cfg(not(engram_loom))]
#[path = "sync/real.rs"]
mod arm;
#[cfg(engram_shuttle)]
#[path = "sync/shuttle.rs"]
mod arm;
#[cfg(engram_loom)]
mod boxed;

#[cfg(all(test, engram_shuttle))]
pub(crate) use arm::explore;
#[cfg(all(engram_loom, not(engram_shuttle)))]
pub use arm::ordering_at;
pub(crate) use arm::{
    AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Mutex, Ordering, RwLock, read_patiently,
    write_patiently,
};
#[cfg(not(engram_loom))]
pub(crate) use arm::{free_cells, zeroed_cells};
#[cfg(engram_loom)]
pub(crate) use boxed::{free_cells, zeroed_cells};

/// An ordering other than `Relaxed`, and its name: `order!(Release, "shard.publish")`.
///
/// A constant, except under loom, where `cargo xtask verify --only orderings` weakens one after the other.
#[cfg(not(all(engram_loom, not(engram_shuttle))))]
macro_rules! order {
    ($order:ident, $site:literal) => {
        $crate::sync::Ordering::$order
    };
}
#[cfg(all(engram_loom, not(engram_shuttle)))]
macro_rules! order {
    ($order:ident, $site:literal) => {
        $crate::sync::ordering_at($site, $crate::sync::Ordering::$order)
    };
}
pub(crate) use order;

/// Declares a function `const`, except in models, where constructors of atomics cannot be.
macro_rules! const_unless_modelled {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($arguments:tt)*) -> $result:ty $body:block) => {
        #[cfg(not(engram_loom))]
        $(#[$attribute])*
        $visibility const fn $name($($arguments)*) -> $result $body
        #[cfg(engram_loom)]
        $(#[$attribute])*
        $visibility fn $name($($arguments)*) -> $result $body
    };
}
pub(crate) use const_unless_modelled;

/// Eight bytes that one thread at a time owns and any thread may read.
///
/// The owner adds with a plain load and store, which is what makes recording cheap: a locked
/// read-modify-write costs six times as much even when nobody else wants the line.
#[derive(Debug)]
#[cfg_attr(not(engram_shuttle), repr(transparent))]
#[cfg_attr(engram_shuttle, repr(align(128)))] // A slot needs the size to be a power of two.
pub(crate) struct Cell64(AtomicU64);

impl Cell64 {
    /// A cell that holds `value`.
    #[cfg(engram_loom)]
    fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    /// What the owner itself last stored here. Only the owner may call this.
    ///
    /// Loom forgets a load that the same thread follows by a store (tokio-rs/loom#166), and with it
    /// every interleaving between the two. Reading the owned word without synchronisation keeps them.
    #[inline(always)]
    pub(crate) fn load_own(&self) -> u64 {
        #[cfg(all(engram_loom, not(engram_shuttle)))]
        {
            // SAFETY: only the owner stores to this cell while it is owned, and the owner is calling.
            unsafe { self.0.unsync_load() }
        }
        #[cfg(not(all(engram_loom, not(engram_shuttle))))]
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

    /// Replaces the value. Only the owner may call this.
    #[inline(always)]
    pub(crate) fn store(&self, value: u64, order: Ordering) {
        self.0.store(value, order);
    }

    /// Adds for a cell that many threads write.
    #[inline]
    pub(crate) fn fetch_add(&self, value: u64, order: Ordering) {
        self.0.fetch_add(value, order);
    }

    /// Raises a cell that many threads write to at least `value`.
    #[inline]
    pub(crate) fn fetch_max(&self, value: u64, order: Ordering) {
        self.0.fetch_max(value, order);
    }
}

/// Bytes that travel between cores together: x86-64 prefetches pairs of 64-byte lines, and large
/// aarch64 cores have lines of 128 bytes.
#[cfg(not(engram_loom))]
pub(crate) const CACHE_LINE: usize = 128;
