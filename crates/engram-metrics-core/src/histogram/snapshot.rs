//! What a histogram held at one moment, and the views that exporters take of it.

use super::cells::Totals;
use super::explicit::Bounds;
use super::layout::{Layout, MAX_BUCKETS};
use super::log_linear::LogLinear;
use crate::storage::{Run, STORAGE, Slot};

/// The buckets of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Buckets {
    /// Base-2 exponential.
    Exponential(Layout),
    /// Every power of two in equal parts.
    LogLinear(LogLinear),
    /// Bounds that the user gave.
    Explicit(Bounds),
}

/// Everything a histogram held, with `count` equal to the sum of the buckets, always.
///
/// About 4 KiB, on the stack: taking one allocates nothing.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) buckets: Buckets,
    /// Zero behind the last bucket.
    pub(super) counts: [u64; MAX_BUCKETS],
    pub(super) count: u64,
    pub(super) sum_ticks: u64,
    pub(super) max: u64,
    /// The complement of the smallest value.
    pub(super) not_min: u64,
    pub(super) torn: u32,
}

impl Default for Snapshot {
    /// Nothing recorded.
    fn default() -> Self {
        Self::empty(Buckets::Exponential(Layout::SECONDS))
    }
}

/// As many as most histograms with given bounds have.
const FEW_BUCKETS: usize = 16;

/// The most that those can have: 64 bounds, and what is above them.
const SOME_BUCKETS: usize = 65;

impl Snapshot {
    pub(crate) fn exponential(layout: Layout, run: &Run, first: u32) -> Self {
        Self::read(Buckets::Exponential(layout), run, first)
    }

    pub(crate) fn log_linear(layout: LogLinear, run: &Run) -> Self {
        Self::read(Buckets::LogLinear(layout), run, 0)
    }

    pub(crate) fn explicit(bounds: Bounds, run: &Run) -> Self {
        Self::read(Buckets::Explicit(bounds), run, 0)
    }

    #[inline]
    pub(super) fn empty(buckets: Buckets) -> Self {
        Self {
            buckets,
            counts: [0; MAX_BUCKETS],
            count: 0,
            sum_ticks: 0,
            max: 0,
            not_min: 0,
            torn: 0,
        }
    }

    /// Made where the caller wants it: moving 4 KiB takes as long as filling them.
    fn read(buckets: Buckets, run: &Run, first: u32) -> Self {
        let mut snapshot = Self::empty(buckets);
        snapshot.fill(run, first);
        snapshot
    }

    /// Becomes what a run holds now: clears no more than what it held.
    pub(super) fn read_again(&mut self, buckets: Buckets, run: &Run, first: u32) {
        let held = self.buckets.len();
        self.counts[..held].fill(0);
        (self.buckets, self.count, self.sum_ticks) = (buckets, 0, 0);
        (self.max, self.not_min, self.torn) = (0, 0, 0);
        self.fill(run, first);
    }

    /// Not inlined: the compiler would then build the snapshot here and move it.
    #[inline(never)]
    fn fill(&mut self, run: &Run, first: u32) {
        let Some(slot) = run.read().map(|slot| slot.offset(first)) else { return };
        // With few buckets, clearing room for the most would take longer than reading them.
        match self.buckets.len() {
            len if len <= FEW_BUCKETS => self.fill_with(slot, [0; FEW_BUCKETS]),
            len if len <= SOME_BUCKETS => self.fill_with(slot, [0; SOME_BUCKETS]),
            _ => self.fill_with(slot, [0; MAX_BUCKETS]),
        }
    }

    fn fill_with<const ROOM: usize>(&mut self, slot: Slot, mut scratch: [u64; ROOM]) {
        let buckets = self.buckets;
        let len = buckets.len();
        let mut totals =
            Totals { buckets: &mut self.counts[..len], sum: 0, max: 0, not_min: 0, torn: 0 };
        totals.read((&STORAGE, slot), &mut scratch[..len], |bucket| buckets.bounds_ticks(bucket));
        let Totals { sum, max, not_min, torn, .. } = totals;
        self.count = self.counts[..len].iter().sum();
        (self.sum_ticks, self.max, self.not_min, self.torn) = (sum, max, not_min, torn);
        crate::recorder::count_torn(torn);
    }

    /// Values recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum in ticks: exact, modulo 2^64.
    #[must_use]
    pub fn sum_ticks(&self) -> u64 {
        self.sum_ticks
    }

    /// The sum in base units.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum_ticks as f64 * self.buckets.tick()
    }

    /// The smallest value, in base units; `None` when nothing was recorded, or it is not known.
    #[must_use]
    pub fn min(&self) -> Option<f64> {
        self.range_ticks().map(|(least, _)| least as f64 * self.buckets.tick())
    }

    /// The largest value, in base units; `None` when nothing was recorded, or it is not known.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        self.range_ticks().map(|(_, most)| most as f64 * self.buckets.tick())
    }

    /// The smallest and the largest value, which cross where nobody said what they are.
    pub(super) fn range_ticks(&self) -> Option<(u64, u64)> {
        (self.count > 0 && !self.not_min <= self.max).then_some((!self.not_min, self.max))
    }

    /// How the values are divided.
    #[must_use]
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// Records per bucket, not cumulative.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts[..self.buckets.len()]
    }

    /// Shards whose thread never stood still, so that the sum is only known to lie in the range that
    /// the buckets allow; 0 almost always.
    #[must_use]
    pub fn torn(&self) -> u32 {
        self.torn
    }

    /// Calls `emit` with each upper bound in base units, inclusive, and the number of values up to it.
    ///
    /// The bounds are the same in every snapshot of a histogram. Exponential and log-linear buckets are
    /// gathered into one per power of two, which loses nothing but resolution. The last bound, infinity, is left out:
    /// its number is [`count`](Self::count).
    pub fn cumulative(&self, mut emit: impl FnMut(f64, u64)) {
        let mut total = 0;
        match self.buckets {
            Buckets::Explicit(bounds) => {
                for (bound, count) in bounds.as_slice().iter().zip(self.counts()) {
                    total += count;
                    emit(*bound, total);
                }
            }
            Buckets::LogLinear(layout) => {
                let mut next = 0;
                for power in 0..=layout.high() {
                    let bound = 1 << power;
                    let end = layout.bucket(bound) + 1;
                    total += self.counts[next..end].iter().sum::<u64>();
                    next = end;
                    emit(bound as f64 * layout.tick(), total);
                }
            }
            Buckets::Exponential(layout) => {
                let (low, high) = layout.range();
                let per_power = 1_usize << layout.scale();
                let mut next = 0;
                for (power, end) in (low..=high).zip((1..).step_by(per_power)) {
                    total += self.counts[next..end].iter().sum::<u64>();
                    next = end;
                    emit(layout.power(power), total);
                }
            }
        }
    }
}

impl Buckets {
    /// The layout of exponential buckets.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        match self {
            Self::Exponential(layout) => Some(*layout),
            Self::LogLinear(_) | Self::Explicit(_) => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Exponential(layout) => layout.buckets(),
            Self::LogLinear(layout) => layout.buckets(),
            Self::Explicit(bounds) => bounds.as_slice().len() + 1,
        }
    }

    pub(super) fn tick(&self) -> f64 {
        match self {
            Self::Exponential(layout) => layout.tick(),
            Self::LogLinear(layout) => layout.tick(),
            Self::Explicit(bounds) => bounds.tick(),
        }
    }

    pub(super) fn bounds_ticks(&self, bucket: usize) -> (u64, Option<u64>) {
        match self {
            Self::Exponential(layout) => layout.bounds(bucket),
            Self::LogLinear(layout) => layout.bounds(bucket),
            Self::Explicit(bounds) => bounds.bounds_ticks(bucket),
        }
    }
}
