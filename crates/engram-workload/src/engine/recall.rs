//! Studying a list and recalling it.

use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{
    self as memory, FALSE_MEMORY, ItemOutcome, Paradigm, SPREADING, SpreadOutcome,
};
use engram_metrics_core::Stamp;

use super::{Engine, Scratch};
use crate::drm::LIST_WORDS;
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::recall::{RecallModel, Recalled, Spread, Study};
use crate::telemetry::{LureOutcome, METRICS, Operation, WordOutcome, seconds};

/// What was recalled, and what it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecallOutcome {
    /// Which list was studied.
    pub list: usize,
    /// What came back of it, and the activation that spread.
    pub recalled: Recalled,
    /// Share of all words that held activation.
    pub coverage: f64,
    /// Time of the trial, in ticks of 2^-30 s.
    pub duration_ticks: u64,
}

impl Engine {
    /// Studies a list and recalls it, with the chances of `seed`. Nearly all of its time is the spread's.
    ///
    /// Takes a microsecond and allocates nothing once `scratch` has grown.
    ///
    /// # Panics
    /// If there is no such list.
    pub fn recall(&self, list: usize, seed: u64, scratch: &mut Scratch) -> RecallOutcome {
        let started = self.now();
        let (associations, studied) = (&self.associations, &self.lists[list]);
        let study = Study { associations, list: studied, words: LIST_WORDS };
        let recalled = RecallModel::CALIBRATED.trial(&study, seed, &mut scratch.spreading);
        let (ended, duration_ticks) = self.since(started);
        let coverage = f64::from(recalled.spread.visited) / associations.words() as f64;
        let outcome = RecallOutcome { list, recalled, coverage, duration_ticks };
        outcome.record(ended);
        outcome
    }
}

impl RecallOutcome {
    fn record(&self, ended: Stamp) {
        let Recalled { words, lure, spread, .. } = self.recalled;
        let Spread { visited, edges, .. } = spread;
        let remembered = u64::from(words.count());
        let lure = if lure { LureOutcome::FalseMemory } else { LureOutcome::CorrectRejection };
        METRICS.operations.at(Operation::Recall).increment();
        let share = remembered as f32 / LIST_WORDS as f32;
        let (context, ticks) = (Context::next(), self.duration_ticks);
        let event = MemoryEvent::new((Happening::Recall { visited, edges }, share), context, ticks);
        let (trace, span) = context.ids_if(EVENTS.record_at(ended, event));
        METRICS.recall_duration.record_with_exemplar(ticks, trace, span);
        METRICS.lists_studied.increment();
        METRICS.words.at(WordOutcome::Recalled).add(remembered);
        METRICS.words.at(WordOutcome::Forgotten).add(LIST_WORDS as u64 - remembered);
        METRICS.lure_trials.at(lure).increment();
        METRICS.spreading_visited.add(visited.into());
        METRICS.spreading_edges.add(edges.into());
        self.record_memory(remembered);
        self.record_spread();
    }

    /// What the paradigm asks for.
    fn record_memory(&self, remembered: u64) {
        use memory::LureOutcome::{CorrectRejection, FalseMemory};

        let lure = if self.recalled.lure { FalseMemory } else { CorrectRejection };
        FALSE_MEMORY.lure(Paradigm::DrmRecall, lure, self.recalled.confidence);
        FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Hit, remembered);
        let missed = LIST_WORDS as u64 - remembered;
        FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Miss, missed);
    }

    fn record_spread(&self) {
        let Spread { visited, edges, depth, expanded, mass, is_cut } = self.recalled.spread;
        let outcome = if is_cut { SpreadOutcome::DepthLimit } else { SpreadOutcome::Converged };
        SPREADING.record(&memory::Spread {
            outcome,
            depth,
            visited,
            expanded,
            edges,
            coverage: self.coverage,
            mass,
            seconds: seconds(self.duration_ticks),
        });
    }
}
