//! Finding the bucket of a value, exact to the integer and without a loop, a branch or a logarithm.
//!
//! ```text
//!   a float     | sign | exponent, 11 bits | fraction, 52 bits                    |
//!   its bin                                | 6 bits |                               a 64th of a power of two
//!   its index   |        32 e + j                 |    what is below does not count
//! ```
//!
//! A whole number up to 2^53 is exact as a float, whose bits are already half of a logarithm: read as one
//! integer they grow with the value, by 2^52 per power of two. Were the bounds of the 32 finest buckets
//! equally far apart, 2^47, a shift by 47 would be the index. They are not; so a number is added first that
//! moves the one bound inside the value's bin onto a multiple of 2^47. A bin is half as wide as that, so
//! everything else in it stays on its side of the multiples. [`MOVES`] has that number for each bin.
//!
//! Nothing is rounded. The bounds are irrational, so a fraction, which is an integer as well, is above one
//! of them exactly when it is above its floor. Coarser scales shift further: `2^(5-s)` of the finest buckets
//! make up one.
//!
//! Values from 2^53 on are rounded when they become floats, but all of them are beyond any range, whose last
//! bucket they share. Compared with counting leading zeros this saves a third of a record's instructions.

use super::Layout;
use super::layout::{BOUNDS, FINEST};

/// Everything about a layout that recording needs, computed once.
#[derive(Clone, Copy, Debug)]
pub struct Indexer {
    pub(crate) layout: Layout,
    /// From the bits of a float to an index at the layout's scale.
    shift: u32,
    /// The index of the first bucket.
    first: u64,
    /// Buckets, less one.
    last: u64,
    /// Ticks in one base unit.
    pub(crate) per_unit: f64,
}

impl Indexer {
    pub(crate) const fn new(layout: Layout) -> Self {
        Self {
            layout,
            shift: FINEST_SHIFT + (FINEST - layout.scale) as u32,
            first: ((BIAS + layout.low as u64) << layout.scale) - 1,
            last: layout.buckets() as u64 - 1,
            per_unit: (1_u64 << layout.resolution) as f64,
        }
    }

    /// The bucket of a value: 0 for what is not above the range, the last for what is beyond it.
    #[inline(always)]
    pub(crate) fn bucket(&self, ticks: u64) -> usize {
        // Signed, because that conversion is one instruction. From 2^63 on the float is negative, which makes
        // its index larger than any other.
        let bits = (ticks.cast_signed() as f64).to_bits();
        let moved = bits.wrapping_add(MOVES[bin(bits)]);
        // Wrapping changes nothing, and tells the compiler that the shift cannot be too far.
        let index = moved.wrapping_shr(self.shift).wrapping_sub(self.first);
        // One comparison for both ends: what is below the range has wrapped.
        if index <= self.last { index as usize } else { self.outside(ticks) }
    }

    /// The bucket of a value that is outside of the range.
    #[inline]
    const fn outside(&self, ticks: u64) -> usize {
        if ticks >> self.layout.low == 0 { 0 } else { self.last as usize }
    }
}

/// What to add to the bits of a float, by its bin: see the module.
const MOVES: [u64; BINS] = {
    let mut moves = [0; BINS];
    let (mut bin, mut bound) = (0, 0);
    while bin < BINS {
        let (start, end) = ((bin as u64) << BIN_SHIFT, (bin as u64 + 1) << BIN_SHIFT);
        let is_inside = bound < BOUNDS.len() && above(bound) < end;
        // To the multiple that belongs to what is above `bound` bounds.
        let from = if is_inside { above(bound) } else { start };
        let below = if is_inside { bound + 1 } else { bound } as u64;
        moves[bin] = ((below - 1) << FINEST_SHIFT).wrapping_sub(from);
        // What is no bound of this bin any more is one that all further ones are above.
        bound += is_inside as usize;
        bin += 1;
    }
    moves
};

/// The smallest fraction above a bound.
const fn above(bound: usize) -> u64 {
    ((BOUNDS[bound] << 1) >> (64 - FRACTION_BITS)) + 1
}

#[inline(always)]
const fn bin(bits: u64) -> usize {
    (bits >> BIN_SHIFT) as usize % BINS
}

/// Bits behind the exponent of a float.
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// What is added to the exponent of a float.
const BIAS: u64 = f64::MAX_EXP as u64 - 1;

/// No bin contains more than one bound.
const BINS: usize = 2 * BOUNDS.len();

const BIN_SHIFT: u32 = FRACTION_BITS - BINS.ilog2();

/// From the bits of a float to an index at the finest scale.
const FINEST_SHIFT: u32 = FRACTION_BITS - FINEST as u32;
