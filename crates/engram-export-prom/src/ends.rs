//! What many lines end with: a number each, found for all of them together.
//!
//! ```text
//!   values   3.25   1e300   -7       a step for all of them is a loop over an array
//!   whole       3       ?    7
//!   behind    250       ?    0       thousandths
//!   digits  ...03       ?  ...7      eight, with zeros in front
//!   ends    } 3.25  } 1e300  } -7    put together one by one; what is not short is written from its value
//! ```
//!
//! Finding the digits of a number is a chain of multiplications, of which a processor has few units. Of many numbers
//! side by side each step is one instruction for several of them: these loops have no branch and are in integers as
//! narrow as the digits allow, which is what a compiler makes such instructions of.

use engram_metrics_core::Rows;

use crate::buffer::{Block, Line};
use crate::{edges, number};
use digits::{EIGHT, find_digits};

mod digits;

/// Lines that have an end at one time: a multiple of eight.
pub(crate) const MOST: usize = 9 * EIGHT;

const _: () = assert!(MOST >= Rows::MOST && MOST >= edges::MOST, "each line has an end");

/// The ends of lines: what closes the labels, a number, and the line feed.
#[derive(Debug)]
pub(crate) struct Ends {
    ends: [Block; MOST],
    /// The numbers without sign and fraction, where they are short.
    whole: [u32; MOST],
    /// Those as text.
    digits: [u64; MOST],
    fractions: [Fraction; MOST],
}

/// What stands behind the point.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    thousandths: u32,
    /// Whether they are all there is, and there are at most eight digits in front of them.
    is_short: u32,
}

/// What the end of a line shows, apart from the digits in front of the point.
#[derive(Clone, Copy)]
struct Rest {
    is_negative: bool,
    thousandths: u32,
}

impl Ends {
    pub(crate) const fn new() -> Self {
        Self {
            ends: [Block::EMPTY; MOST],
            whole: [0; MOST],
            digits: [0; MOST],
            fractions: [Fraction { thousandths: 0, is_short: 0 }; MOST],
        }
    }

    /// One for each number that was set last; those behind them are left over.
    pub(crate) fn as_slice(&self) -> &[Block] {
        &self.ends
    }

    /// Becomes the ends of lines with these values.
    #[inline(never)]
    pub(crate) fn set_integers(&mut self, values: &[u64]) {
        self.whole.iter_mut().zip(values).for_each(|(whole, value)| *whole = *value as u32);
        let rest = |value: u64, _| {
            let is_short = value < number::LIMIT;
            is_short.then_some(Rest { is_negative: false, thousandths: 0 })
        };
        self.put(values, rest, number::integer);
    }

    /// The same of integers that may be negative.
    #[inline(never)]
    pub(crate) fn set_signed(&mut self, values: &[i64]) {
        let pairs = self.whole.iter_mut().zip(values);
        pairs.for_each(|(whole, value)| *whole = value.unsigned_abs() as u32);
        let rest = |value: i64, _| {
            let is_short = value.unsigned_abs() < number::LIMIT;
            is_short.then_some(Rest { is_negative: value < 0, thousandths: 0 })
        };
        self.put(values, rest, number::signed);
    }

    /// The same of floats.
    #[inline(never)]
    pub(crate) fn set_floats(&mut self, values: &[f64]) {
        for ((whole, fraction), value) in self.whole.iter_mut().zip(&mut self.fractions).zip(values)
        {
            (*whole, *fraction) = Fraction::split(value.abs());
        }
        let rest = |value: f64, fraction: Fraction| {
            let thousandths = fraction.thousandths;
            (fraction.is_short != 0).then_some(Rest { is_negative: value < 0.0, thousandths })
        };
        self.put(values, rest, number::float);
    }

    #[inline(always)]
    fn put<V: Copy>(
        &mut self,
        values: &[V],
        rest: impl Fn(V, Fraction) -> Option<Rest>,
        number: impl Fn(&mut Line<'_>, V),
    ) {
        let Self { ends, whole, digits, fractions } = self;
        let len = values.len().next_multiple_of(EIGHT);
        find_digits(&whole[..len], &mut digits[..len]);
        let places = ends.iter_mut().zip(digits).zip(fractions).zip(values);
        for (((end, digits), fraction), value) in places {
            end.set(|line| {
                line.put_fixed(b"} ");
                match rest(*value, *fraction) {
                    Some(rest) => {
                        line.put_start(b'-'.into(), rest.is_negative.into());
                        number::put_digits(line, *digits);
                        number::put_thousandths(line, rest.thousandths);
                    }
                    None => number(line, *value),
                }
                line.put_fixed(b"\n");
            });
        }
    }
}

impl Fraction {
    /// The integer below a size, and what is above it: as [`number::thousandths`] finds them.
    #[inline(always)]
    fn split(size: f64) -> (u32, Self) {
        /// Thousandths of what has eight digits in front of the point.
        const LARGEST: f64 = number::LIMIT as f64 * 1000.0;
        /// Added to a smaller number it leaves the nearest integer in the lowest bits.
        const SHIFT: f64 = 4_503_599_627_370_496.0;
        let scaled = size * 1000.0;
        let shifted = scaled + SHIFT;
        let is_exact = (shifted - SHIFT == scaled) & (scaled / 1000.0 == size);
        // The nearest integer may be the next one: then there is a negative number of thousandths behind it.
        let nearest = (size + SHIFT).to_bits() as u32;
        let behind = (shifted.to_bits() as u32).wrapping_sub(nearest.wrapping_mul(1000));
        let is_next = behind.cast_signed() >> 31;
        let thousandths = behind.wrapping_add(1000 & is_next.cast_unsigned());
        let is_short = u32::from(is_exact & (scaled < LARGEST));
        (nearest.wrapping_add_signed(is_next), Self { thousandths, is_short })
    }
}

#[cfg(test)]
mod tests;
