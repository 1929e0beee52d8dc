//! The one door to atomics: the standard ones, or loom's when a model is compiled.
//!
//! Everything here is named after what the storage needs, so that a model and the product run the
//! same source. Loom replaces an atomic by an object that remembers its history, which has two
//! consequences: constructors are not `const` there ([`const_unless_modelled!`]), and cells cannot be
//! conjured from zeroed memory ([`zeroed_cells`]).

#[cfg(engram_loom)]
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
#[cfg(not(engram_loom))]
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

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
#[repr(transparent)]
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
        #[cfg(engram_loom)]
        {
            // SAFETY: only the owner stores to this cell while it is owned, and the owner is calling.
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

/// `len` cells that hold zero, from the allocator; null when it has no memory left.
///
/// The pages of a large run are not touched before they are written, so a run costs what is used of it.
#[cfg(not(engram_loom))]
pub(crate) fn zeroed_cells(len: usize) -> *mut Cell64 {
    let layout = cells_layout(len);
    // SAFETY: the layout is not empty, for every segment has cells. `Cell64` is a transparent
    // `AtomicU64`, for which all-zero bytes are the value 0.
    unsafe { std::alloc::alloc_zeroed(layout).cast() }
}

/// Gives back what [`zeroed_cells`] returned.
///
/// # Safety
/// `cells` came from `zeroed_cells(len)` and nothing refers to it any more.
#[cfg(not(engram_loom))]
pub(crate) unsafe fn free_cells(cells: *mut Cell64, len: usize) {
    // SAFETY: by contract the pointer was allocated with exactly this layout.
    unsafe { std::alloc::dealloc(cells.cast(), cells_layout(len)) }
}

/// Cells start on a cache line of their own: the line before belongs to another thread.
#[cfg(not(engram_loom))]
fn cells_layout(len: usize) -> std::alloc::Layout {
    std::alloc::Layout::array::<Cell64>(len)
        .and_then(|layout| layout.align_to(CACHE_LINE))
        .expect("a segment is far smaller than the address space")
}

#[cfg(engram_loom)]
pub(crate) fn zeroed_cells(len: usize) -> *mut Cell64 {
    let cells: Box<[Cell64]> = (0..len).map(|_| Cell64::new(0)).collect();
    Box::into_raw(cells).cast()
}

/// # Safety
/// `cells` came from `zeroed_cells(len)` and nothing refers to it any more.
#[cfg(engram_loom)]
pub(crate) unsafe fn free_cells(cells: *mut Cell64, len: usize) {
    // SAFETY: by contract this is the boxed slice of `len` cells that `zeroed_cells` took apart.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(cells, len)) });
}

/// Bytes that travel between cores together: x86-64 prefetches pairs of 64-byte lines, and large
/// aarch64 cores have lines of 128 bytes.
#[cfg(not(engram_loom))]
pub(crate) const CACHE_LINE: usize = 128;
