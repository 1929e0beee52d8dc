//! How far stated confidence is from what happened.

use super::error::EstimateError;

/// Predictions in bins, with what became of them.
///
/// A bin has the mean confidence stated in it, how many predictions it has and how many were right. Bins
/// without predictions say nothing and are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    bins: Vec<(f64, f64, f64)>,
}

impl Calibration {
    /// No predictions.
    #[must_use]
    pub const fn new() -> Self {
        Self { bins: Vec::new() }
    }

    /// Adds a bin: `right` of `predictions` stated with `confidence` on average.
    ///
    /// # Errors
    /// [`EstimateError::OutOfRange`] for a confidence outside 0..=1,
    /// [`EstimateError::TooManySuccesses`] for more right ones than predictions.
    pub fn add(
        &mut self,
        confidence: f64,
        right: u64,
        predictions: u64,
    ) -> Result<(), EstimateError> {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(EstimateError::OutOfRange);
        }
        if right > predictions {
            return Err(EstimateError::TooManySuccesses);
        }
        if predictions > 0 {
            let count = predictions as f64;
            self.bins.push((confidence, right as f64 / count, count));
        }
        Ok(())
    }

    /// The expected calibration error: the mean over predictions of how far the confidence of their bin is
    /// from the share that was right, 0..=1. With bins of width `w` whose middle stands for the confidence it
    /// is off by `w / 2` at most.
    ///
    /// # Errors
    /// [`EstimateError::NoTrials`] without predictions.
    pub fn expected_error(&self) -> Result<f64, EstimateError> {
        self.mean(|confidence, right| (confidence - right).abs())
    }

    /// The Brier score of the bins, 0..=1: the mean square of confidence less outcome, as if all predictions
    /// of a bin had stated its confidence.
    ///
    /// # Errors
    /// [`EstimateError::NoTrials`] without predictions.
    pub fn brier(&self) -> Result<f64, EstimateError> {
        self.mean(|confidence, right| {
            right * (1.0 - confidence).powi(2) + (1.0 - right) * confidence.powi(2)
        })
    }

    fn mean(&self, of: impl Fn(f64, f64) -> f64) -> Result<f64, EstimateError> {
        let total: f64 = self.bins.iter().map(|(_, _, count)| count).sum();
        if total == 0.0 {
            return Err(EstimateError::NoTrials);
        }
        let sum: f64 =
            self.bins.iter().map(|(stated, right, count)| of(*stated, *right) * count).sum();
        Ok((sum / total).clamp(0.0, 1.0))
    }
}
