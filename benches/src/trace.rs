//! What an event costs who records it.
//!
//! A ring is full after some thousand events, so a batch fits into the ring of everybody, and between two batches
//! everybody is drained, which is not timed: it is the work of another thread. Batches of all contenders stand
//! beside each other in random order; what is shown is the median. `event_delivered` is timed until another thread has
//! taken everything out: what an event costs in total.

mod event;
mod rivals;
mod timing;

use crate::harness::Outcome;
use crate::peers::ENGRAM;
use crate::suite::{More, Suite, Unit};
use timing::Contender;

/// What events cost.
pub(crate) const SUITE: Suite = Suite {
    name: "trace",
    operations: &[],
    unit: Unit::OneOf(&[BARE_RING, ENGRAM]),
    more: Some(More { operations: OPERATIONS, measure }),
};

/// What can happen to an event, and the clock, which is part of most of them.
const OPERATIONS: &[&str] = &[
    "clock",
    "event",
    "event_delivered",
    "event_filtered_out",
    "event_sampled_out",
    "event_ring_full",
];

/// The row of a push and nothing else.
const BARE_RING: &str = "rtrb, bare";

/// What our row is called without what a look at the clock takes.
const BEYOND: &str = "engram, less the clock";

fn measure(is_chosen: &dyn Fn(&str) -> bool) -> Vec<Outcome> {
    let mut contenders = Vec::new();
    let mut add = |name, more: fn(&'static str) -> Vec<Contender>| {
        if is_chosen(name) {
            contenders.extend(more(name));
        }
    };
    add("clock", event::clocks);
    add("event", |name| {
        [event::recorded(name), rivals::recorded(name)].into_iter().flatten().collect()
    });
    add("event_delivered", |name| {
        [event::delivered(name), rivals::delivered(name)].into_iter().flatten().collect()
    });
    add("event_filtered_out", |name| {
        [event::filtered_out(name), rivals::filtered_out(name)].into_iter().flatten().collect()
    });
    add("event_sampled_out", event::sampled_out);
    add("event_ring_full", |name| {
        [event::ring_full(name), rivals::ring_full(name)].into_iter().flatten().collect()
    });
    let mut outcomes = timing::measure(&contenders);
    let beyond = beyond_the_clock(&outcomes);
    outcomes.extend(beyond);
    outcomes
}

/// Our events, less the clock: both as measured in this run.
fn beyond_the_clock(outcomes: &[Outcome]) -> Option<Outcome> {
    let find = |name: &str, operation: &str| {
        outcomes.iter().find(|it| (it.name, it.operation, it.threads) == (name, operation, 1))
    };
    let (ours, clock) = (find(ENGRAM, "event")?, find(ENGRAM, "clock")?);
    Some(Outcome {
        name: BEYOND,
        operation: "event",
        threads: 1,
        median_ns: ours.median_ns - clock.median_ns,
        p99_ns: None,
        allocations: ours.allocations,
        peak_bytes: 0,
    })
}
