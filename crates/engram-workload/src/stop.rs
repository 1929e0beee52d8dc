//! How a run is ended from outside.

use crate::sync::{AtomicBool, Ordering};

/// A flag that is raised once and stays up.
#[derive(Debug, Default)]
pub struct StopFlag(AtomicBool);

impl StopFlag {
    /// A flag that is down.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Asks the workers to finish the operation they are at.
    pub fn raise(&self) {
        // Relaxed: nothing is published with the flag; what workers did travels through their join.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the flag is up.
    #[inline]
    #[must_use]
    pub fn is_raised(&self) -> bool {
        // Relaxed: seeing the flag late costs one operation, and nothing is read on its strength.
        self.0.load(Ordering::Relaxed)
    }
}
