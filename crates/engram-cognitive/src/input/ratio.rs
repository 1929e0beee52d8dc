//! A share between 0 and 1.

use super::{Reason, Rejection};

/// A number in 0..=1.
///
/// ```
/// use engram_cognitive::{Reason, UnitRatio};
///
/// assert_eq!(UnitRatio::new(0.25)?.value(), 0.25);
/// assert_eq!(UnitRatio::new(1.5).unwrap_err().reason(), Reason::AboveOne);
/// assert_eq!(UnitRatio::new(f64::NAN).unwrap_err().reason(), Reason::Nan);
/// # Ok::<(), engram_cognitive::Rejection>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct UnitRatio(f64);

impl UnitRatio {
    /// Checks a number.
    ///
    /// # Errors
    /// [`Reason::Nan`], [`Reason::Infinite`], [`Reason::Negative`] or [`Reason::AboveOne`].
    #[inline]
    pub fn new(value: f64) -> Result<Self, Rejection> {
        // One comparison that NaN fails, so that what is right costs no more than that.
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(Self::rejection(value)) }
    }

    /// The number.
    #[inline]
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    #[cold]
    fn rejection(value: f64) -> Rejection {
        Rejection::of(value).unwrap_or(Rejection::new(Reason::AboveOne))
    }
}
