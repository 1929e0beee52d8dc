//! Rates with what is known about them.

use super::error::EstimateError;

/// The quantile for an interval of 95 %.
const Z95: f64 = 1.959_963_984_540_054;

/// Some of some trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

/// Where a number lies with 95 % confidence; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

impl Interval {
    /// Whether a number lies in it.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

impl Proportion {
    /// `successes` of `trials`.
    ///
    /// # Errors
    /// [`EstimateError::NoTrials`] or [`EstimateError::TooManySuccesses`].
    pub const fn new(successes: u64, trials: u64) -> Result<Self, EstimateError> {
        if trials == 0 {
            Err(EstimateError::NoTrials)
        } else if successes > trials {
            Err(EstimateError::TooManySuccesses)
        } else {
            Ok(Self { successes, trials })
        }
    }

    /// How many succeeded.
    #[must_use]
    pub const fn successes(self) -> u64 {
        self.successes
    }

    /// How many were tried.
    #[must_use]
    pub const fn trials(self) -> u64 {
        self.trials
    }

    /// The share that succeeded, 0..=1.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.successes as f64 / self.trials as f64
    }

    /// Where the rate behind the trials lies with 95 % confidence (Wilson 1927).
    ///
    /// ```text
    ///   (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    /// ```
    ///
    /// Inside 0..=1 for any number of trials, which the interval around `p` alone is not.
    #[must_use]
    pub fn wilson(self) -> Interval {
        let (n, p) = (self.trials as f64, self.rate());
        let z2 = Z95 * Z95;
        let middle = p + z2 / (2.0 * n);
        let half = Z95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        // At the ends the two terms cancel; what rounding leaves would be a bound above 0 or below 1.
        let lower = if self.successes == 0 { 0.0 } else { (middle - half) / scale };
        let upper = if self.successes == self.trials { 1.0 } else { (middle + half) / scale };
        Interval { lower: lower.clamp(0.0, p), upper: upper.clamp(p, 1.0) }
    }

    /// Where the difference of the two rates, this one less the other, lies with 95 % confidence: the hybrid
    /// of two Wilson intervals (Newcombe 1998, method 10). The magnitude of interference is such a
    /// difference, control less interference.
    #[must_use]
    pub fn difference(self, other: Self) -> Interval {
        let (p, q) = (self.rate(), other.rate());
        let (mine, theirs) = (self.wilson(), other.wilson());
        let below = (p - mine.lower).hypot(theirs.upper - q);
        let above = (mine.upper - p).hypot(q - theirs.lower);
        Interval { lower: (p - q - below).max(-1.0), upper: (p - q + above).min(1.0) }
    }

    /// The rate with half a success and half a failure added: never 0 or 1 (Hautus 1995).
    #[must_use]
    pub(super) fn log_linear(self) -> f64 {
        (self.successes as f64 + 0.5) / (self.trials as f64 + 1.0)
    }
}
