//! One batch after the other.

use std::time::{Duration, Instant};

use super::together;
use crate::twins::PROBE;

/// How long a batch takes; one of two threads takes longer, because they have to meet first.
const BATCH: Duration = Duration::from_micros(8);
const CONTENDED_BATCH: Duration = Duration::from_micros(200);

/// Operations of a batch for the tails: the clock ticks in steps that are longer than one operation.
const FEW: u64 = 64;

/// Empty batches, for what reading the clock takes.
const EMPTY: usize = 1_001;

/// What is printed of two batches.
#[derive(Debug)]
pub(crate) struct Line {
    /// Nanoseconds per operation.
    pub(crate) twin: f64,
    pub(crate) subject: f64,
    /// How long the core took for a lot of work at once, in what it took for work one after the other;
    /// before or after, whichever was worse.
    pub(crate) core: f64,
}

/// How long an operation takes so many times.
type Clock = fn(fn(u64), u64) -> Duration;

/// Two operations, and how they are timed.
#[derive(Debug)]
pub(crate) struct Batches {
    clock: Clock,
    /// The twin and the subject, with the operations of a batch.
    pair: [(fn(u64), u64); 2],
    /// What is not the operation's, in nanoseconds a batch.
    offset: f64,
    count: usize,
    seed: u64,
}

impl Batches {
    /// `None` where there is no such kind.
    pub(crate) fn new(kind: &str, pair: [fn(u64); 2], (count, seed): (usize, u64)) -> Option<Self> {
        let (clock, batch) = match kind {
            "pairs" => (alone as Clock, Some(BATCH)),
            "tails" => (alone as Clock, None),
            "contended" => (together::time as Clock, Some(CONTENDED_BATCH)),
            _ => return None,
        };
        let times = |run| batch.map_or(FEW, |batch| calibrate(clock, run, batch));
        let offset = if batch.is_none() { empty() } else { 0.0 };
        Some(Self { clock, pair: pair.map(|run| (run, times(run))), offset, count, seed })
    }

    /// Calls `emit` with one line after the other.
    pub(crate) fn time(&self, emit: impl FnMut(Line)) {
        let mut random = fastrand::Rng::with_seed(self.seed);
        let probe = PROBE.map(|it| (it.run, calibrate(alone, it.run, BATCH)));
        // Printing in between would cool the caches.
        let lines: Vec<_> = (0..self.count).map(|_| self.line(probe, random.bool())).collect();
        lines.into_iter().for_each(emit);
    }

    fn line(&self, probe: [(fn(u64), u64); 2], is_twin_first: bool) -> Line {
        let [twin, subject] = self.pair;
        let before = share(probe);
        let (twin, subject) = if is_twin_first {
            let twin = self.batch(twin);
            (twin, self.batch(subject))
        } else {
            let subject = self.batch(subject);
            (self.batch(twin), subject)
        };
        Line { twin, subject, core: before.max(share(probe)) }
    }

    fn batch(&self, (run, times): (fn(u64), u64)) -> f64 {
        per_operation((self.clock)(run, times), times) - self.offset / times as f64
    }
}

/// How long the first takes, in the time of the second.
fn share(probe: [(fn(u64), u64); 2]) -> f64 {
    let [wide, chain] = probe.map(|(run, times)| per_operation(alone(run, times), times));
    wide / chain
}

fn per_operation(took: Duration, times: u64) -> f64 {
    took.as_nanos() as f64 / times as f64
}

fn alone(run: fn(u64), times: u64) -> Duration {
    let started = Instant::now();
    run(times);
    started.elapsed()
}

/// How many operations make up a batch: at least one. Warms caches, and makes what is made once.
fn calibrate(clock: Clock, run: fn(u64), batch: Duration) -> u64 {
    let mut times = 1_u64;
    loop {
        // The least of some tries: an interrupt would make a batch far too short.
        let took = (0..5).map(|_| clock(run, times)).min().unwrap_or_default();
        if took >= batch / 2 || times > u64::MAX / 2 {
            let share = batch.as_nanos() as f64 / took.as_nanos() as f64;
            return ((times as f64 * share) as u64).max(1);
        }
        times *= 2;
    }
}

/// The median of what an empty batch takes.
fn empty() -> f64 {
    let mut all: Vec<_> = (0..EMPTY).map(|_| alone(|_| (), FEW)).collect();
    all.sort_unstable();
    all[EMPTY / 2].as_nanos() as f64
}
