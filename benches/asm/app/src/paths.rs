//! One instrument each, as an application links it: what `docs/zero-cost.md` shows.

#![forbid(unsafe_code)]

use std::hint::black_box;

use engram_asm_engine::metrics::{CACHE, Outcome};

fn main() {
    let words = std::env::args().count();
    counter_increment();
    updown_add(words as i64);
    family_increment(if words > 1 { Outcome::Hit } else { Outcome::Miss });
    gauge_set(black_box(0.5));
    histogram_record(words as u64);
}

#[inline(never)]
fn counter_increment() {
    CACHE.evictions.increment();
}

#[inline(never)]
fn updown_add(n: i64) {
    CACHE.entries.add(n);
}

#[inline(never)]
fn family_increment(outcome: Outcome) {
    CACHE.lookups.at(outcome).increment();
}

#[inline(never)]
fn gauge_set(value: f64) {
    CACHE.load.set(value);
}

#[inline(never)]
fn histogram_record(ticks: u64) {
    CACHE.probes.record(ticks);
}
