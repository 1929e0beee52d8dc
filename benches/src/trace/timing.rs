//! Times batches that are smaller than a ring, and drains in between.

use std::time::{Duration, Instant};

use crate::allocations;
use crate::harness::chunk::{self, Sample};
use crate::harness::{Outcome, median};

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
    /// Where the way to another thread is timed as well: comes back when that thread has so many.
    pub(super) take: Option<Box<dyn Fn(u32) + Sync>>,
}

impl Contender {
    /// One that works in one thread, after nothing.
    pub(super) fn alone(
        (name, operation): (&'static str, &'static str),
        run: impl Fn(u32) + Sync + 'static,
    ) -> Self {
        let prepare = Box::new(|| ());
        Self { name, operation, threads: 1, prepare, run: Box::new(run), take: None }
    }

    /// One that works in one thread or two.
    pub(super) fn shared(
        name: (&'static str, &'static str),
        run: impl Fn(u32) + Sync + 'static,
    ) -> Self {
        Self { threads: 2, ..Self::alone(name, run) }
    }

    /// The same, with something before each batch.
    pub(super) fn after(self, prepare: impl Fn() + Sync + 'static) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }

    /// The same, timed until another thread has everything.
    pub(super) fn until(self, take: impl Fn(u32) + Sync + 'static) -> Self {
        Self { threads: 1, take: Some(Box::new(take)), ..self }
    }
}

/// Calls `take` until it has returned so many in all; where there is nothing, pauses, so that looking does not slow
/// down the one who makes.
pub(super) fn take_all(times: u32, mut take: impl FnMut() -> usize) {
    let mut left = times as usize;
    while left > 0 {
        match take() {
            0 => (0..PAUSES).for_each(|_| std::hint::spin_loop()),
            taken => left = left.saturating_sub(taken),
        }
    }
}

/// About a microsecond.
const PAUSES: u32 = 64;

/// A contender with a number of threads.
struct Row<'a> {
    contender: &'a Contender,
    threads: usize,
    samples: Vec<Sample>,
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
        let Contender { prepare, run, take, .. } = self.contender;
        prepare();
        if let Some(take) = take {
            self.samples.push(chunk::relay(&**run, &**take, BATCH));
            return;
        }
        if self.threads == 1 {
            // Brings the own data back into the caches.
            run(16);
            prepare();
            let ns = time(run).as_nanos() as f64 / f64::from(BATCH);
            self.samples.push(Sample { ns, is_undisturbed: true });
            return;
        }
        // Each on a processor of its own.
        self.samples.push(chunk::time(&**run, 2, BATCH));
    }

    fn outcome(self) -> Outcome {
        let Contender { name, operation, prepare, run, take, .. } = self.contender;
        prepare();
        let before = allocations::count();
        run(BATCH);
        let allocated = allocations::count() - before;
        Outcome {
            name,
            operation,
            threads: self.threads,
            median_ns: median(&self.samples),
            p99_ns: None,
            // Of both threads together nobody asks.
            allocations: take.is_none().then(|| allocated as f64 / f64::from(BATCH)),
            peak_bytes: 0,
        }
    }
}

fn time(run: &(dyn Fn(u32) + Sync)) -> Duration {
    let started = Instant::now();
    run(BATCH);
    started.elapsed()
}
