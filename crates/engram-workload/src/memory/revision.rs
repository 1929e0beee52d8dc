//! Changing a memory, which can be done for six hours after it was brought back.

use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{
    BATCH, RECONSOLIDATION, ReconsolidationMetrics, ReconsolidationOutcome,
};

use super::{Changes, HOUR, Memory};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::kernel::Kernel;
use crate::telemetry::{METRICS, Operation, kernel_operations};
use crate::vector::{DIMENSIONS, Vector};

/// How much of a trace a change replaces.
const REPLACED: f32 = 0.3;

/// What is less similar to a memory than this contradicts it, and does not change it.
const COMPATIBLE: f32 = 0.2;

/// What became of an attempt to change a memory.
#[derive(Clone, Copy, Debug)]
pub struct Revised<'m> {
    /// What became of it.
    pub outcome: ReconsolidationOutcome,
    /// Simulated seconds since the memory was brought back, if it was.
    pub elapsed: Option<u64>,
    /// How much of the memory was replaced, if it was changed.
    pub replaced: Option<f64>,
    /// Similarities that were measured.
    pub comparisons: u64,
    /// What measured them.
    pub kernel: Kernel,
    /// What else changed.
    pub changes: &'m Changes,
}

impl Memory<'_> {
    /// Suggests to the memory at `place` that it was of `word`. Told its own word, it becomes what it was; told
    /// another one, it takes over some of it, unless the two have nothing in common.
    ///
    /// Allocates nothing.
    ///
    /// # Panics
    /// If there is no such memory or no such word.
    pub fn revise(&mut self, place: usize, word: u32) -> Revised<'_> {
        self.begin(HOUR);
        let since = self.episodes[place].reactivated;
        let refusal = ReconsolidationMetrics::refusal(since.map(|it| it as f64), self.now as f64);
        let mut comparisons = 0;
        let outcome = refusal.unwrap_or_else(|| {
            comparisons = 1;
            self.change(place, word)
        });
        let replaced = (outcome == ReconsolidationOutcome::Updated).then_some(f64::from(REPLACED));
        let revised = Revised {
            outcome,
            elapsed: since.map(|since| self.now - since),
            replaced,
            comparisons,
            kernel: self.engine.index().kernel(),
            changes: &self.changes,
        };
        revised.record();
        revised
    }

    /// Changes a memory that can be changed, and closes its window.
    fn change(&mut self, place: usize, word: u32) -> ReconsolidationOutcome {
        let vector = &self.engine.index().vectors()[word as usize];
        let kernel = self.engine.index().kernel();
        let episode = &mut self.episodes[place];
        let similarity = episode.trace.cosine_by(kernel, vector);
        if similarity < COMPATIBLE {
            return ReconsolidationOutcome::Conflict;
        }
        self.changes.labile -= i64::from(std::mem::take(&mut episode.is_labile));
        episode.reactivated = None;
        if word == episode.word {
            episode.trace = *vector;
            return ReconsolidationOutcome::Restored;
        }
        episode.trace = mix(&episode.trace, vector);
        ReconsolidationOutcome::Updated
    }
}

/// The direction between two, nearer to the first.
fn mix(old: &Vector, new: &Vector) -> Vector {
    let (old, new) = (old.unit(), new.unit());
    let direction: [f32; DIMENSIONS] =
        std::array::from_fn(|at| (1.0 - REPLACED) * old[at] + REPLACED * new[at]);
    Vector::quantise(&direction)
}

impl Revised<'_> {
    fn record(&self) {
        METRICS.operations.at(Operation::Revise).increment();
        let elapsed = self.elapsed.map(|it| it as f64);
        match elapsed {
            Some(elapsed) => RECONSOLIDATION.attempt(self.outcome, 0.0, elapsed),
            None => RECONSOLIDATION.not_reactivated(),
        }
        if let Some(share) = self.replaced {
            RECONSOLIDATION.updated(share);
        }
        BATCH.kernel.at(kernel_operations(self.kernel)).add(self.comparisons);
        self.changes.record();
        let elapsed = elapsed.map_or(f32::NAN, |it| it as f32);
        let happening = Happening::Reconsolidation(self.outcome, elapsed);
        EVENTS.record(MemoryEvent::new((happening, f32::INFINITY), Context::next(), 0));
    }
}
