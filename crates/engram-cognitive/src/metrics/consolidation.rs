//! Consolidation: how memories move from the fast store to the slow one.
//!
//! ```text
//!   new ──> recent <──> consolidating <──> remote
//!              └──────────────┴──────────────┴──> forgotten
//! ```

use engram_metrics_core::{
    Counter, Family, Histogram, Label, LabelSet, Unit, UsePairs, label_enum, metric_set,
};

use super::inputs::accepted;
use super::population::Population;
use super::{DWELL_TICKS, DWELLS};
use crate::input::{Elapsed, Input, Reason, Rejection};

label_enum! {
    /// Where a memory is on its way to the slow store.
    pub enum State as "state" {
        Recent = "recent",
        Consolidating = "consolidating",
        Remote = "remote",
    }
}

label_enum! {
    /// Why a memory was replayed.
    pub enum Replay as "trigger" { Scheduled = "scheduled", Idle = "idle", Retrieval = "retrieval" }
}

/// The beginning or the end of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before a memory is made.
    New,
    /// In one of the three states.
    In(State),
    /// After it is gone.
    Forgotten,
}

impl Place {
    /// As the labels `from` and `to` name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::In(state) => <State as Label>::VALUES[state as usize],
            Self::Forgotten => "forgotten",
        }
    }
}

/// A step that a memory can make: an edge of the drawing above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// A memory is made.
    Encoded,
    /// From recent to consolidating.
    Started,
    /// From consolidating to remote.
    Completed,
    /// From remote back to consolidating: it was reactivated.
    Reopened,
    /// From consolidating back to recent.
    Abandoned,
    /// A memory is lost from this state.
    Lost(State),
}

impl Transition {
    /// All of them, in the order of their labels.
    const ALL: [Self; EDGES.len()] = [
        Self::Encoded,
        Self::Started,
        Self::Completed,
        Self::Reopened,
        Self::Abandoned,
        Self::Lost(State::Recent),
        Self::Lost(State::Consolidating),
        Self::Lost(State::Remote),
    ];

    /// The step between two places.
    ///
    /// # Errors
    /// [`Reason::IllegalTransition`] where the drawing has no edge.
    pub const fn between(from: Place, to: Place) -> Result<Self, Rejection> {
        Ok(match (from, to) {
            (Place::New, Place::In(State::Recent)) => Self::Encoded,
            (Place::In(State::Recent), Place::In(State::Consolidating)) => Self::Started,
            (Place::In(State::Consolidating), Place::In(State::Remote)) => Self::Completed,
            (Place::In(State::Remote), Place::In(State::Consolidating)) => Self::Reopened,
            (Place::In(State::Consolidating), Place::In(State::Recent)) => Self::Abandoned,
            (Place::In(state), Place::Forgotten) => Self::Lost(state),
            _ => return Err(Rejection::new(Reason::IllegalTransition)),
        })
    }

    /// The state that a memory leaves, and the one that it enters.
    #[must_use]
    pub const fn ends(self) -> (Option<State>, Option<State>) {
        match self {
            Self::Encoded => (None, Some(State::Recent)),
            Self::Started => (Some(State::Recent), Some(State::Consolidating)),
            Self::Completed => (Some(State::Consolidating), Some(State::Remote)),
            Self::Reopened => (Some(State::Remote), Some(State::Consolidating)),
            Self::Abandoned => (Some(State::Consolidating), Some(State::Recent)),
            Self::Lost(state) => (Some(state), None),
        }
    }
}

/// The two labels of each edge; other pairs have no series.
const EDGES: [[(&str, &str); 2]; 8] = [
    [("from", "new"), ("to", "recent")],
    [("from", "recent"), ("to", "consolidating")],
    [("from", "consolidating"), ("to", "remote")],
    [("from", "remote"), ("to", "consolidating")],
    [("from", "consolidating"), ("to", "recent")],
    [("from", "recent"), ("to", "forgotten")],
    [("from", "consolidating"), ("to", "forgotten")],
    [("from", "remote"), ("to", "forgotten")],
];

impl LabelSet for Transition {
    const COUNT: usize = EDGES.len();

    #[inline]
    fn index(self) -> usize {
        match self {
            Self::Encoded => 0,
            Self::Started => 1,
            Self::Completed => 2,
            Self::Reopened => 3,
            Self::Abandoned => 4,
            Self::Lost(state) => 5 + state as usize,
        }
    }

    fn pairs(index: usize, use_pairs: &mut UsePairs<'_>) {
        use_pairs(&EDGES[index]);
    }
}

metric_set! {
    /// States of memories.
    pub struct ConsolidationMetrics {
        /// Steps of memories from one state to another.
        pub transitions: Family<Transition, Counter> =
            "engram.consolidation.transitions", Unit::Count("{memory}");
        /// How long memories had been in the state that they left.
        pub dwell: Family<State, Histogram> =
            "engram.consolidation.state.duration", Unit::Seconds, Family::<State, Histogram>::with_layout(DWELLS);
        /// Memories by state.
        pub memories: Population = "engram.consolidation.memories", Unit::Count("{memory}");
        /// Memories replayed to the slow store.
        pub replays: Family<Replay, Counter> = "engram.consolidation.replays", Unit::Count("{replay}");
    }
}

/// States of the memories of this process.
pub static CONSOLIDATION: ConsolidationMetrics = ConsolidationMetrics::new();

impl ConsolidationMetrics {
    /// Records that a memory went from one place to another, having been in the first since `since`; both
    /// moments are seconds of one clock, which may be a simulated one.
    ///
    /// A step that the drawing does not have, and a clock that ran backwards, are counted as refused and
    /// change nothing else.
    #[inline]
    pub fn transition(&self, (from, to): (Place, Place), (since, now): (f64, f64)) {
        let Some(step) = accepted(Input::Transition, Transition::between(from, to)) else { return };
        if let Some(dwell) = accepted(Input::Dwell, Elapsed::between(since, now)) {
            self.record(step, dwell);
        }
    }

    /// Records a step that was checked before.
    #[inline]
    pub fn record(&self, step: Transition, dwell: Elapsed) {
        self.transitions.at(step).increment();
        let (left, entered) = step.ends();
        if let Some(state) = left {
            self.dwell.at(state).record_f64(dwell.seconds());
            self.memories.add(state, -1);
        }
        if let Some(state) = entered {
            self.memories.add(state, 1);
        }
    }

    /// Records steps that were checked before, each with whole seconds in the state before: counts and numbers of
    /// memories are added up first.
    pub fn record_all(&self, steps: impl Iterator<Item = (Transition, u64)>) {
        let mut counts = [0; EDGES.len()];
        for (step, seconds) in steps {
            counts[LabelSet::index(step)] += 1;
            if let Some(state) = step.ends().0 {
                self.dwell.at(state).record(seconds.saturating_mul(DWELL_TICKS));
            }
        }
        let steps = Transition::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        for (step, count) in steps {
            self.transitions.at(step).add(count);
            let (left, entered) = step.ends();
            left.into_iter().for_each(|state| self.memories.add(state, -count.cast_signed()));
            entered.into_iter().for_each(|state| self.memories.add(state, count.cast_signed()));
        }
    }

    /// Records that a memory was replayed.
    #[inline]
    pub fn replay(&self, trigger: Replay) {
        self.replays.at(trigger).increment();
    }
}
