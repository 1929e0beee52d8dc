//! What happens in a memory, one event at a time: the vocabulary for whoever traces.
//!
//! Metrics say how often and how long; an event says which. A [`Happening`] is plain data of a few bytes, without
//! a time or an identity: those belong to the tracer that carries it. Names of kinds and fields are those of
//! metrics and labels, so that one leads to the other.

use engram_metrics_core::{Label, label_enum};

use crate::input::{Input, Reason};
use crate::metrics::{
    CompletionOutcome, LureOutcome, Place, ReconsolidationOutcome, State, System, Transition,
};

#[cfg(test)]
mod tests;

/// Counts when the meaning of a kind or a field changes: whoever reads old events can tell.
pub const VOCABULARY: u32 = 1;

label_enum! {
    /// What kind of thing happened.
    pub enum EventKind as "kind" {
        Search = "search",
        Recall = "recall",
        Spread = "spread",
        Lure = "false_memory_trial",
        Completion = "pattern_completion",
        Contribution = "cls_contribution",
        Transition = "consolidation_transition",
        Reconsolidation = "reconsolidation",
        Batch = "batch",
        Rejected = "rejected_input",
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happening {
    /// An index was searched.
    Search {
        /// Nodes whose links were followed.
        hops: u32,
        /// Distances computed.
        evaluations: u32,
    },
    /// A studied list was recalled.
    Recall {
        /// Words that held activation.
        visited: u32,
        /// Associations followed.
        edges: u32,
    },
    /// Activation spread.
    Spread {
        /// Waves that followed an edge.
        depth: u32,
        /// Nodes that held activation.
        visited: u32,
    },
    /// Something was suggested that was not there.
    Lure(LureOutcome),
    /// A pattern was completed.
    Completion(System, CompletionOutcome),
    /// Two systems contributed to a retrieval, this share of it hippocampal.
    Contribution(State, f32),
    /// A memory went from one state to another, after so many seconds.
    Transition(Transition, f32),
    /// Somebody tried to change a memory, so many seconds after it was reactivated.
    Reconsolidation(ReconsolidationOutcome, f32),
    /// Operations came in a batch.
    Batch {
        /// Those that were done.
        done: u32,
        /// Those that were refused.
        refused: u32,
    },
    /// A number had no place in a metric.
    Rejected(Input, Reason),
}

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// A number of something.
    Unsigned(u64),
    /// A measure.
    Float(f64),
    /// A label.
    Text(&'static str),
}

impl Happening {
    /// What kind of thing happened.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Search { .. } => EventKind::Search,
            Self::Recall { .. } => EventKind::Recall,
            Self::Spread { .. } => EventKind::Spread,
            Self::Lure(_) => EventKind::Lure,
            Self::Completion(..) => EventKind::Completion,
            Self::Contribution(..) => EventKind::Contribution,
            Self::Transition(..) => EventKind::Transition,
            Self::Reconsolidation(..) => EventKind::Reconsolidation,
            Self::Batch { .. } => EventKind::Batch,
            Self::Rejected(..) => EventKind::Rejected,
        }
    }

    /// Shows the rest, name by name.
    pub fn fields(&self, see: &mut dyn FnMut(&'static str, FieldValue)) {
        let (first, second) = self.pairs();
        see(first.0, first.1);
        if let Some((name, value)) = second {
            see(name, value);
        }
    }

    fn pairs(&self) -> (Pair, Option<Pair>) {
        let count = |name, count: u32| (name, FieldValue::Unsigned(count.into()));
        let measure = |name, value: f32| (name, FieldValue::Float(value.into()));
        match *self {
            Self::Search { hops, evaluations } => {
                (count("hops", hops), Some(count("evaluations", evaluations)))
            }
            Self::Recall { visited, edges } => {
                (count("visited", visited), Some(count("edges", edges)))
            }
            Self::Spread { depth, visited } => {
                (count("depth", depth), Some(count("visited", visited)))
            }
            Self::Lure(outcome) => (text(outcome), None),
            Self::Completion(system, outcome) => (text(system), Some(text(outcome))),
            Self::Contribution(state, share) => {
                (text(state), Some(measure("hippocampal_weight", share)))
            }
            Self::Transition(step, seconds) => {
                let (_, to) = step.ends();
                let to = to.map_or(Place::Forgotten, Place::In);
                (("to", FieldValue::Text(to.name())), Some(measure("state_duration", seconds)))
            }
            Self::Reconsolidation(outcome, seconds) => {
                (text(outcome), Some(measure("elapsed", seconds)))
            }
            Self::Batch { done, refused } => (count("done", done), Some(count("refused", refused))),
            Self::Rejected(input, reason) => (text(input), Some(text(reason))),
        }
    }
}

/// A field and its value.
type Pair = (&'static str, FieldValue);

fn text<L: Label>(label: L) -> Pair {
    (L::KEY, FieldValue::Text(L::VALUES[label.index()]))
}
