//! Quantiles of a snapshot, with what is known about their error.
//!
//! A snapshot knows how many records each bucket holds, so it knows in which bucket the record of a given
//! rank lies, but not where inside. The true quantile (nearest rank, no interpolation) is hence bracketed
//! by the bounds of that bucket, and by the smallest and the largest record, which are exact.

use super::snapshot::Snapshot;

impl Snapshot {
    /// The value below which a share `q` of the records lies, in base units.
    ///
    /// The result is the upper bound of the bucket that holds the record of rank `ceil(q * count)`,
    /// and at most [`max`](Self::max): never below the true value, and above it by at most the width
    /// of that bucket, a share of [`Layout::relative_error`](super::Layout::relative_error). `None` when
    /// nothing was recorded. One pass over the buckets.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        Some(self.quantile_bounds(q)?.1)
    }

    /// The smallest and the largest that the quantile `q` can be, both inclusive, in base units.
    ///
    /// They are the bounds of the bucket that holds the record of rank `ceil(q * count)`, narrowed by the
    /// smallest and the largest record; inside the range of the layout they differ by less than a factor
    /// of `2^(2^-scale)`. A NaN counts as 0. `None` when nothing was recorded.
    ///
    /// ```
    /// use engram_metrics_core::{Histogram, Layout};
    ///
    /// let sizes = Histogram::with_layout(Layout::new(1, 0, 20, 0));
    /// (1..=100).for_each(|size| sizes.record(size));
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!(sizes.snapshot().quantile_bounds(0.5), Some((46.0, 64.0)));
    /// assert_eq!(sizes.snapshot().quantile(1.0), Some(100.0));
    /// # }
    /// ```
    #[must_use]
    pub fn quantile_bounds(&self, q: f64) -> Option<(f64, f64)> {
        let rank =
            ((q.clamp(0.0, 1.0) * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let mut total = 0_u64;
        let bucket = self.counts().iter().position(|count| {
            total = total.wrapping_add(*count);
            total >= rank
        })?;
        let (least, most) = self.range_ticks().unwrap_or((0, u64::MAX));
        let upper = self.buckets.bounds_ticks(bucket).1.unwrap_or(u64::MAX).min(most);
        let lower = self.buckets.least(bucket).max(least).min(upper);
        let tick = self.buckets.tick();
        Some((lower as f64 * tick, upper as f64 * tick))
    }
}
