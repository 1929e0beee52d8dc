//! How available a memory is, given when it was used: the base-level equation of ACT-R.
//!
//! ```text
//!   B = ln Σ t_j^-d          t_j seconds since use j
//! ```
//!
//! Anderson and Schooler (1991) found that the odds of needing something again fall with its past uses in
//! this way; `d` is one half wherever nothing else is known.

use super::error::{EstimateError, finite, positive};

/// The decay that is used where nothing else is known.
pub const DECAY: f64 = 0.5;

/// Base-level activation by all uses.
///
/// # Errors
/// [`EstimateError::TooFewPoints`] without uses, [`EstimateError::OutOfRange`] for an age or a decay that is
/// not above 0.
pub fn base_level(ages: &[f64], decay: f64) -> Result<f64, EstimateError> {
    let decay = positive(decay)?;
    if ages.is_empty() {
        return Err(EstimateError::TooFewPoints);
    }
    let mut sum = 0.0;
    for age in ages {
        sum += positive(*age)?.powf(-decay);
    }
    finite(sum.ln())
}

/// What is kept of a long history: the newest uses, how many there were, and when the first one was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct History<'a> {
    /// Seconds since the newest uses, the newest first.
    pub recent: &'a [f64],
    /// All uses, those included.
    pub uses: u64,
    /// Seconds since the first use.
    pub life: f64,
}

/// Base-level activation by the newest uses exactly and the others as if evenly spread (Petrov 2006).
///
/// ```text
///   B = ln [ Σ_recent t_j^-d  +  (n - k) (life^(1-d) - t_k^(1-d)) / ((1 - d) (life - t_k)) ]
/// ```
///
/// The cost does not grow with the history. With all uses recent it is [`base_level`].
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a decay outside 0..1 (both excluded), for ages that are not above 0 or
/// do not ascend, for fewer uses than recent ones, or a life shorter than they are old;
/// [`EstimateError::TooFewPoints`] without recent uses.
pub fn hybrid(history: &History<'_>, decay: f64) -> Result<f64, EstimateError> {
    let History { recent, uses, life } = *history;
    let oldest = *recent.last().ok_or(EstimateError::TooFewPoints)?;
    let exact = base_level(recent, decay)?.exp();
    let older = uses.checked_sub(recent.len() as u64).ok_or(EstimateError::OutOfRange)?;
    if older == 0 {
        return finite(exact.ln());
    }
    let ascends = recent.windows(2).all(|pair| pair[0] <= pair[1]);
    if !ascends || decay >= 1.0 || positive(life)? <= oldest {
        return Err(EstimateError::OutOfRange);
    }
    let rest = 1.0 - decay;
    let mean = (life.powf(rest) - oldest.powf(rest)) / (rest * (life - oldest));
    finite((exact + older as f64 * mean).ln())
}

/// The decays of the uses of one memory (Pavlik and Anderson 2005): the more available it was when it was
/// used again, the faster that use is forgotten.
///
/// ```text
///   d_j = c e^(B before use j) + a        B = ln Σ t_j^-d_j
/// ```
///
/// This is why spaced study lasts longer than massed study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spaced {
    /// `c`: how much availability speeds up forgetting.
    pub scale: f64,
    /// `a`: the decay of a first use.
    pub intercept: f64,
}

impl Spaced {
    /// The values of the paper.
    pub const PUBLISHED: Self = Self { scale: 0.217, intercept: 0.177 };

    /// Activation at `now` after uses at `times`; all are seconds of one clock, the uses in ascending order.
    ///
    /// # Errors
    /// [`EstimateError::TooFewPoints`] without uses, [`EstimateError::OutOfRange`] if times do not ascend.
    pub fn activation(&self, times: &[f64], now: f64) -> Result<f64, EstimateError> {
        let mut decays: Vec<f64> = Vec::with_capacity(times.len());
        for (at, time) in times.iter().enumerate() {
            let before = if at == 0 { 0.0 } else { sum(&times[..at], &decays, *time)? };
            decays.push(finite(self.scale * before + self.intercept)?);
        }
        if times.is_empty() {
            return Err(EstimateError::TooFewPoints);
        }
        finite(sum(times, &decays, now)?.ln())
    }
}

/// `Σ (now - t_j)^-d_j`.
fn sum(times: &[f64], decays: &[f64], now: f64) -> Result<f64, EstimateError> {
    let terms = times.iter().zip(decays);
    terms.map(|(time, decay)| Ok(positive(now - time)?.powf(-decay))).sum()
}

/// The probability that a memory is retrieved, 0..=1: `1 / (1 + e^((threshold - activation) / noise))`.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for numbers that are not finite and a noise that is not above 0.
pub fn retrieval(activation: f64, threshold: f64, noise: f64) -> Result<f64, EstimateError> {
    let distance = finite(threshold)? - finite(activation)?;
    Ok(1.0 / (1.0 + (distance / positive(noise)?).exp()))
}

/// How long a retrieval takes in seconds: `factor e^-activation`.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for numbers that are not finite, a factor that is not above 0, or a latency
/// beyond all numbers.
pub fn latency(activation: f64, factor: f64) -> Result<f64, EstimateError> {
    finite(positive(factor)? * (-finite(activation)?).exp())
}
