//! Looks at how a process fares, one by one: what matters is the slowest of a hundred as well.

use std::hint::black_box;
use std::time::Instant;

use engram_hw::Health;

use crate::allocations;
use crate::harness::Outcome;
use crate::peers::ENGRAM;

pub(super) const OPERATION: &str = "health_snapshot";

/// Looks, each timed by the wall.
const LOOKS: usize = 20_000;

pub(super) fn measure(is_chosen: &dyn Fn(&str) -> bool) -> Vec<Outcome> {
    if is_chosen(OPERATION) { vec![looks()] } else { Vec::new() }
}

fn looks() -> Outcome {
    let mut health = Health::new("/");
    let mut took = Vec::with_capacity(LOOKS);
    let before = allocations::count();
    for _ in 0..LOOKS {
        let started = Instant::now();
        black_box(health.snapshot());
        took.push(started.elapsed().as_nanos() as f64);
    }
    let allocated = allocations::count() - before;
    took.sort_by(f64::total_cmp);
    Outcome {
        name: ENGRAM,
        operation: OPERATION,
        threads: 1,
        median_ns: took[LOOKS / 2],
        p99_ns: Some(took[LOOKS - LOOKS / 100]),
        allocations: Some(allocated as f64 / LOOKS as f64),
        peak_bytes: allocations::peak(|| {
            black_box(health.snapshot());
        }),
    }
}
