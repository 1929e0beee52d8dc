//! Mean and variance in one pass.

use super::error::{EstimateError, finite};

/// Count, mean and variance of a stream (Welford 1962). The naive sums of squares lose all digits where the
/// mean is large and the variance small; this does not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared distances from the mean.
    spread: f64,
}

impl Moments {
    /// Of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { count: 0, mean: 0.0, spread: 0.0 }
    }

    /// Adds a number.
    ///
    /// # Errors
    /// [`EstimateError::OutOfRange`] for NaN and infinities, and where squares would overflow; nothing changes.
    pub fn add(&mut self, value: f64) -> Result<(), EstimateError> {
        let count = self.count + 1;
        let distance = finite(value)? - self.mean;
        let mean = finite(self.mean + distance / count as f64)?;
        let spread = finite(self.spread + distance * (value - mean))?;
        *self = Self { count, mean, spread };
        Ok(())
    }

    /// Both together, as if all had been added to one (Chan, Golub and LeVeque 1983).
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let distance = other.mean - self.mean;
        let total = mine + theirs;
        Self {
            count: self.count + other.count,
            mean: self.mean + distance * theirs / total,
            spread: self.spread + other.spread + distance * distance * mine * theirs / total,
        }
    }

    /// How many numbers.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Their mean.
    ///
    /// # Errors
    /// [`EstimateError::TooFewPoints`] without numbers.
    pub const fn mean(self) -> Result<f64, EstimateError> {
        if self.count == 0 { Err(EstimateError::TooFewPoints) } else { Ok(self.mean) }
    }

    /// The variance of what they were drawn from, with `n - 1` below the line.
    ///
    /// # Errors
    /// [`EstimateError::TooFewPoints`] with fewer than two numbers.
    pub fn variance(self) -> Result<f64, EstimateError> {
        if self.count < 2 {
            return Err(EstimateError::TooFewPoints);
        }
        Ok((self.spread / (self.count - 1) as f64).max(0.0))
    }
}
