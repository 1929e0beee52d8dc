//! Studying a list and recalling it.

use super::{Engine, Scratch};
use crate::drm::LIST_WORDS;
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::recall::{RecallModel, Recalled, Study};
use crate::telemetry::{LureOutcome, METRICS, Operation, WordOutcome};

/// What was recalled, and what it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecallOutcome {
    /// Which list was studied.
    pub list: usize,
    /// What came back of it, and the activation that spread.
    pub recalled: Recalled,
    /// Time of the trial, in ticks of 2^-30 s.
    pub duration_ticks: u64,
}

impl Engine {
    /// Studies a list and recalls it, with the chances of `seed`.
    ///
    /// Takes a microsecond and allocates nothing once `scratch` has grown.
    ///
    /// # Panics
    /// If there is no such list.
    pub fn recall(&self, list: usize, seed: u64, scratch: &mut Scratch) -> RecallOutcome {
        let started = (self.clock)();
        let (associations, studied) = (&self.associations, &self.lists[list]);
        let study = Study { associations, list: studied, words: LIST_WORDS };
        let recalled = RecallModel::CALIBRATED.trial(&study, seed, &mut scratch.spreading);
        let outcome = RecallOutcome { list, recalled, duration_ticks: self.ticks_since(started) };
        outcome.record();
        outcome
    }
}

impl RecallOutcome {
    fn record(&self) {
        let Recalled { words, lure, visited, edges } = self.recalled;
        let remembered = u64::from(words.count());
        let lure = if lure { LureOutcome::FalseMemory } else { LureOutcome::CorrectRejection };
        METRICS.operations.at(Operation::Recall).increment();
        let share = remembered as f32 / LIST_WORDS as f32;
        let (context, ticks) = (Context::next(), self.duration_ticks);
        let event = MemoryEvent::recall(context, ticks, share, [visited, edges]);
        let (trace, span) = context.ids_if(EVENTS.record(event));
        METRICS.recall_duration.record_with_exemplar(ticks, trace, span);
        METRICS.lists_studied.increment();
        METRICS.words.at(WordOutcome::Recalled).add(remembered);
        METRICS.words.at(WordOutcome::Forgotten).add(LIST_WORDS as u64 - remembered);
        METRICS.lure_trials.at(lure).increment();
        METRICS.spreading_visited.add(visited.into());
        METRICS.spreading_edges.add(edges.into());
    }
}
