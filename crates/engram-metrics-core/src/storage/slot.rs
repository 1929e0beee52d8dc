//! The address of a metric's run of cells, the same in every shard.

use super::segment::segment_cells;
use crate::sync::Cell64;

/// Segment numbers fit in the bits that the offset of a cell has no use for; number 0 is no segment.
const SEGMENT_BITS: u32 = size_of::<Cell64>().ilog2();

const _: () = assert!(size_of::<Cell64>().is_power_of_two(), "the low bits of an offset are free");

/// Entries in a table of segments, so that any packed number is a valid index.
pub(crate) const SEGMENTS: usize = 1 << SEGMENT_BITS;

/// A byte offset into a segment, with the number of the segment in its low bits.
///
/// A thread keeps the start of a segment [less its number](Slot::origin), so that adding the packed word
/// as it is gives the address: to record takes a mask, an index, a check and an add in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(u64);

/// Marks the slot of a metric that is switched off.
const OFF: u64 = 1 << 63;

/// Where such a slot keeps its segment number: above every byte offset.
const PARKED_SHIFT: u32 = 48;

impl Slot {
    /// No cells yet. Its segment is 0, which no thread ever has.
    pub(crate) const UNASSIGNED: Self = Self(0);

    /// The first cell of the first segment.
    pub(crate) const FIRST: Self = Self::new(1, 0);

    const fn new(segment: usize, cell: usize) -> Self {
        Self((cell * size_of::<Cell64>()) as u64 | segment as u64)
    }

    #[inline(always)]
    pub(crate) const fn unpack(packed: u64) -> Self {
        Self(packed)
    }

    #[inline(always)]
    pub(crate) const fn packed(self) -> u64 {
        self.0
    }

    /// An index into a table of [`SEGMENTS`] entries.
    #[inline(always)]
    pub(crate) const fn segment(self) -> usize {
        (self.0 & (SEGMENTS as u64 - 1)) as usize
    }

    #[inline(always)]
    const fn byte_offset(self) -> usize {
        (self.0 & !(SEGMENTS as u64 - 1)) as usize
    }

    /// The slot `at` cells behind this one, inside the same run.
    #[inline(always)]
    pub(crate) const fn offset(self, at: u32) -> Self {
        Self(self.0 + (at as u64) * size_of::<Cell64>() as u64)
    }

    /// The same run, switched off: its segment is 0, which no thread ever has, so that a record finds
    /// no cell by the very check that it makes anyway.
    pub(crate) const fn switched_off(self) -> Self {
        let on = self.switched_on();
        let segment = on.segment() as u64;
        Self((on.0 - segment) | (segment << PARKED_SHIFT) | OFF)
    }

    /// The same run, switched on.
    pub(crate) const fn switched_on(self) -> Self {
        let segment = (self.0 >> PARKED_SHIFT) & (SEGMENTS as u64 - 1);
        Self((self.0 & ((1 << PARKED_SHIFT) - 1)) | segment)
    }

    #[inline(always)]
    pub(crate) const fn is_off(self) -> bool {
        self.0 & OFF != 0
    }

    /// What a thread keeps of a segment that starts at `cells`; never null.
    pub(crate) fn origin(self, cells: *const Cell64) -> *const Cell64 {
        cells.wrapping_byte_sub(self.segment())
    }

    /// The first cell of the run in the segment of this [`origin`](Self::origin).
    ///
    /// # Safety
    /// As [`first_cell`](Self::first_cell); the origin is that of the slot's own segment.
    #[inline(always)]
    pub(crate) unsafe fn first_cell_from<'a>(self, origin: *const Cell64) -> &'a Cell64 {
        let first = origin.wrapping_byte_add(self.0 as usize);
        // SAFETY: by contract the offset is inside the allocation, which lives long enough; cells are only
        // ever shared.
        unsafe { &*first }
    }

    /// The first cell of the run in a segment that starts at `cells`.
    ///
    /// # Safety
    /// The run was claimed, so that it lies inside the segment; `cells` is the segment's start and lives
    /// as long as the result.
    #[inline(always)]
    pub(crate) unsafe fn first_cell<'a>(self, cells: *const Cell64) -> &'a Cell64 {
        // SAFETY: by contract the offset is inside the allocation.
        let first = unsafe { cells.byte_add(self.byte_offset()) };
        // SAFETY: by contract it lives long enough; cells are only ever shared.
        unsafe { &*first }
    }

    /// Where a run of `len` cells goes when this is the first free cell, and the first one behind it.
    pub(crate) fn place(self, len: u32) -> Option<(Self, Self)> {
        let len = len as usize;
        let mut segment = self.segment();
        let mut cell = self.byte_offset() / size_of::<Cell64>();
        while cell + len > segment_cells(segment) {
            segment += 1;
            cell = 0;
            if segment >= SEGMENTS {
                return None;
            }
        }
        Some((Self::new(segment, cell), Self::new(segment, cell + len)))
    }
}

/// Whether each slot names the cell behind that of the one before.
#[cfg(not(engram_loom))]
pub(crate) fn are_side_by_side(slots: &[Slot]) -> bool {
    // All are looked at, without a branch: that is many at a time. Those of neighbours differ by the size of a cell, and
    // nothing is left.
    let apart = |two: &[Slot]| two[1].0.wrapping_sub(two[0].0) ^ size_of::<Cell64>() as u64;
    slots.windows(2).fold(0, |all, two| all | apart(two)) == 0
}
