//! Two threads that want the same lock again and again: how long one of a hundred has to wait at least.
//!
//! Whether the two meet depends on what else the machine does; only the order of magnitude says anything.

use std::time::{Duration, Instant};

use super::contenders::{CONTENDED, Lock, each_lock};
use super::report::Row;

/// How long each contender is watched.
const LASTS: Duration = Duration::from_millis(300);

/// Turns of an empty loop while the lock is held, and outside.
const INSIDE: u32 = 50;
const OUTSIDE: u32 = 200;

/// The 99th percentile of taking the lock, for all contenders.
pub(crate) fn measure() -> Vec<Row> {
    each_lock!(one,)
}

fn one<L: Lock>() -> Row {
    let lock = L::new();
    let until = Instant::now() + LASTS;
    let take = || {
        let mut waits = Vec::new();
        while waits.len() % 64 != 0 || Instant::now() < until {
            let started = Instant::now();
            let held = lock.hold();
            waits.push(started.elapsed());
            spin(INSIDE);
            drop(held);
            spin(OUTSIDE);
        }
        waits
    };
    let mut waits = std::thread::scope(|scope| {
        let other = scope.spawn(take);
        let mut waits = take();
        waits.extend(other.join().expect("contenders do not panic"));
        waits
    });
    waits.sort_unstable();
    let ns = waits[waits.len() * 99 / 100].as_nanos() as f64;
    Row { contender: L::name(), operation: CONTENDED, threads: 2, ns, allocations: 0.0 }
}

fn spin(turns: u32) {
    for _ in 0..turns {
        std::hint::spin_loop();
    }
}
