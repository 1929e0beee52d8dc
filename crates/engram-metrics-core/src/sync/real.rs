//! The door as it ships: the atomics and locks of the standard library, memory from the system.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
pub(crate) use std::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use std::alloc::{GlobalAlloc, System};
use std::sync::TryLockError;
use std::time::{Duration, Instant};

use super::{CACHE_LINE, Cell64};

/// `len` cells that hold zero; null when there is no memory left.
///
/// They come from the system, not from the global allocator: that one may be instrumented with our own
/// counters, whose first record would then allocate, and record, without end.
///
/// They start on a cache line of their own, for the line before belongs to another thread, and the pages
/// of a large run are not touched before they are written, so that it costs what is used of it. Hence
/// the alignment by hand: asked for more than 16 bytes of it, `System` clears the memory itself instead
/// of taking pages that the kernel has cleared.
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
fn cells_layout(len: usize) -> std::alloc::Layout {
    std::alloc::Layout::array::<Cell64>(len + LINE_CELLS)
        .expect("a segment is far smaller than the address space")
}

const LINE_CELLS: usize = CACHE_LINE / size_of::<Cell64>();

/// Tries to take a lock that is only ever held for microseconds, for about a tenth of a second.
///
/// `None`: whoever holds it does not run any more, which happens in the child of a `fork`.
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
pub(crate) fn read_patiently<T>(lock: &RwLock<T>) -> Option<RwLockReadGuard<'_, T>> {
    patiently(|| lock.try_read())
}

/// Changes what the lock protects; `None` when it can not be had.
pub(crate) fn write_patiently<T>(lock: &RwLock<T>) -> Option<RwLockWriteGuard<'_, T>> {
    patiently(|| lock.try_write())
}
