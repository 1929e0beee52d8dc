//! A time that has passed.

use super::{Reason, Rejection};

/// Seconds that have passed: finite and not negative.
///
/// ```
/// use engram_cognitive::{Elapsed, Reason};
///
/// assert_eq!(Elapsed::between(10.0, 13.5)?.seconds(), 3.5);
/// assert_eq!(Elapsed::between(13.5, 10.0).unwrap_err().reason(), Reason::ClockBackwards);
/// # Ok::<(), engram_cognitive::Rejection>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Elapsed(f64);

impl Elapsed {
    /// Checks a number of seconds.
    ///
    /// # Errors
    /// [`Reason::Nan`], [`Reason::Infinite`] or [`Reason::Negative`].
    #[inline]
    pub fn new(seconds: f64) -> Result<Self, Rejection> {
        Rejection::of(seconds).map_or(Ok(Self(seconds)), Err)
    }

    /// The time from one moment to a later one, both in seconds of one clock.
    ///
    /// # Errors
    /// [`Reason::ClockBackwards`] if the later moment is the earlier one; [`Reason::Nan`] and
    /// [`Reason::Infinite`] if one of them is no moment.
    #[inline]
    pub fn between(earlier: f64, later: f64) -> Result<Self, Rejection> {
        match Self::new(later - earlier) {
            Err(rejection) if rejection.reason() == Reason::Negative => {
                Err(Rejection::new(Reason::ClockBackwards))
            }
            result => result,
        }
    }

    /// The seconds.
    #[inline]
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0
    }
}
