//! The cells of a histogram, and how a snapshot of them is coherent while threads record.
//!
//! ```text
//!   [ started | sum | max | !min | bucket 0 | bucket 1 | … ]
//!     written:  1st   2nd   3rd    4th        last, with Release
//!     read:     last  2nd   3rd    4th        first, with Acquire
//! ```
//!
//! A record raises `started` first and its bucket last. A reader sums the buckets first and reads
//! `started` last. If the two agree, then every record that had begun by the end of the reading was
//! complete at its beginning, so buckets, sum, min and max belong to the same set of records. If they
//! differ, a record was on its way: the reader tries again. One extra store replaces the two of a
//! sequence lock, and `started` doubles as the count.
//!
//! A record may stand for several equal ones, its *weight*: it adds the weight to `started` and to the
//! bucket, and that many times its value to the sum. The argument is the same with totals of weights in
//! place of numbers of records, because a weight is never zero: a record that only one of the two totals
//! contains makes them differ. (Up to 2^64, which records of the largest weight reach after 2^32.)
//!
//! A thread that records without a pause can defeat any number of tries; after [`TRIES`] the buckets
//! are taken as read (the count is their sum, always), the sum is clamped to what those buckets
//! allow, and the snapshot says that it is torn.

use crate::storage::{Cells, Record, Slot, Storage, cell};
use crate::sync::{Cell64, Ordering, order};

pub(crate) const STARTED: usize = 0;
const SUM: usize = 1;
const MAX: usize = 2;
/// The complement of the smallest value, so that zeroed cells mean "none yet".
const NOT_MIN: usize = 3;
const BUCKETS: usize = 4;

/// Readings of one shard before a snapshot is called torn.
const TRIES: usize = if cfg!(engram_loom) { 2 } else { 8 };

/// Cells in the run of a histogram: an odd number, because members of a family that lie a power of two
/// apart would compete for the same few cache sets (measured: 6.1 ns instead of 1.7).
pub(crate) const fn run_cells(buckets: usize) -> u32 {
    (BUCKETS + buckets) as u32 | 1
}

/// One value, with its bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observe {
    pub(crate) bucket: usize,
    pub(crate) ticks: u64,
    /// How many equal records this one stands for; never 0.
    pub(crate) weight: u32,
}

impl Record for Observe {
    #[inline(always)]
    fn apply(self, cells: impl Cells) {
        let weight = u64::from(self.weight);
        cells.add(STARTED, weight);
        cells.add_last(SUM, self.ticks.wrapping_mul(weight));
        cells.raise(MAX, self.ticks);
        cells.raise(NOT_MIN, !self.ticks);
        cells.add_last(BUCKETS + self.bucket, weight);
    }
}

/// What a histogram holds, summed over all threads.
#[derive(Debug)]
pub(crate) struct Totals<'a> {
    /// Records per bucket; as long as the histogram has buckets.
    pub(crate) buckets: &'a mut [u64],
    pub(crate) sum: u64,
    pub(crate) max: u64,
    pub(crate) not_min: u64,
    /// Shards that never stood still.
    pub(crate) torn: u32,
}

impl Totals<'_> {
    /// Adds up the run at `slot`. `bounds` gives the range of values of a bucket.
    pub(crate) fn read(
        &mut self,
        (storage, slot): (&Storage, Slot),
        scratch: &mut [u64],
        bounds: impl Fn(usize) -> (u64, Option<u64>),
    ) {
        let mut is_first = true;
        storage.for_each(slot, |first| {
            if is_untouched(first) {
                return;
            }
            // Of a histogram that one thread records into, this saves half of the work.
            let counts = if is_first { &mut *self.buckets } else { &mut *scratch };
            let mut part = Part::read_often(first, counts);
            if !part.is_coherent() {
                self.torn += 1;
                part.sum = clamp_sum(part.sum, counts, &bounds);
            }
            if !is_first {
                self.add_buckets(scratch);
            }
            is_first = false;
            self.add(&part);
        });
    }

    fn add_buckets(&mut self, counts: &[u64]) {
        for (total, count) in self.buckets.iter_mut().zip(counts) {
            *total = total.wrapping_add(*count);
        }
    }

    fn add(&mut self, part: &Part) {
        self.sum = self.sum.wrapping_add(part.sum);
        self.max = self.max.max(part.max);
        self.not_min = self.not_min.max(part.not_min);
    }
}

/// One shard's share, apart from its buckets.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    started: u64,
    count: u64,
    sum: u64,
    max: u64,
    not_min: u64,
}

/// Whether no record has begun in these cells: they are then zero, all at the same moment.
fn is_untouched(first: &Cell64) -> bool {
    // SAFETY: the run of a histogram has more than `STARTED` cells.
    let started = unsafe { cell(first, STARTED) };
    // Relaxed: a record that happened before this reading, or that an earlier reading saw by the Acquire
    // of its bucket, has raised this cell before; every other record may as well come after the snapshot.
    started.load(Ordering::Relaxed) == 0
}

impl Part {
    /// Reads until the reading is coherent, but not for ever.
    fn read_often(first: &Cell64, counts: &mut [u64]) -> Self {
        let mut part = Self::read(first, counts);
        for _ in 1..TRIES {
            if part.is_coherent() {
                break;
            }
            std::hint::spin_loop();
            part = Self::read(first, counts);
        }
        part
    }

    fn is_coherent(&self) -> bool {
        self.started == self.count
    }

    /// Reads in the order that makes agreement of `started` and `count` mean coherence.
    fn read(first: &Cell64, counts: &mut [u64]) -> Self {
        // SAFETY: the run of a histogram has `BUCKETS` cells and then its buckets.
        let cell = |at: usize| unsafe { cell(first, at) };
        let mut part = Self::default();
        for (count, at) in counts.iter_mut().zip(BUCKETS..) {
            // Acquire: sees what the records counted here wrote before, the Release in `add_last`.
            *count = cell(at).load(order!(Acquire, "histogram.bucket"));
            part.count = part.count.wrapping_add(*count);
        }
        // Acquire, all three: a value from a record that is not among those counted brings with it
        // that record's `started`, so that the comparison fails.
        part.sum = cell(SUM).load(order!(Acquire, "histogram.sum"));
        part.max = cell(MAX).load(order!(Acquire, "histogram.max"));
        part.not_min = cell(NOT_MIN).load(order!(Acquire, "histogram.min"));
        // Relaxed: the Acquire loads above keep this one behind them and give it its lower bound.
        part.started = cell(STARTED).load(Ordering::Relaxed);
        part
    }
}

/// The sum, moved into the range that the buckets allow.
pub(crate) fn clamp_sum(
    sum: u64,
    counts: &[u64],
    bounds: impl Fn(usize) -> (u64, Option<u64>),
) -> u64 {
    let (mut least, mut most) = (0_u64, 0_u64);
    for (bucket, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (lower, upper) = bounds(bucket);
        let first = if bucket == 0 { 0 } else { lower.saturating_add(1) };
        least = least.saturating_add(count.saturating_mul(first));
        most = most.saturating_add(count.saturating_mul(upper.unwrap_or(u64::MAX)));
    }
    sum.clamp(least, most)
}

/// Cells in the run of a family of histograms.
pub(crate) const fn family_cells(buckets: usize, series: usize) -> u32 {
    run_cells(buckets) * series as u32
}
