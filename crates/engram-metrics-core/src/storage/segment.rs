//! Segments: arrays of cells, each eight times as large as the one before, made when they are first needed
//! and never moved. What is not used of a large one is never touched, so it takes no memory.

use super::slot::SEGMENTS;
use crate::sync::{AtomicPtr, Cell64, const_unless_modelled, free_cells, order, zeroed_cells};

/// Cells in segment 1: one page.
const FIRST_CELLS: usize = if cfg!(engram_loom) { 4 } else { 512 };

/// Cells in a segment; segments are numbered from 1.
pub(super) const fn segment_cells(segment: usize) -> usize {
    FIRST_CELLS << (3 * (segment - 1))
}

/// A table of segments. An entry is null until it is made and never changes afterwards.
#[derive(Debug)]
pub(super) struct Segments([AtomicPtr<Cell64>; SEGMENTS]);

impl Segments {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            #[cfg(not(engram_loom))]
            let table = [const { AtomicPtr::new(std::ptr::null_mut()) }; SEGMENTS];
            #[cfg(engram_loom)]
            let table = std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut()));
            Self(table)
        }
    }

    /// The start of a segment, if it has been made.
    pub(super) fn get(&self, segment: usize) -> Option<*const Cell64> {
        // Acquire: sees the zeroes behind the pointer that the exchange in `ensure` published.
        let cells = self.0[segment].load(order!(Acquire, "segment.get"));
        (!cells.is_null()).then_some(cells.cast_const())
    }

    /// The start of a segment, made now if need be; `None` when there is no memory for it.
    pub(super) fn ensure(&self, segment: usize) -> Option<*const Cell64> {
        if let Some(cells) = self.get(segment) {
            return Some(cells);
        }
        let len = segment_cells(segment);
        let made = zeroed_cells(len);
        if made.is_null() {
            return None;
        }
        // Release: publishes the zeroes to the Acquire load in `get`.
        // Acquire, when another thread was first: sees the zeroes that it published.
        match self.0[segment].compare_exchange(
            std::ptr::null_mut(),
            made,
            order!(Release, "segment.publish"),
            order!(Acquire, "segment.lost"),
        ) {
            Ok(_) => Some(made.cast_const()),
            Err(first) => {
                // SAFETY: `made` was allocated above with this length and never shared.
                unsafe { free_cells(made, len) };
                Some(first.cast_const())
            }
        }
    }

    /// Frees all segments. The caller is dropping the storage: nobody else holds it.
    pub(super) fn free(&mut self) {
        for segment in 1..SEGMENTS {
            if let Some(cells) = self.get(segment) {
                // SAFETY: the segment came from `zeroed_cells` with this length; `&mut self` means
                // that no reader or writer is left.
                unsafe { free_cells(cells.cast_mut(), segment_cells(segment)) };
            }
        }
    }
}
