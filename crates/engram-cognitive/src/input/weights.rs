//! How much each of two memory systems contributed to one retrieval.

use super::{Reason, Rejection, UnitRatio};

/// The weights of the hippocampal and the neocortical system in one retrieval. They sum to 1.
///
/// ```
/// use engram_cognitive::{ClsWeights, Reason};
///
/// let weights = ClsWeights::new(0.7, 0.3)?;
/// assert!((weights.hippocampal().value() - 0.7).abs() < 1e-12);
/// assert_eq!(ClsWeights::new(0.7, 0.7).unwrap_err().reason(), Reason::NotNormalised);
/// # Ok::<(), engram_cognitive::Rejection>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClsWeights {
    /// The other weight is what is missing to 1: two stored numbers could contradict each other.
    hippocampal: UnitRatio,
}

impl ClsWeights {
    /// How far from 1 the sum of two weights may be; it is then divided out.
    pub const TOLERANCE: f64 = 1e-3;

    /// Checks two weights.
    ///
    /// # Errors
    /// As [`UnitRatio::new`] for each, and [`Reason::NotNormalised`] if they do not sum to 1 within
    /// [`TOLERANCE`](Self::TOLERANCE).
    #[inline]
    pub fn new(hippocampal: f64, neocortical: f64) -> Result<Self, Rejection> {
        let (one, other) = (UnitRatio::new(hippocampal)?, UnitRatio::new(neocortical)?);
        let sum = one.value() + other.value();
        if (sum - 1.0).abs() > Self::TOLERANCE {
            return Err(Rejection::new(Reason::NotNormalised));
        }
        UnitRatio::new(one.value() / sum).map(|hippocampal| Self { hippocampal })
    }

    /// The weight of the hippocampal system.
    #[inline]
    #[must_use]
    pub fn hippocampal(self) -> UnitRatio {
        self.hippocampal
    }

    /// The weight of the neocortical system.
    #[inline]
    #[must_use]
    pub fn neocortical(self) -> f64 {
        1.0 - self.hippocampal.value()
    }
}
