//! Medians and what is known about them. Nothing is assumed of how the numbers are distributed.

/// One in a hundred: how often the bound may be above the true median.
const DOUBT: f64 = 0.01;

/// Ascending.
pub(in crate::verify) fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

/// The middle of sorted numbers; NaN of none.
pub(in crate::verify) fn median(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.5)
}

/// The smallest number that is not below such a share of sorted numbers; NaN of none.
pub(in crate::verify) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

/// What the true median is not below, with 99 % confidence: the sign test, turned round.
pub(in crate::verify) fn lower_bound(sorted: &[f64]) -> f64 {
    at_least(sorted, 0.5)
}

/// What the true quantile is not below, with 99 % confidence.
///
/// Each number is below the true quantile with a chance of `share`, so how many are is a binomial number.
/// The bound is the largest of the numbers for which it is unlikely that no more are below. Minus infinity
/// where there are too few numbers to say anything.
pub(in crate::verify) fn at_least(sorted: &[f64], share: f64) -> f64 {
    let below = unlikely(sorted.len(), share);
    below.checked_sub(1).map_or(f64::NEG_INFINITY, |at| sorted[at])
}

/// What the true quantile is not above, with 99 % confidence: the same, counted from the other end.
pub(in crate::verify) fn at_most(sorted: &[f64], share: f64) -> f64 {
    let above = unlikely(sorted.len(), 1.0 - share);
    sorted.get(sorted.len() - above).copied().unwrap_or(f64::INFINITY)
}

/// The largest number `k` such that fewer than `k` of `n` have a chance of at most [`DOUBT`], if each counts
/// with a chance of `share`.
fn unlikely(n: usize, share: f64) -> usize {
    // The chance that `k` count, as a logarithm: two thousand halves are too small for a number.
    let mut chance = n as f64 * (1.0 - share).ln();
    let odds = (share / (1.0 - share)).ln();
    let mut sum = 0.0;
    for k in 0..n {
        sum += chance.exp();
        if sum > DOUBT {
            return k;
        }
        chance += ((n - k) as f64 / (k + 1) as f64).ln() + odds;
    }
    n
}

#[cfg(test)]
mod tests;
