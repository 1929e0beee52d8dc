//! A line through points.

use super::error::{EstimateError, finite};

/// The line `y = intercept + slope x` with the least squared distances, and how well it fits.
///
/// ```
/// use engram_cognitive::estimate::Line;
///
/// let line = Line::fit(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)])?;
/// assert_eq!((line.slope, line.intercept, line.at(3.0)), (2.0, 1.0, 7.0));
/// # Ok::<(), engram_cognitive::estimate::EstimateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Change of `y` with one of `x`.
    pub slope: f64,
    /// `y` at 0.
    pub intercept: f64,
    /// Pearson's correlation of the two, -1..=1; 0 if all `y` are the same.
    pub correlation: f64,
    /// Root of the mean squared distance of the points from the line.
    pub residual: f64,
}

impl Line {
    /// The line through some points.
    ///
    /// # Errors
    /// [`EstimateError::TooFewPoints`] below two, [`EstimateError::NoSpread`] if all `x` are the same,
    /// [`EstimateError::OutOfRange`] if a coordinate is not finite or too large to be squared.
    pub fn fit(points: &[(f64, f64)]) -> Result<Self, EstimateError> {
        if points.len() < 2 {
            return Err(EstimateError::TooFewPoints);
        }
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| finite(points.iter().map(of).sum::<f64>() / count);
        let (x, y) = (mean(|point| point.0)?, mean(|point| point.1)?);
        let sum = |of: &dyn Fn(f64, f64) -> f64| {
            finite(points.iter().map(|point| of(point.0 - x, point.1 - y)).sum())
        };
        let (xx, yy, xy) = (sum(&|x, _| x * x)?, sum(&|_, y| y * y)?, sum(&|x, y| x * y)?);
        if xx == 0.0 {
            return Err(EstimateError::NoSpread);
        }
        let slope = finite(xy / xx)?;
        let correlation =
            if yy == 0.0 { 0.0 } else { (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0) };
        let residual = ((yy - slope * xy).max(0.0) / count).sqrt();
        Ok(Self {
            slope,
            intercept: finite(y - slope * x)?,
            correlation: finite(correlation)?,
            residual: finite(residual)?,
        })
    }

    /// `y` at some `x`.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// Share of the variance of `y` that the line accounts for, 0..=1.
    #[must_use]
    pub fn explained(&self) -> f64 {
        self.correlation * self.correlation
    }
}
