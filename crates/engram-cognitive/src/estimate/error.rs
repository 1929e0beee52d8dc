//! Why there is no estimate.

use std::error::Error;
use std::fmt;

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EstimateError {
    /// Nothing was tried.
    NoTrials,
    /// There are more successes than trials.
    TooManySuccesses,
    /// There are fewer points than the estimate has unknowns.
    TooFewPoints,
    /// The points do not differ in what they are to be compared by.
    NoSpread,
    /// A number is NaN, infinite, or where the formula has no value.
    OutOfRange,
}

impl fmt::Display for EstimateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTrials => "nothing was tried",
            Self::TooManySuccesses => "there are more successes than trials",
            Self::TooFewPoints => "there are too few points",
            Self::NoSpread => "the points do not differ",
            Self::OutOfRange => "a number is outside the range of the formula",
        })
    }
}

impl Error for EstimateError {}

/// The number, if it is one.
pub(super) fn finite(value: f64) -> Result<f64, EstimateError> {
    if value.is_finite() { Ok(value) } else { Err(EstimateError::OutOfRange) }
}

/// The number, if it is one and above zero.
pub(super) fn positive(value: f64) -> Result<f64, EstimateError> {
    finite(value).and_then(|it| if it > 0.0 { Ok(it) } else { Err(EstimateError::OutOfRange) })
}
