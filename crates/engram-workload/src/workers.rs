//! Threads that keep an engine busy and count what it returned.

use std::panic::resume_unwind;

use crate::engine::{Engine, Scratch};
use crate::query::held_out_query;
use crate::stop::StopFlag;
use crate::sync::thread;
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
    thread::scope(|scope| {
        let start = |_| {
            let worker = Worker::new(engine, seeds.u64(..));
            scope.spawn(move || worker.work(limit, stop))
        };
        let workers: Vec<_> = (0..config.threads).map(start).collect();
        let tallies =
            workers.into_iter().map(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
        tallies.fold(Tally::default(), |sum, it| sum.merge(&it))
    })
}

/// One thread's share of a run.
struct Worker<'e> {
    engine: &'e Engine,
    rng: fastrand::Rng,
    scratch: Scratch,
    tally: Tally,
}

impl<'e> Worker<'e> {
    fn new(engine: &'e Engine, seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        Self { engine, rng, scratch: engine.scratch(), tally: Tally::default() }
    }

    fn work(mut self, limit: u64, stop: &StopFlag) -> Tally {
        let _present = Present::enter();
        while self.tally.operations() < limit && !stop.is_raised() {
            self.operate();
        }
        self.tally
    }

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
