//! Two threads that want the same lock again and again: how long one of two, and one of a hundred, waits.
//!
//! Whether the two meet depends on what else the machine does; only the order of magnitude says anything.

use std::time::{Duration, Instant};

use super::lock::{Lock, each_lock};
use crate::harness::{self, Outcome};

/// What half of the acquisitions take at most.
pub(super) const P50: &str = "contended_p50";

/// What all but one in a hundred take at most.
pub(super) const P99: &str = "contended_p99";

/// Of each contender; what is told is the median over them.
const ROUNDS: usize = 15;

/// How long a round lasts.
const LASTS: Duration = Duration::from_millis(40);

/// Turns of an empty loop while the lock is held, and outside.
const INSIDE: u32 = 50;
const OUTSIDE: u32 = 200;

/// Both operations for all contenders, as one of the two threads sees them; reading the clock twice is included.
pub(super) fn measure() -> Vec<Outcome> {
    let mut rows = each_lock!(row());
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..ROUNDS {
        random.shuffle(&mut rows);
        for row in &mut rows {
            let waits = (row.round)();
            row.p50.push(part(&waits, 50));
            row.p99.push(part(&waits, 99));
        }
    }
    rows.iter_mut().flat_map(Row::outcomes).collect()
}

struct Row {
    name: &'static str,
    /// What each acquisition of a round took, in nanoseconds, the shortest first.
    round: Box<dyn Fn() -> Vec<u32>>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

fn row<L: Lock>() -> Row {
    let lock = L::new();
    Row { name: L::NAME, round: Box::new(move || round(&lock)), p50: Vec::new(), p99: Vec::new() }
}

impl Row {
    fn outcomes(&mut self) -> [Outcome; 2] {
        let p99 = median(&mut self.p99);
        [(P50, median(&mut self.p50)), (P99, p99)].map(|(operation, ns)| Outcome {
            name: self.name,
            operation,
            threads: 1,
            median_ns: ns,
            p99_ns: Some(p99),
            allocations: None,
            peak_bytes: 0,
        })
    }
}

fn round<L: Lock>(lock: &L) -> Vec<u32> {
    let until = Instant::now() + LASTS;
    let take = |number| {
        harness::stay_on_processor(number);
        let mut waits = Vec::with_capacity(1 << 18);
        while waits.len() % 64 != 0 || Instant::now() < until {
            let started = Instant::now();
            let held = lock.hold();
            waits.push(started.elapsed().as_nanos() as u32);
            spin(INSIDE);
            drop(held);
            spin(OUTSIDE);
        }
        waits
    };
    let take = &take;
    let mut waits: Vec<u32> = std::thread::scope(|scope| {
        let threads = [0, 1].map(|number| scope.spawn(move || take(number)));
        threads.into_iter().flat_map(|it| it.join().expect("contenders do not panic")).collect()
    });
    waits.sort_unstable();
    waits
}

fn part(sorted: &[u32], hundredths: usize) -> f64 {
    f64::from(sorted[sorted.len() * hundredths / 100])
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn spin(turns: u32) {
    for _ in 0..turns {
        std::hint::spin_loop();
    }
}
