//! Snapshots of what something else recorded.

use std::sync::PoisonError;

use super::explicit::{Bounds, MAX_BOUNDS};
use super::snapshot::{Buckets, Snapshot};
use crate::sync::Mutex;

/// Sets of bounds that were learnt at run time. An application has a handful of them.
static KEPT: Mutex<Vec<&'static [f64]>> = Mutex::new(Vec::new());

/// So many are kept at most, of half a kilobyte each.
const MOST_KEPT: usize = 1024;

impl Bounds {
    /// The same bounds, kept for as long as the process lives, each set of them once.
    ///
    /// For sources that pass on the histograms of another library and learn their bounds at run time. `None` when a
    /// histogram of ours could not have them, see [`Snapshot::of_counts`], or when there are 1024 sets already.
    #[must_use]
    pub fn keep(bounds: &[f64]) -> Option<&'static [f64]> {
        if !are_bounds(bounds) {
            return None;
        }
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = kept.iter().find(|same| **same == bounds) {
            return Some(same);
        }
        if kept.len() == MOST_KEPT {
            return None;
        }
        let new: &'static [f64] = Box::leak(bounds.into());
        kept.push(new);
        Some(new)
    }
}

impl Snapshot {
    /// What something else recorded: `counts` by ascending upper bounds in base units, the last count being that
    /// of what is above them all. The largest and the smallest value are not known. Quantiles are as fine as
    /// the sum leaves room for: it and the bounds are counted in the same ticks, at most 2^63 of them.
    ///
    /// For sources that pass on the histograms of another library. `None` when a histogram of ours could not
    /// be that: bounds are 1 to 64, ascending, finite and not negative; the sum is neither negative nor 2^63.
    ///
    /// ```
    /// use engram_metrics_core::Snapshot;
    ///
    /// let snapshot = Snapshot::of_counts(&[0.5, 2.0], &[3, 1, 1], 7.25).expect("a histogram");
    /// assert_eq!((snapshot.count(), snapshot.sum(), snapshot.max()), (5, 7.25, None));
    /// ```
    #[must_use]
    pub fn of_counts(bounds: &'static [f64], counts: &[u64], sum: f64) -> Option<Self> {
        let resolution = resolution(sum)?;
        if !are_bounds(bounds) || counts.len() != bounds.len() + 1 {
            return None;
        }
        let mut snapshot = Self::empty(Buckets::Explicit(Bounds::new(bounds, resolution)));
        snapshot.counts[..counts.len()].copy_from_slice(counts);
        snapshot.count = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))?;
        snapshot.sum_ticks = (sum * (1_u64 << resolution) as f64) as u64;
        Some(snapshot)
    }
}

/// The resolution at which the sum is as exact as a float, or to 2^-62: as fine as it can be.
fn resolution(sum: f64) -> Option<u8> {
    const LIMIT: f64 = (1_u64 << 63) as f64;
    if !(0.0..LIMIT).contains(&sum) {
        return None;
    }
    (0..=62).rev().find(|resolution| sum * ((1_u64 << resolution) as f64) < LIMIT)
}

fn are_bounds(bounds: &[f64]) -> bool {
    let ascend = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    let (first, last) = (bounds.first(), bounds.last());
    let is_inside = first.is_some_and(|it| *it >= 0.0) && last.is_some_and(|it| it.is_finite());
    is_inside && ascend && bounds.len() <= MAX_BOUNDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_sums_come_back() {
        for sum in [0.0, 104.05, 1e-6, 0.1, 1e18, 9e18, 3.0] {
            let snapshot = Snapshot::of_counts(&[0.5, 2.0], &[3, 1, 2], sum).expect("valid");
            let error = (snapshot.sum() - sum).abs();
            assert!(error <= (sum * f64::EPSILON).max(2.0_f64.powi(-62)), "{sum}");
            assert_eq!((snapshot.count(), snapshot.counts()), (6, &[3, 1, 2][..]));
            assert_eq!((snapshot.min(), snapshot.max()), (None, None));
            let median = snapshot.quantile(0.5).expect("there are values");
            // A tick that holds the largest sums is longer than the first bucket.
            let upper = if sum < 1e18 { 0.5 } else { 1.0 };
            assert!((0.0..=upper).contains(&median), "{median} at {sum}");
        }
    }

    #[test]
    fn bounds_are_kept_once_and_only_those_of_a_histogram() {
        let kept = Bounds::keep(&[0.25, 1.0]).expect("bounds");
        assert_eq!(kept, [0.25, 1.0]);
        assert!(std::ptr::eq(kept, Bounds::keep(&[0.25, 1.0]).expect("the same")));
        let many: Vec<f64> = (0..=MAX_BOUNDS).map(|it| it as f64).collect();
        for none in [&[][..], &[0.5, f64::NAN], &[-1.0], &[2.0, 1.0], &many] {
            assert_eq!(Bounds::keep(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_no_histogram_of_ours_could_be_is_none() {
        let of = |bounds: &'static [f64], counts: &[u64], sum| {
            Snapshot::of_counts(bounds, counts, sum).is_some()
        };
        assert!(of(&[1.0], &[1, 1], 1.0));
        assert!(!of(&[], &[1], 1.0), "no bounds");
        assert!(!of(&[1.0], &[1], 1.0), "a count too few");
        assert!(!of(&[-1.0, 1.0], &[1, 1, 1], 1.0), "negative");
        assert!(!of(&[2.0, 1.0], &[1, 1, 1], 1.0), "descending");
        assert!(!of(&[f64::NAN], &[1, 1], 1.0) && !of(&[f64::INFINITY], &[1, 1], 1.0));
        for sum in [-1.0, f64::NAN, f64::INFINITY, 1e19] {
            assert!(!of(&[1.0], &[1, 1], sum), "{sum}");
        }
        assert!(!of(&[1.0], &[u64::MAX, 1], 1.0), "more than can be counted");
    }
}
