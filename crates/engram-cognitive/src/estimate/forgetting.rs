//! Curves of forgetting.

use super::error::{EstimateError, positive};
use super::line::Line;

/// What was left after a delay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retained {
    /// Seconds since study, above 0.
    pub delay: f64,
    /// Share that is left, above 0 and at most 1.
    pub share: f64,
}

/// The form of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// `share = a t^-b`: what Wixted and Ebbesen (1991) found to hold for people, pigeons and pictures.
    Power,
    /// `share = a e^(-b t)`: forgetting at a constant rate.
    Exponential,
    /// `share = a - b ln t`: a straight line over the logarithm of time.
    Logarithmic,
}

/// A curve through measured retention.
///
/// Power and exponential curves are lines through logarithms, and are fitted as such; how well each fits is
/// stated in shares, where the three can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forgetting {
    /// The form.
    pub curve: Curve,
    /// Share at the unit of time: `a` above.
    pub scale: f64,
    /// How fast it falls: `b` above.
    pub rate: f64,
    /// Share of the variance of the shares that the curve accounts for: 1 is perfect, below 0 it is worse
    /// than their mean.
    pub explained: f64,
}

impl Forgetting {
    /// The curve of a form through some points.
    ///
    /// # Errors
    /// [`EstimateError::OutOfRange`] for a delay or a share outside its range, and as [`Line::fit`]; also
    /// [`EstimateError::NoSpread`] if all shares are the same.
    pub fn fit(curve: Curve, points: &[Retained]) -> Result<Self, EstimateError> {
        let mut straight = Vec::with_capacity(points.len());
        for point in points {
            let (delay, share) = (positive(point.delay)?, positive(point.share)?);
            if share > 1.0 {
                return Err(EstimateError::OutOfRange);
            }
            straight.push(match curve {
                Curve::Power => (delay.ln(), share.ln()),
                Curve::Exponential => (delay, share.ln()),
                Curve::Logarithmic => (delay.ln(), share),
            });
        }
        let line = Line::fit(&straight)?;
        let scale = if curve == Curve::Logarithmic { line.intercept } else { line.intercept.exp() };
        let mut fitted = Self { curve, scale, rate: -line.slope, explained: 0.0 };
        fitted.explained = fitted.explain(points)?;
        Ok(fitted)
    }

    /// The share that the curve leaves after a delay.
    #[must_use]
    pub fn at(&self, delay: f64) -> f64 {
        match self.curve {
            Curve::Power => self.scale * delay.powf(-self.rate),
            Curve::Exponential => self.scale * (-self.rate * delay).exp(),
            Curve::Logarithmic => self.scale - self.rate * delay.ln(),
        }
    }

    fn explain(&self, points: &[Retained]) -> Result<f64, EstimateError> {
        let mean = points.iter().map(|it| it.share).sum::<f64>() / points.len() as f64;
        let sum =
            |of: &dyn Fn(&Retained) -> f64| points.iter().map(|it| of(it).powi(2)).sum::<f64>();
        let total = sum(&|it| it.share - mean);
        if total == 0.0 {
            return Err(EstimateError::NoSpread);
        }
        super::error::finite(1.0 - sum(&|it| it.share - self.at(it.delay)) / total)
    }
}
