//! Two stores of one memory: a fast one that fades, and a slow one that learns from it.
//!
//! ```text
//!   fast store   h = 2^(-days / 7)                       every memory, from the day it is made
//!   slow store   n += .25 h (1 - n)                      each time that the memory is replayed
//!   recall       1 - (1 - h)(1 - n)                      a lesion of the fast store takes h away
//! ```
//!
//! After McClelland, McNaughton and O'Reilly (1995). Half-life and learning rate are assumptions, fitted to
//! nothing.

use engram_cognitive::metrics::State;

/// Days after which half of the fast store is left.
pub const HALF_LIFE_DAYS: f64 = 7.0;

/// Share of what the slow store does not know yet that a full replay teaches it.
pub const RATE: f64 = 0.25;

/// How strong a memory is in each of its stores, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoStores {
    /// In the fast store.
    pub fast: f64,
    /// In the slow store.
    pub slow: f64,
}

impl TwoStores {
    /// A memory that was just made: all in the fast store.
    pub const NEW: Self = Self { fast: 1.0, slow: 0.0 };

    /// What is left in the fast store so many days after the memory was made.
    pub fn fade(&mut self, days: f64) {
        self.fast = (-days / HALF_LIFE_DAYS).exp2();
    }

    /// The slow store learns from the fast one.
    pub fn replay(&mut self) {
        self.slow += RATE * self.fast * (1.0 - self.slow);
    }

    /// The probability that one of the stores has it.
    #[must_use]
    pub fn strength(self) -> f64 {
        1.0 - (1.0 - self.fast) * (1.0 - self.slow)
    }

    /// What the fast store contributes to a retrieval.
    #[must_use]
    pub fn share(self) -> f64 {
        self.fast / (self.fast + self.slow)
    }

    /// Where a memory of this state goes next: on when the slow store has something of it, and when it has more
    /// of it than the fast one.
    #[must_use]
    pub fn next(self, state: State) -> State {
        match state {
            State::Recent if self.slow > 0.0 => State::Consolidating,
            State::Consolidating if self.slow > self.fast => State::Remote,
            state => state,
        }
    }
}
