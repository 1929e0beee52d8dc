//! Threads that keep an engine busy and count what it returned.
//!
//! ```text
//!   worker ─┐  a tally for each batch           the calling thread
//!   worker ─┼──────────────── tallies ────────> adds them up
//!   worker ─┘  (an audited channel with a bound)
//! ```
//!
//! Between two batches a worker gives its memory back to the engine and takes it again, so that workers which come
//! and go leave none behind.

use std::panic::resume_unwind;

use engram_concurrency_audit::channel::{Open, Sender};
use engram_concurrency_audit::scope;

use crate::engine::{Engine, Scratch};
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
            let worker = Worker::new(engine, seeds.u64(..), tallies.clone());
            scope.spawn(move || worker.work(limit, stop))
        };
        let workers: Vec<_> = (0..config.threads).map(start).collect();
        drop(tallies);
        let sum = received.iter().fold(Tally::default(), |sum, it| sum.merge(&it));
        workers.into_iter().for_each(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
        sum
    })
}

/// Operations of a batch.
const BATCH: u64 = 256;

/// Tallies on their way, of all workers together.
const IN_FLIGHT: usize = 64;

/// One thread's share of a run.
struct Worker<'e> {
    engine: &'e Engine,
    rng: fastrand::Rng,
    tallies: Sender<Tally>,
}

/// What a worker has while it is at a batch.
struct Batch<'w> {
    engine: &'w Engine,
    rng: &'w mut fastrand::Rng,
    scratch: Scratch,
    tally: Tally,
}

impl<'e> Worker<'e> {
    fn new(engine: &'e Engine, seed: u64, tallies: Sender<Tally>) -> Self {
        Self { engine, rng: fastrand::Rng::with_seed(seed), tallies }
    }

    fn work(mut self, limit: u64, stop: &StopFlag) {
        let _present = Present::enter();
        let mut left = limit;
        while left > 0 && !stop.is_raised() {
            let tally = self.batch(left.min(BATCH), stop);
            left -= tally.operations();
            // Who adds them up is there until the last worker has ended.
            let _ = self.tallies.send(tally);
        }
    }

    /// At most so many operations; fewer when the flag is raised.
    fn batch(&mut self, most: u64, stop: &StopFlag) -> Tally {
        let Self { engine, rng, .. } = self;
        let (scratch, tally) = (engine.scratch(), Tally::default());
        let mut batch = Batch { engine, rng, scratch, tally };
        while batch.tally.operations() < most && !stop.is_raised() {
            batch.operate();
        }
        let Batch { scratch, tally, .. } = batch;
        engine.give_back(scratch);
        tally
    }
}

impl Batch<'_> {
    /// One operation of the mix: of a hundred 80 searches, 19 recalls and one canary.
    fn operate(&mut self) {
        let Self { engine, rng, scratch, tally } = self;
        match rng.u8(..100) {
            0..80 => {
                let query = held_out_query(engine.index().vectors(), rng.u64(..));
                tally.count_search(&engine.search(&query, scratch));
            }
            80..99 => {
                let list = rng.usize(..engine.lists().len());
                tally.count_recall(&engine.recall(list, rng.u64(..), scratch));
            }
            _ => {
                let query = held_out_query(engine.index().vectors(), rng.u64(..));
                tally.count_canary(&engine.canary(&query, scratch));
            }
        }
    }
}

/// Counted as a worker while it exists, even if the work panics.
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
