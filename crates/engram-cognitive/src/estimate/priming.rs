//! What a prime does to the response to its target, and for how long.

use super::error::{EstimateError, positive};
use super::line::Line;
use super::moments::Moments;
use super::proportion::Interval;

/// The difference of two means with what is known about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Unrelated less related, in seconds: above 0 where the prime helps.
    pub seconds: f64,
    /// Its standard error (Welch 1947): the arms may differ in their variance.
    pub standard_error: f64,
}

impl Effect {
    /// What the two arms of an experiment say.
    ///
    /// # Errors
    /// [`EstimateError::TooFewPoints`] if an arm has fewer than two responses.
    pub fn of(unrelated: Moments, related: Moments) -> Result<Self, EstimateError> {
        let share = |arm: Moments| Ok(arm.variance()? / arm.count() as f64);
        let standard_error = (share(unrelated)? + share(related)?).sqrt();
        Ok(Self { seconds: unrelated.mean()? - related.mean()?, standard_error })
    }

    /// Where the effect lies with 95 % confidence, by the normal distribution: for arms of 30 and more.
    #[must_use]
    pub fn interval(self) -> Interval {
        let half = 1.959_963_984_540_054 * self.standard_error;
        Interval { lower: self.seconds - half, upper: self.seconds + half }
    }
}

/// The time in which priming falls to a half, from effects (any unit, above 0) at asynchronies in seconds:
/// the exponential with the least squared distances between logarithms.
///
/// # Errors
/// As [`Line::fit`]; [`EstimateError::OutOfRange`] for an effect that is not above 0;
/// [`EstimateError::NoSpread`] if priming does not fall.
pub fn half_life(effects: &[(f64, f64)]) -> Result<f64, EstimateError> {
    let mut points = Vec::with_capacity(effects.len());
    for (asynchrony, effect) in effects {
        points.push((*asynchrony, positive(*effect)?.ln()));
    }
    let slope = Line::fit(&points)?.slope;
    if slope < 0.0 { Ok(-std::f64::consts::LN_2 / slope) } else { Err(EstimateError::NoSpread) }
}
