//! One instrument each, as an application links it: what `docs/zero-cost.md` shows.

#![forbid(unsafe_code)]

mod traced;

use std::hint::black_box;

use engram_asm_engine::metrics::{CACHE, Outcome};
use engram_metrics_core::Stamp;
use traced::{ANSWERS, Answered, Kind};

fn main() {
    let words = std::env::args().count();
    counter_increment();
    updown_add(words as i64);
    family_increment(if words > 1 { Outcome::Hit } else { Outcome::Miss });
    gauge_set(black_box(0.5));
    histogram_record(words as u64);
    event_record(words as u64);
    event_record_at(Stamp::from_ticks(words as u64), words as u64);
    traced::tell_less();
    traced::read();
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

#[inline(never)]
fn event_record(number: u64) {
    ANSWERS.record(Answered { kind: Kind::Found, letters: 5, number });
}

#[inline(never)]
fn event_record_at(stamp: Stamp, number: u64) {
    ANSWERS.record_at(stamp, Answered { kind: Kind::Found, letters: 5, number });
}
