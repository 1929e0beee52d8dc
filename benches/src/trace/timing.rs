//! Times batches that are smaller than a ring, and drains in between.

use std::time::{Duration, Instant};

use crate::allocations;
use crate::harness::{Outcome, chunk};

/// Events of a batch: far fewer than a time slice takes, and a quarter of a ring.
pub(super) const BATCH: u32 = 2048;

/// Events that everybody's ring has room for: more than two threads' batches, and their first events.
pub(super) const ROOM: usize = 4 * BATCH as usize;

/// Batches of which the median is shown.
const ROUNDS: usize = 400;

/// One way to tell of an event.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) operation: &'static str,
    /// Threads that do it at the same time: one, and as many as this.
    pub(super) threads: usize,
    /// Makes room, or takes it away; before each batch, not timed.
    pub(super) prepare: Box<dyn Fn() + Sync>,
    /// Does it so many times.
    pub(super) run: Box<dyn Fn(u32) + Sync>,
}

/// A contender with a number of threads.
struct Row<'a> {
    contender: &'a Contender,
    threads: usize,
    samples: Vec<f64>,
}

/// Times every contender.
pub(super) fn measure(contenders: &[Contender]) -> Vec<Outcome> {
    let rows = contenders.iter().flat_map(|it| (1..=it.threads).map(move |threads| (it, threads)));
    let mut rows: Vec<_> =
        rows.map(|(contender, threads)| Row { contender, threads, samples: Vec::new() }).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..ROUNDS {
        random.shuffle(&mut order);
        order.iter().for_each(|at| rows[*at].sample());
    }
    rows.into_iter().map(Row::outcome).collect()
}

impl Row<'_> {
    fn sample(&mut self) {
        let Contender { prepare, run, .. } = self.contender;
        prepare();
        if self.threads == 1 {
            // Brings the own data back into the caches.
            run(16);
            prepare();
            self.samples.push(time(run).as_nanos() as f64 / f64::from(BATCH));
            return;
        }
        // Each on a processor of its own; only where they ran side by side.
        let sample = chunk::time(&**run, 2, BATCH);
        if sample.is_undisturbed {
            self.samples.push(sample.ns);
        }
    }

    fn outcome(mut self) -> Outcome {
        let Contender { name, operation, prepare, run, .. } = self.contender;
        prepare();
        let before = allocations::count();
        run(BATCH);
        let allocated = allocations::count() - before;
        self.samples.sort_by(f64::total_cmp);
        Outcome {
            name,
            operation,
            threads: self.threads,
            median_ns: self.samples.get(self.samples.len() / 2).copied().unwrap_or(f64::NAN),
            p99_ns: None,
            allocations: Some(allocated as f64 / f64::from(BATCH)),
            peak_bytes: 0,
        }
    }
}

fn time(run: &(dyn Fn(u32) + Sync)) -> Duration {
    let started = Instant::now();
    run(BATCH);
    started.elapsed()
}
