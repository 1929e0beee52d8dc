//! Values sorted by powers of two, plainly.

/// Powers of two that a `u64` can be compared with.
const POWERS: usize = 64;

/// How many values lie between which powers of two, and their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Distribution {
    /// At `k`, the values above 2^(k-1) and up to 2^k; at 0, those up to 1; last, those above 2^63.
    counts: [u64; POWERS + 1],
    sum: u128,
}

impl Default for Distribution {
    fn default() -> Self {
        Self { counts: [0; POWERS + 1], sum: 0 }
    }
}

impl Distribution {
    pub(super) fn add(&mut self, value: u64) {
        // As much work for any value: the tally of a run without telemetry, in which nothing takes time, costs the
        // same.
        let power = u64::BITS - value.saturating_sub(1).leading_zeros();
        self.counts[power as usize] += 1;
        self.sum += u128::from(value);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        self.sum += other.sum;
    }

    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Values up to 2^power.
    pub(super) fn up_to(&self, power: usize) -> u64 {
        self.counts[..=power].iter().sum()
    }

    pub(super) fn sum(&self) -> u128 {
        self.sum
    }
}
