//! What an increment costs when its lines are not in the first cache: one of many counters, at random.
//!
//! Ours touches two lines, the counter and this thread's cell of it; a word that is shared touches one.

use std::sync::atomic::{AtomicU64, Ordering};

use engram_metrics_core::Counter;

use super::ENGRAM;
use crate::harness::{Contender, contender};

/// 64 counters: all lines stay in the first cache.
pub(super) fn hot(operation: &'static str) -> Vec<Contender> {
    one_of(operation, 6)
}

/// 32,768 counters, 768 KiB: second and third cache.
pub(super) fn warm(operation: &'static str) -> Vec<Contender> {
    one_of(operation, 15)
}

/// 4,194,304 counters, 96 MiB: memory.
pub(super) fn cold(operation: &'static str) -> Vec<Contender> {
    one_of(operation, 22)
}

fn one_of(operation: &'static str, bits: u32) -> Vec<Contender> {
    let ours: &'static [Counter] =
        (0..1 << bits).map(|_| Counter::new()).collect::<Vec<_>>().leak();
    // Cells in the order of the counters, as for metrics that are made one after the other.
    ours.iter().for_each(|counter| counter.add(0));
    let shared: &'static [AtomicU64] =
        (0..1 << bits).map(|_| AtomicU64::new(0)).collect::<Vec<_>>().leak();
    vec![
        contender!(ENGRAM, operation, |at| ours[scattered(at, bits)].increment()),
        contender!("shared fetch_add", operation, |at| shared[scattered(at, bits)]
            .fetch_add(1, Ordering::Relaxed)),
        // Not a counter: two threads would lose increments.
        contender!("load and store, unshared", operation, |at| {
            let word = &shared[scattered(at, bits)];
            word.store(word.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }),
    ]
}

/// A number of so many bits that looks like chance to a prefetcher.
#[inline(always)]
fn scattered(at: u32, bits: u32) -> usize {
    (at.wrapping_mul(0x9e37_79b1).rotate_left(15).wrapping_mul(0x85eb_ca77) >> (32 - bits)) as usize
}
