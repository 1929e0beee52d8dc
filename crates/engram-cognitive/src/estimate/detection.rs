//! Signal detection: how well the old is told from the new, and how readily it is called old.

use super::normal;
use super::proportion::Proportion;

/// Answers to items that were there and to items that were not.
///
/// Rates of 0 and 1 have no quantile; half a success and half a failure are added to both rates before
/// `z` is taken (Hautus 1995), which biases less than replacing the extremes alone.
///
/// ```
/// use engram_cognitive::estimate::{Proportion, SignalDetection};
///
/// let detection = SignalDetection::new(Proportion::new(69, 100)?, Proportion::new(31, 100)?);
/// assert!((detection.sensitivity() - 0.98).abs() < 0.01);
/// assert!(detection.criterion().abs() < 1e-12);
/// # Ok::<(), engram_cognitive::estimate::EstimateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalDetection {
    hits: Proportion,
    false_alarms: Proportion,
}

impl SignalDetection {
    /// Old items called old, and new items called old.
    #[must_use]
    pub const fn new(hits: Proportion, false_alarms: Proportion) -> Self {
        Self { hits, false_alarms }
    }

    /// `d' = z(hits) - z(false alarms)`: the distance between old and new, in standard deviations.
    #[must_use]
    pub fn sensitivity(self) -> f64 {
        z(self.hits) - z(self.false_alarms)
    }

    /// `c = -(z(hits) + z(false alarms)) / 2`: below 0 whoever tends to call things old.
    #[must_use]
    pub fn criterion(self) -> f64 {
        -(z(self.hits) + z(self.false_alarms)) / 2.0
    }

    /// `ln β = c d'`: the criterion as the logarithm of a likelihood ratio.
    #[must_use]
    pub fn log_bias(self) -> f64 {
        self.criterion() * self.sensitivity()
    }

    /// Hits less false alarms: recognition adjusted for guessing, -1..=1 (Snodgrass and Corwin 1988).
    #[must_use]
    pub fn adjusted_recognition(self) -> f64 {
        self.hits.rate() - self.false_alarms.rate()
    }

    /// The standard error of [`sensitivity`](Self::sensitivity), by the delta method (Gourevitch and
    /// Galanter 1967).
    #[must_use]
    pub fn standard_error(self) -> f64 {
        (variance(self.hits) + variance(self.false_alarms)).sqrt()
    }
}

/// The quantile of a rate that is neither 0 nor 1 after the correction.
fn z(proportion: Proportion) -> f64 {
    // Below 2^53 trials the corrected rate is strictly between 0 and 1; above it may round to 1.
    let rate = proportion.log_linear().clamp(f64::MIN_POSITIVE, 1.0_f64.next_down());
    normal::quantile(rate).unwrap_or_default()
}

fn variance(proportion: Proportion) -> f64 {
    let rate = proportion.log_linear().clamp(f64::MIN_POSITIVE, 1.0_f64.next_down());
    let density = (-z(proportion).powi(2) / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    rate * (1.0 - rate) / (proportion.trials() as f64 * density * density)
}
