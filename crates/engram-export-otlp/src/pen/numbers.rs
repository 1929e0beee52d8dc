//! What a number's point ends with: start, time and value, always of the same length.
//!
//! ```text
//!   tag │ start (8) │ tag │ time (8)         │ tag │ value (8)
//!   └────── head, 16 bytes ─────────┘              │
//!                           └──── middle, 8 bytes ─┘
//! ```
//!
//! Three moves that overlap, of which two write the same for all points of an interval.

use super::Interval;
use crate::wire::Tag;

/// The times of points, ready to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    start: u64,
    head: u128,
    /// The time without its lowest byte.
    middle: u64,
}

/// What a point says besides its attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    head: u128,
    middle: u64,
    value: u64,
}

impl Stamp {
    #[inline]
    pub(crate) const fn new(Interval { start, end }: Interval) -> Self {
        let head = START.0 as u128
            | (start as u128) << 8
            | (TIME.0 as u128) << (8 * FIXED)
            | (end as u128) << (8 * (FIXED + 1));
        Self { start, head, middle: end >> 8 }
    }

    /// Of a gauge, which was not counted from anything.
    pub(crate) const fn of_setting(now: u64) -> Self {
        Self::new(Interval { start: 0, end: now })
    }

    /// Since when the points are counted.
    #[inline]
    pub(crate) const fn start(&self) -> u64 {
        self.start
    }

    /// Of a counter. OTLP has no integers above `i64::MAX`.
    #[inline]
    pub(crate) fn count(&self, count: u64) -> Numbers {
        if count > i64::MAX as u64 {
            return self.immense(count);
        }
        self.number(AS_INT, count)
    }

    #[cold]
    fn immense(&self, count: u64) -> Numbers {
        self.setting(count as f64)
    }

    /// Of an up-down counter.
    #[inline]
    pub(crate) fn level(&self, level: i64) -> Numbers {
        self.number(AS_INT, level.cast_unsigned())
    }

    /// Of a gauge.
    #[inline]
    pub(crate) fn setting(&self, value: f64) -> Numbers {
        self.number(AS_DOUBLE, value.to_bits())
    }

    #[inline]
    fn number(&self, Tag(tag): Tag, value: u64) -> Numbers {
        Numbers { head: self.head, middle: self.middle | u64::from(tag) << 56, value }
    }
}

impl Numbers {
    #[inline]
    pub(super) fn put(self, place: &mut [u8; NUMBER_BYTES]) {
        place[..16].copy_from_slice(&self.head.to_le_bytes());
        place[2 * FIXED - 7..][..8].copy_from_slice(&self.middle.to_le_bytes());
        place[2 * FIXED + 1..].copy_from_slice(&self.value.to_le_bytes());
    }
}

pub(super) const START: Tag = Tag::fixed(2);
pub(super) const TIME: Tag = Tag::fixed(3);
const AS_DOUBLE: Tag = Tag::fixed(4);
const AS_INT: Tag = Tag::fixed(6);

/// Bytes of a number of eight, with its key.
pub(super) const FIXED: usize = 9;

/// Start, time and value.
pub(super) const NUMBER_BYTES: usize = 3 * FIXED;
