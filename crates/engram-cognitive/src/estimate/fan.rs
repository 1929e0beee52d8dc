//! The fan effect: the more facts share a concept, the longer each takes to be recognised.
//!
//! ```text
//!   A = B + W Σ_sources (S - ln fan_j)        RT = I + F e^-A
//! ```
//!
//! Attention `W` is shared by the sources of a probe; a source spreads to all facts about it.

use super::error::{EstimateError, finite};
use super::line::Line;

/// Activation that sources with these fans give to a fact that all of them share, less its base level.
///
/// `attention` is what each source has, `strength` the association of a concept with a single fact.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a fan of 0 and for numbers that are not finite.
pub fn activation(fans: &[u32], attention: f64, strength: f64) -> Result<f64, EstimateError> {
    let mut sum = 0.0;
    for fan in fans {
        if *fan == 0 {
            return Err(EstimateError::OutOfRange);
        }
        sum += attention * (strength - f64::from(*fan).ln());
    }
    finite(sum)
}

/// Intercept `I` and factor `F` for response times (seconds) of probes by the activation of their fact.
///
/// # Errors
/// As [`Line::fit`].
pub fn fit(trials: &[(f64, f64)]) -> Result<Line, EstimateError> {
    let points: Vec<_> =
        trials.iter().map(|(activation, time)| ((-activation).exp(), *time)).collect();
    Line::fit(&points)
}
