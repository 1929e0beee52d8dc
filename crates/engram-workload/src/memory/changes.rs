//! What an operation changed besides what it was asked for.

use engram_cognitive::metrics::{CONSOLIDATION, Pressure, RECONSOLIDATION, Replay, Transition};

/// An episode went on, having been where it was for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From where to where.
    pub step: Transition,
    /// Simulated seconds in the state before.
    pub seconds: u64,
}

/// Everything that became of episodes in one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Episodes that went on.
    pub steps: Vec<Step>,
    /// Episodes replayed because it was time to.
    pub scheduled: u64,
    /// Episodes replayed because they were retrieved.
    pub retrieved: u64,
    /// How many more episodes can be changed than before.
    pub labile: i64,
    /// Whether who stores is told to wait, or to go on.
    pub pressure: Option<Pressure>,
}

impl Changes {
    /// Nothing, with the memory that it had.
    pub(super) fn clear(&mut self) {
        self.steps.clear();
        let steps = std::mem::take(&mut self.steps);
        *self = Self { steps, ..Self::default() };
    }

    /// The pressure was recorded where it changed: those who wait hear of it at once. Of most operations there is
    /// little else, and what did not change is not touched.
    pub(super) fn record(&self) {
        if !self.steps.is_empty() {
            CONSOLIDATION.record_all(self.steps.iter().map(|it| (it.step, it.seconds)));
        }
        let replays = [(Replay::Scheduled, self.scheduled), (Replay::Retrieval, self.retrieved)];
        for (trigger, count) in replays.into_iter().filter(|(_, count)| *count > 0) {
            CONSOLIDATION.replays.at(trigger).add(count);
        }
        if self.labile != 0 {
            RECONSOLIDATION.labile.add(self.labile);
        }
    }
}
