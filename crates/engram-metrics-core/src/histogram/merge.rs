//! Snapshots put together, made coarser, and taken from one another.
//!
//! Two exponential layouts have one in common, the finest that both can be reduced to without guessing:
//!
//! ```text
//!   scale 3   ├┬┬┬┬┬┬┬┼┬┬┬┬┬┬┬┼┬┬┬┬┬┬┬┤            2^10 .. 2^13
//!   scale 1           ├───┬───┼───┬───┼───┬───┤    2^11 .. 2^14
//!   common            ├───┬───┼───┬───┤            2^11 .. 2^13, scale 1
//! ```
//!
//! It has the coarser of the scales and the intersection of the ranges. Buckets nest perfectly (2^(s-1)
//! of them make up one at the next coarser scale), and what falls out of the range joins the outer
//! buckets. So a merged snapshot is the one that a single histogram of the common layout would have
//! given, and because `min`, `max` and intersection are associative and commutative, so is merging.
//!
//! Rejected: widening to the union of the ranges. The outer bucket of the narrower one would have to be
//! spread over buckets that it says nothing about.

use std::fmt;

use super::cells::clamp_sum;
use super::layout::Layout;
use super::log_linear::LogLinear;
use super::snapshot::{Buckets, Snapshot};

impl Snapshot {
    /// Adds what `other` holds: another instance, another machine, the series of a family.
    ///
    /// Exponential buckets become those of the layout that both have in common: the coarser scale, the
    /// intersection of the ranges. Counts and sums are added modulo 2^64, min and max are the outer
    /// ones, torn shards add up. Associative and commutative. One pass over the buckets, no allocation.
    ///
    /// ```
    /// use engram_metrics_core::{Histogram, Layout};
    ///
    /// let (fine, coarse) = (Layout::new(3, 0, 20, 0), Layout::new(1, 2, 30, 0));
    /// let (one, other) = (Histogram::with_layout(fine), Histogram::with_layout(coarse));
    /// one.record(100);
    /// other.record(7);
    /// let mut both = one.snapshot();
    /// both.merge(&other.snapshot())?;
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!((both.count(), both.sum()), (2, 107.0));
    /// assert_eq!(both.buckets().layout(), Some(Layout::new(1, 2, 20, 0)));
    /// # }
    /// # Ok::<(), engram_metrics_core::histogram::MergeError>(())
    /// ```
    ///
    /// # Errors
    /// Ticks of different sizes, ranges that do not overlap, bounds that are not the same, buckets of
    /// different kinds. Nothing is changed then.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeError> {
        let common = self.buckets.common(&other.buckets)?;
        self.reduce(common);
        for (bucket, count) in other.counts().iter().enumerate() {
            let place = &mut self.counts[other.buckets.place_in(&common, bucket)];
            *place = place.wrapping_add(*count);
        }
        self.count = self.count.wrapping_add(other.count);
        self.sum_ticks = self.sum_ticks.wrapping_add(other.sum_ticks);
        self.max = self.max.max(other.max);
        self.not_min = self.not_min.max(other.not_min);
        self.torn = self.torn.saturating_add(other.torn);
        Ok(())
    }

    /// The same records in `2^scale` buckets per power of two, by ratio or in equal parts as they are.
    /// Explicit bounds, and a scale that is not
    /// coarser than the present one, change nothing.
    ///
    /// ```
    /// # use engram_metrics_core::Histogram;
    /// let histogram = Histogram::seconds();
    /// histogram.record(1000);
    /// let coarse = histogram.snapshot().downscaled(0);
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!(coarse.counts().len(), 36 + 2);
    /// assert_eq!(coarse.count(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn downscaled(mut self, scale: u8) -> Self {
        self.reduce(match self.buckets {
            Buckets::Exponential(layout) => {
                Buckets::Exponential(Layout { scale: layout.scale.min(scale), ..layout })
            }
            Buckets::LogLinear(layout) => {
                Buckets::LogLinear(LogLinear { precision: layout.precision.min(scale), ..layout })
            }
            Buckets::Explicit(bounds) => Buckets::Explicit(bounds),
        });
        self
    }

    /// What was recorded between `earlier` and now, `earlier` being a snapshot of the same histogram.
    ///
    /// Counts and sum are exact, for cells only grow. The smallest and the largest value of the interval
    /// are exact when they are news (beyond those of `earlier`); else they are the bounds of the outermost
    /// buckets that grew, as close as the layout allows. If either snapshot is torn, the sum is clamped
    /// to what the buckets allow. Snapshots in the wrong order give empty buckets.
    ///
    /// ```
    /// use engram_metrics_core::Histogram;
    ///
    /// static SIZES: Histogram = Histogram::for_unit(engram_metrics_core::Unit::Bytes);
    /// SIZES.record(10);
    /// let before = SIZES.snapshot();
    /// SIZES.record(30);
    /// let delta = SIZES.snapshot().since(&before)?;
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!((delta.count(), delta.sum(), delta.max()), (1, 30.0, Some(30.0)));
    /// # }
    /// # Ok::<(), engram_metrics_core::histogram::MergeError>(())
    /// ```
    ///
    /// # Errors
    /// As for [`merge`](Self::merge): the snapshots are not of the same histogram.
    pub fn since(&self, earlier: &Self) -> Result<Self, MergeError> {
        let common = self.buckets.common(&earlier.buckets)?;
        let mut delta = self.clone();
        delta.reduce(common);
        for (bucket, count) in earlier.counts().iter().enumerate() {
            let place = &mut delta.counts[earlier.buckets.place_in(&common, bucket)];
            *place = place.saturating_sub(*count);
        }
        delta.count = delta.counts().iter().fold(0, |sum, count| sum.wrapping_add(*count));
        delta.sum_ticks = self.sum_ticks.wrapping_sub(earlier.sum_ticks);
        delta.torn = self.torn.saturating_add(earlier.torn);
        if delta.torn > 0 {
            let bounds = |bucket| common.bounds_ticks(bucket);
            delta.sum_ticks = clamp_sum(delta.sum_ticks, delta.counts(), bounds);
        }
        delta.narrow(earlier);
        Ok(delta)
    }

    /// Pulls min and max in to the buckets that hold something, unless the records since `earlier` are
    /// what moved them.
    fn narrow(&mut self, earlier: &Self) {
        let filled = |count: &u64| *count > 0;
        let Some(first) = self.counts().iter().position(filled) else {
            (self.max, self.not_min) = (0, 0);
            return;
        };
        let last = self.counts().iter().rposition(filled).unwrap_or(first);
        if self.max == earlier.max {
            let upper = self.buckets.bounds_ticks(last).1.unwrap_or(u64::MAX);
            self.max = self.max.min(upper);
        }
        if self.not_min == earlier.not_min {
            self.not_min = self.not_min.min(!self.buckets.least(first));
        }
    }

    /// Moves the records to the buckets of `common`, which came from [`Buckets::common`].
    fn reduce(&mut self, common: Buckets) {
        if common == self.buckets {
            return;
        }
        // In place: a bucket never moves up, so no record is met twice.
        for bucket in 0..self.buckets.len() {
            let count = std::mem::take(&mut self.counts[bucket]);
            let place = &mut self.counts[self.buckets.place_in(&common, bucket)];
            *place = place.wrapping_add(count);
        }
        self.buckets = common;
    }
}

impl Layout {
    /// The finest layout that records of both can be counted in; `None` if they share no range or no
    /// tick.
    fn common(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        let scale = self.scale.min(other.scale);
        (self.resolution == other.resolution && low < high).then_some(Self {
            scale,
            low,
            high,
            ..self
        })
    }

    /// The bucket of the coarser or narrower layout `common` that holds everything in `bucket`.
    fn place_in(self, common: Self, bucket: usize) -> usize {
        let last = common.buckets() - 1;
        if bucket + 1 == self.buckets() {
            return last;
        }
        // Upper bounds as exponents of two, in steps of this scale and then of the other one.
        let upper = ((self.low as usize) << self.scale) + bucket;
        let upper = upper.div_ceil(1 << (self.scale - common.scale));
        upper.saturating_sub((common.low as usize) << common.scale).min(last)
    }
}

impl Buckets {
    fn common(&self, other: &Self) -> Result<Self, MergeError> {
        match (self, other) {
            (Self::Exponential(left), Self::Exponential(right)) => {
                left.common(*right).map(Self::Exponential)
            }
            (Self::LogLinear(left), Self::LogLinear(right)) => {
                left.common(*right).map(Self::LogLinear)
            }
            _ => (self == other).then_some(*self),
        }
        .ok_or(MergeError { left: *self, right: *other })
    }

    fn place_in(&self, common: &Self, bucket: usize) -> usize {
        match (self, common) {
            (Self::Exponential(from), Self::Exponential(to)) => from.place_in(*to, bucket),
            (Self::LogLinear(from), Self::LogLinear(to)) => from.place_in(*to, bucket),
            _ => bucket,
        }
    }

    /// The smallest value that a bucket holds.
    pub(super) fn least(&self, bucket: usize) -> u64 {
        if bucket == 0 { 0 } else { self.bounds_ticks(bucket).0.saturating_add(1) }
    }
}

/// Two snapshots that have no buckets in common.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MergeError {
    /// The buckets of the snapshot that was to be changed.
    pub left: Buckets,
    /// Those of the other one.
    pub right: Buckets,
}

impl fmt::Display for MergeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { left, right } = self;
        let why = match (left, right) {
            _ if left.tick().total_cmp(&right.tick()).is_ne() => "have different ticks",
            (Buckets::Exponential(_), Buckets::Exponential(_)) => "have no range in common",
            (Buckets::Explicit(_), Buckets::Explicit(_)) => "have different bounds",
            _ => "are of different kinds",
        };
        write!(out, "{left} and {right} {why}")
    }
}

impl std::error::Error for MergeError {}

impl fmt::Display for Buckets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exponential(layout) => {
                let Layout { scale, low, high, resolution } = layout;
                write!(out, "scale {scale} from 2^{low} to 2^{high} ticks of 2^-{resolution}")
            }
            Self::LogLinear(layout) => {
                let LogLinear { precision, high, resolution } = layout;
                write!(out, "2^{precision} parts up to 2^{high} ticks of 2^-{resolution}")
            }
            Self::Explicit(bounds) => {
                write!(out, "bounds {:?} in ticks of {}", bounds.as_slice(), bounds.tick())
            }
        }
    }
}
