//! Storing experiences, a batch at a time.

use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{BATCH, BatchOperation, Pressure, Transition};
use engram_metrics_core::Stamp;

use super::episode::Episode;
use super::{BACKLOG_HIGH, CAPACITY, Changes, HOUR, Memory, Step};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::telemetry::{METRICS, Operation, seconds};
use crate::vector::{DIMENSIONS, Vector};

/// How far a trace strays from what was experienced, per component of a unit vector.
const NOISE: f32 = 0.03;

/// What became of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'m> {
    /// Experiences that are episodes now.
    pub done: u64,
    /// Those of words that the engine does not have.
    pub failed: u64,
    /// Those that were not taken, because too much waits to be consolidated.
    pub refused: u64,
    /// What else changed.
    pub changes: &'m Changes,
    /// Time of the batch, in ticks of 2^-30 s.
    pub duration_ticks: u64,
}

impl Memory<'_> {
    /// Stores experiences of words. Under pressure all of them are refused.
    ///
    /// Takes half a microsecond for each, and allocates nothing once the memory has seen as much.
    pub fn store(&mut self, words: &[u32]) -> Stored<'_> {
        let started = self.engine.now();
        self.begin(HOUR);
        let [mut done, mut failed, mut refused] = [0; 3];
        for word in words {
            match self.engine.index().vectors().get(*word as usize) {
                None => failed += 1,
                Some(_) if self.is_pressed => refused += 1,
                Some(vector) => {
                    self.experience(*word, vector);
                    done += 1;
                }
            }
        }
        if !self.is_pressed && self.backlog() >= BACKLOG_HIGH {
            self.press(Pressure::On);
        }
        let (ended, duration_ticks) = self.engine.since(started);
        let stored = Stored { done, failed, refused, changes: &self.changes, duration_ticks };
        stored.record(ended);
        stored
    }

    fn experience(&mut self, word: u32, vector: &Vector) {
        if self.episodes.len() == CAPACITY {
            self.forget_weakest();
        }
        let whole = vector.unit();
        let rng = &mut self.rng;
        let direction: [f32; DIMENSIONS] =
            std::array::from_fn(|at| whole[at] + NOISE * (2.0 * rng.f32() - 1.0));
        self.episodes.push(Episode::new((word, Vector::quantise(&direction)), self.now));
        self.changes.steps.push(Step { step: Transition::Encoded, seconds: 0 });
    }

    fn forget_weakest(&mut self) {
        let strength = |place: &usize| self.episodes[*place].stores.strength();
        let places = 0..self.episodes.len();
        let weakest = places.min_by(|one, other| strength(one).total_cmp(&strength(other)));
        if let Some(place) = weakest {
            self.forget(place);
        }
    }
}

impl Stored<'_> {
    fn record(&self, ended: Stamp) {
        let Self { done, failed, refused, changes, duration_ticks } = *self;
        METRICS.operations.at(Operation::Store).increment();
        BATCH.record(BatchOperation::Store, [done, failed, refused], seconds(duration_ticks));
        changes.record();
        let happening = Happening::Batch { done: done as u32, refused: refused as u32 };
        let share = done as f32 / (done + failed + refused).max(1) as f32;
        let event = MemoryEvent::new((happening, share), Context::next(), duration_ticks);
        EVENTS.record_at(ended, event);
    }
}
