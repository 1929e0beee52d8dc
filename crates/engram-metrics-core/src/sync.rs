//! The one door to atomics: the standard ones, or loom's when a model is compiled.
//!
//! Everything here is named after what the storage needs, so that a model and the product run the
//! same source. Loom replaces an atomic by an object that remembers its history, which has two
//! consequences: constructors are not `const` there ([`const_unless_modelled!`]), and cells cannot be
//! conjured from zeroed memory ([`zeroed_cells`]).

#[cfg(engram_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
#[cfg(engram_loom)]
pub(crate) use loom::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
#[cfg(not(engram_loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
#[cfg(not(engram_loom))]
pub(crate) use std::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

#[cfg(not(engram_loom))]
use std::alloc::{GlobalAlloc, System};
#[cfg(not(engram_loom))]
use std::sync::TryLockError;
#[cfg(not(engram_loom))]
use std::time::{Duration, Instant};

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

/// `len` cells that hold zero; null when there is no memory left.
///
/// They come from the system, not from the global allocator: that one may be instrumented with our own
/// counters, whose first record would then allocate, and record, without end.
///
/// They start on a cache line of their own, for the line before belongs to another thread, and the pages
/// of a large run are not touched before they are written, so that it costs what is used of it. Hence
/// the alignment by hand: asked for more than 16 bytes of it, `System` clears the memory itself instead
/// of taking pages that the kernel has cleared.
#[cfg(not(engram_loom))]
pub(crate) fn zeroed_cells(len: usize) -> *mut Cell64 {
    // SAFETY: the layout is not empty. `Cell64` is a transparent `AtomicU64`, for which all-zero bytes
    // are the value 0.
    let base: *mut Cell64 = unsafe { System.alloc_zeroed(cells_layout(len)).cast() };
    if base.is_null() {
        return base;
    }
    let skipped = LINE_CELLS - base.addr() / size_of::<Cell64>() % LINE_CELLS;
    // SAFETY: at most `LINE_CELLS` are skipped, which the layout has in addition.
    let cells = unsafe { base.add(skipped) };
    // SAFETY: at least one cell is skipped, so there is a word in front of the first one.
    let before = unsafe { cells.cast::<usize>().sub(1) };
    // SAFETY: the word is aligned and nobody else knows of it; `free_cells` reads it back.
    unsafe { before.write(skipped) };
    cells
}

/// Gives back what [`zeroed_cells`] returned.
///
/// # Safety
/// `cells` came from `zeroed_cells(len)` and nothing refers to it any more.
#[cfg(not(engram_loom))]
pub(crate) unsafe fn free_cells(cells: *mut Cell64, len: usize) {
    // SAFETY: by contract there is a word in front of the first cell.
    let before = unsafe { cells.cast::<usize>().sub(1) };
    // SAFETY: `zeroed_cells` wrote it.
    let skipped = unsafe { before.read() };
    // SAFETY: so many cells lie between the start of the allocation and the first one.
    let base = unsafe { cells.sub(skipped) };
    // SAFETY: by contract this was allocated with exactly this layout.
    unsafe { System.dealloc(base.cast(), cells_layout(len)) }
}

/// Room for `len` cells from the start of a line on.
#[cfg(not(engram_loom))]
fn cells_layout(len: usize) -> std::alloc::Layout {
    std::alloc::Layout::array::<Cell64>(len + LINE_CELLS)
        .expect("a segment is far smaller than the address space")
}

#[cfg(not(engram_loom))]
const LINE_CELLS: usize = CACHE_LINE / size_of::<Cell64>();

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

/// Tries to take a lock that is only ever held for microseconds, for about a tenth of a second.
///
/// `None`: whoever holds it does not run any more, which happens in the child of a `fork`.
#[cfg(not(engram_loom))]
fn patiently<G>(take: impl Fn() -> Result<G, TryLockError<G>>) -> Option<G> {
    const SPINS: u32 = 100;
    const PATIENCE: Duration = Duration::from_millis(100);
    let mut started = None;
    for attempt in 0.. {
        match take() {
            Ok(guard) => return Some(guard),
            // What the lock protects is changed by steps that do not panic.
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if attempt < SPINS => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => {
                if started.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    break;
                }
                std::thread::sleep(Duration::from_micros(100));
            }
        }
    }
    None
}

/// Reads what the lock protects; `None` when it can not be had.
#[cfg(not(engram_loom))]
pub(crate) fn read_patiently<T>(lock: &RwLock<T>) -> Option<RwLockReadGuard<'_, T>> {
    patiently(|| lock.try_read())
}

/// Changes what the lock protects; `None` when it can not be had.
#[cfg(not(engram_loom))]
pub(crate) fn write_patiently<T>(lock: &RwLock<T>) -> Option<RwLockWriteGuard<'_, T>> {
    patiently(|| lock.try_write())
}

/// A model knows no time: it waits.
#[cfg(engram_loom)]
pub(crate) fn read_patiently<T>(lock: &RwLock<T>) -> Option<RwLockReadGuard<'_, T>> {
    lock.read().ok()
}

/// A model knows no time: it waits.
#[cfg(engram_loom)]
pub(crate) fn write_patiently<T>(lock: &RwLock<T>) -> Option<RwLockWriteGuard<'_, T>> {
    lock.write().ok()
}

/// Bytes that travel between cores together: x86-64 prefetches pairs of 64-byte lines, and large
/// aarch64 cores have lines of 128 bytes.
#[cfg(not(engram_loom))]
pub(crate) const CACHE_LINE: usize = 128;
