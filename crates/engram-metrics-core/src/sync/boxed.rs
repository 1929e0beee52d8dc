//! Cells of models: objects, which no zeroed memory can stand for.

use super::Cell64;

/// `len` cells that hold zero.
pub(crate) fn zeroed_cells(len: usize) -> *mut Cell64 {
    let cells: Box<[Cell64]> = (0..len).map(|_| Cell64::new(0)).collect();
    Box::into_raw(cells).cast()
}

/// # Safety
/// `cells` came from `zeroed_cells(len)` and nothing refers to it any more.
pub(crate) unsafe fn free_cells(cells: *mut Cell64, len: usize) {
    // SAFETY: by contract this is the boxed slice of `len` cells that `zeroed_cells` took apart.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(cells, len)) });
}
