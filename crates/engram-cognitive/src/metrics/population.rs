//! How many things are in which state: a gauge per state that is exact.

use engram_metrics_core::{Instrument, Kind, Label, Labels, Unit, UpDownCounter, Value, Visit};

use super::consolidation::State;

/// Memories by state. What leaves one state enters another, so the numbers add up whenever nothing moves.
#[derive(Debug)]
pub struct Population([UpDownCounter; State::VALUES.len()]);

impl Population {
    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self([const { UpDownCounter::new() }; State::VALUES.len()])
    }

    /// Adds to the number of memories in a state.
    #[inline]
    pub fn add(&self, state: State, change: i64) {
        self.0[Label::index(state)].add(change);
    }

    /// Memories in a state.
    #[must_use]
    pub fn value(&self, state: State) -> i64 {
        self.0[Label::index(state)].value()
    }
}

impl Instrument for Population {
    const KIND: Kind = Kind::UpDownCounter;

    fn collect(&self, visit: &mut dyn Visit) {
        for (name, cell) in State::VALUES.iter().zip(&self.0) {
            visit.series(Labels::new(&[(State::KEY, name)]), Value::Signed(cell.value()));
        }
    }
}
