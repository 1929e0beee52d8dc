//! Threads that keep an engine busy and count what it returned.
//!
//! ```text
//!   worker ─┐  a tally for each batch           the calling thread
//!   worker ─┼──────────────── tallies ────────> adds them up
//!   worker ─┘  (an audited channel with a bound)
//! ```
//!
//! Between two batches a worker rests: it gives its scratch back to the engine and takes it again, so that workers
//! which come and go leave none behind. Its episodes are its own, and forgotten when it ends.

use std::panic::resume_unwind;

use engram_concurrency_audit::channel::{Open, Sender};
use engram_concurrency_audit::scope;

use crate::engine::{Engine, Scratch};
use crate::memory::{Cue, Memory};
use crate::query::held_out_query;
use crate::stop::StopFlag;
use crate::tally::Tally;
use crate::telemetry::METRICS;

#[cfg(test)]
mod tests;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct RunConfig {
    /// Worker threads.
    pub threads: usize,
    /// Decides what each worker does.
    pub seed: u64,
    /// Operations after which a worker ends; `None` to run until the flag is raised.
    pub operations_per_thread: Option<u64>,
}

/// Runs workers on `engine` until they are done or `stop` is raised; what they did, added up.
///
/// With a number of operations, results depend on the seeds alone: only durations differ between
/// runs.
///
/// # Panics
/// If a worker panicked, with its panic, when the others have ended.
pub fn run(engine: &Engine, config: RunConfig, stop: &StopFlag) -> Tally {
    let mut seeds = fastrand::Rng::with_seed(config.seed);
    let limit = config.operations_per_thread.unwrap_or(u64::MAX);
    let (tallies, received) = Open::named("workload.tallies").bounded(IN_FLIGHT);
    scope(|scope| {
        let start = |_| {
            let (worker, tallies) = (Worker::new(engine, seeds.u64(..)), tallies.clone());
            scope.spawn(move || report(worker, limit, stop, &tallies))
        };
        let workers: Vec<_> = (0..config.threads).map(start).collect();
        drop(tallies);
        let sum = received.iter().fold(Tally::default(), |sum, it| sum.merge(&it));
        workers.into_iter().for_each(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
        sum
    })
}

/// Works until so many operations are done or the flag is raised, and says after each batch what was done.
fn report(mut worker: Worker<'_>, limit: u64, stop: &StopFlag, tallies: &Sender<Tally>) {
    let mut left = limit;
    while left > 0 && !stop.is_raised() {
        let mut tally = Tally::default();
        worker.work(left.min(BATCH), stop, &mut tally);
        worker.rest();
        left -= tally.operations();
        // Who adds them up is there until the last worker has ended.
        let _ = tallies.send(tally);
    }
    let mut last = Tally::default();
    worker.end(&mut last);
    let _ = tallies.send(last);
}

/// Operations after which a worker rests and says what it did.
pub const BATCH: u64 = 256;

/// Experiences that are stored together.
const EXPERIENCES: usize = 4;

/// Tallies on their way, of all workers together.
const IN_FLIGHT: usize = 64;

/// One thread's share of a run, for who brings a thread of his own; [`run`] starts some.
///
/// ```
/// use engram_workload::{Engine, EngineConfig, StopFlag, Tally, Worker};
///
/// # fn main() -> Result<(), engram_workload::DataError> {
/// let engine = Engine::build(&EngineConfig::default(), &mut |_progress| {})?;
/// let (mut worker, mut tally) = (Worker::new(&engine, 7), Tally::default());
/// worker.work(100, &StopFlag::new(), &mut tally);
/// worker.end(&mut tally);
/// assert_eq!(tally.operations(), 100);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Worker<'e> {
    engine: &'e Engine,
    rng: fastrand::Rng,
    memory: Memory<'e>,
    /// `None` while it rests.
    scratch: Option<Scratch>,
    _present: Present,
}

/// What a worker has while it is at work.
struct Batch<'w, 'e> {
    engine: &'w Engine,
    rng: &'w mut fastrand::Rng,
    memory: &'w mut Memory<'e>,
    scratch: &'w mut Scratch,
    tally: &'w mut Tally,
}

impl<'e> Worker<'e> {
    /// A worker without experiences; the seed decides all that it will do.
    #[must_use]
    pub fn new(engine: &'e Engine, seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let memory = Memory::new(engine, rng.u64(..));
        Self { engine, rng, memory, scratch: None, _present: Present::enter() }
    }

    /// Does so many operations, fewer when the flag is raised, and adds what they came to. Operations and results are
    /// the same whatever pieces they are asked for in, with or without rests between them.
    pub fn work(&mut self, operations: u64, stop: &StopFlag, tally: &mut Tally) {
        let Self { engine, rng, memory, scratch, .. } = self;
        let scratch = scratch.get_or_insert_with(|| engine.scratch());
        let until = tally.operations().saturating_add(operations);
        let mut batch = Batch { engine, rng, memory, scratch, tally };
        while batch.tally.operations() < until && !stop.is_raised() {
            batch.operate();
        }
    }

    /// Gives the engine back what the next worker may go on with; takes it again at its next work. [`run`] has its
    /// workers rest every [`BATCH`] operations.
    pub fn rest(&mut self) {
        if let Some(scratch) = self.scratch.take() {
            self.engine.give_back(scratch);
        }
    }

    /// Rests for good: forgets what it lived through, and adds what that changed.
    pub fn end(mut self, tally: &mut Tally) {
        self.rest();
        tally.count_changes(&self.memory.end());
    }
}

impl Batch<'_, '_> {
    /// One operation of the mix: of a hundred 75 searches, 13 recalls, 4 batches of experiences, 4 completions,
    /// 2 revisions, a night and a canary.
    fn operate(&mut self) {
        match self.rng.u8(..100) {
            0..75 => self.search(),
            75..88 => self.recall(),
            88..92 => self.store(),
            92..96 => self.complete(),
            96..98 => self.revise(),
            98 => self.tally.count_sleep(&self.memory.sleep()),
            _ => self.canary(),
        }
    }

    fn search(&mut self) {
        let query = held_out_query(self.engine.index().vectors(), self.rng.u64(..));
        self.tally.count_search(&self.engine.search(&query, self.scratch));
    }

    fn canary(&mut self) {
        let query = held_out_query(self.engine.index().vectors(), self.rng.u64(..));
        self.tally.count_canary(&self.engine.canary(&query, self.scratch));
    }

    fn recall(&mut self) {
        let list = self.rng.usize(..self.engine.lists().len());
        let seed = self.rng.u64(..);
        self.tally.count_recall(&self.engine.recall(list, seed, self.scratch));
    }

    fn store(&mut self) {
        let words: [u32; EXPERIENCES] = std::array::from_fn(|_| self.any_word());
        self.tally.count_store(&self.memory.store(&words));
    }

    /// A part of something, most often of what was experienced; of one in eight nobody knows what it was.
    fn complete(&mut self) {
        let word = if self.rng.u8(..4) == 0 { self.any_word() } else { self.known_word() };
        let vector = &self.engine.index().vectors()[word as usize];
        let cue = Cue::part_of(word, vector, self.rng.u64(..));
        let cue = if self.rng.u8(..8) == 0 { cue.unknown() } else { cue };
        self.tally.count_completion(&self.memory.complete(&cue, self.scratch));
    }

    /// A suggestion about what was just brought back, or about anything.
    fn revise(&mut self) {
        let place = match self.memory.last_reactivated() {
            Some(place) if self.rng.bool() => place,
            _ if self.memory.is_empty() => return self.store(),
            _ => self.rng.usize(..self.memory.len()),
        };
        let word = match self.rng.u8(..3) {
            0 => self.memory.word(place).unwrap_or_default(),
            1 => self.near_word(place),
            _ => self.any_word(),
        };
        self.tally.count_revision(&self.memory.revise(place, word));
    }

    fn any_word(&mut self) -> u32 {
        self.rng.u32(..self.engine.vocabulary().len() as u32)
    }

    fn known_word(&mut self) -> u32 {
        let place = self.rng.usize(..self.memory.len().max(1));
        self.memory.word(place).unwrap_or_default()
    }

    /// A word like the one of an episode: one that it is linked to in the index.
    fn near_word(&self, place: usize) -> u32 {
        let word = self.memory.word(place).unwrap_or_default();
        self.engine.index().linked(word).first().copied().unwrap_or(word)
    }
}

/// Counted as a worker while it exists, even if the work panics.
#[derive(Debug)]
struct Present;

impl Present {
    fn enter() -> Self {
        METRICS.workers.add(1);
        Self
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        METRICS.workers.add(-1);
    }
}
