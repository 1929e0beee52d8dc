//! One thing that was experienced.

use engram_cognitive::metrics::State;

use super::{DAY, WINDOW};
use crate::two_stores::TwoStores;
use crate::vector::Vector;

/// An episode, and what has become of it.
#[derive(Clone, Debug)]
pub(super) struct Episode {
    /// What is left of it: the vector of a word, with noise.
    pub(super) trace: Vector,
    /// The word that it is about, by which a completion is judged.
    pub(super) word: u32,
    pub(super) stores: TwoStores,
    pub(super) state: State,
    /// When it came to this state.
    pub(super) since: u64,
    /// When it was made.
    pub(super) made: u64,
    /// When it was last completed.
    pub(super) reactivated: Option<u64>,
    /// Whether it can be changed.
    pub(super) is_labile: bool,
}

impl Episode {
    pub(super) fn new((word, trace): (u32, Vector), now: u64) -> Self {
        Self {
            trace,
            word,
            stores: TwoStores::NEW,
            state: State::Recent,
            since: now,
            made: now,
            reactivated: None,
            is_labile: false,
        }
    }

    /// Closes the window if it is over; whether it was open and is closed now.
    pub(super) fn settle(&mut self, now: u64) -> bool {
        let is_over = self.is_labile && self.reactivated.is_none_or(|since| now - since >= WINDOW);
        self.is_labile &= !is_over;
        is_over
    }

    /// Brings it back: whether it could not be changed before and can be now.
    pub(super) fn reactivate(&mut self, now: u64) -> bool {
        self.reactivated = Some(now);
        !std::mem::replace(&mut self.is_labile, true)
    }

    /// The fast store is as faded as it is after so long.
    pub(super) fn fade(&mut self, now: u64) {
        self.stores.fade((now - self.made) as f64 / DAY as f64);
    }
}
