//! Every interleaving of producers that come and go, of gaps, and of who consumes.
//!
//! Each model lists *all* outcomes that it expects: one that is missing means that the model no longer reaches
//! what it is about. Run with
//! `RUSTFLAGS="--cfg engram_loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p engram-trace --lib --profile models`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Mutex;

use loom::sync::Arc;
use loom::thread;

use super::{Found, Lane, Value, drain, push};
use crate::lanes::Lanes;

/// Runs `explore` under every interleaving and compares what it returned with `expected`.
pub(crate) fn outcomes<O: Ord + Debug + Send + 'static>(
    expected: impl IntoIterator<Item = O>,
    explore: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = std::sync::Arc::new(Mutex::new(BTreeSet::new()));
    let collected = seen.clone();
    loom::model(move || {
        let outcome = explore();
        collected.lock().expect("models do not unwind past this").insert(outcome);
    });
    let expected: BTreeSet<O> = expected.into_iter().collect();
    assert_eq!(*seen.lock().expect("as above"), expected);
}

/// Runs `act` in a thread of the model.
fn spawn<T: 'static, R: 'static>(
    shared: &Arc<T>,
    act: impl FnOnce(&T) -> R + 'static,
) -> thread::JoinHandle<R> {
    let shared = Arc::clone(shared);
    thread::spawn(move || act(&shared))
}

/// Leases the lane, if it can be had, pushes one value, and ends as a thread ends.
fn come_and_go(lane: &Lane<Value>, value: u64) -> bool {
    let has_it = lane.lease().is_some();
    if has_it {
        assert!(push(lane, value), "there is room");
        lane.give_back();
    }
    has_it
}

#[test]
fn a_thread_that_follows_on_a_lane_goes_on_where_the_one_before_ended() {
    // Which of two threads pushed: one, when it had the lane all the time that the other one wanted it.
    outcomes([(true, true), (true, false), (false, true)], || {
        let lane = Arc::new(Lane::<Value>::new(2));
        let other = spawn(&lane, |lane| come_and_go(lane, 1));
        let second = come_and_go(&lane, 2);
        let first = other.join().expect("no panic");
        let mut values = drain(&lane, 4);
        values.sort_unstable();
        let expected = [(first, 1), (second, 2)].into_iter().filter(|it| it.0);
        assert_eq!(values, expected.map(|it| Found::Value(it.1)).collect::<Vec<_>>());
        (first, second)
    });
}

#[test]
fn a_thread_dies_while_its_values_are_drained_and_the_next_one_gets_the_room() {
    // What the consumer got meanwhile, and whether the second thread found room.
    let expected = [(0, false), (1, false), (1, true), (2, true)];
    outcomes(expected, || {
        let lane = Arc::new(Lane::<Value>::new(1));
        let consumer = spawn(&lane, |lane| {
            let mut found = drain(lane, 1);
            found.extend(drain(lane, 1));
            found
        });
        assert!(come_and_go(&lane, 1));
        assert!(lane.lease().is_some(), "it was given back");
        let is_in = push(&lane, 2);
        lane.give_back();
        let mut found = consumer.join().expect("no panic");
        let values =
            |found: &[Found<u64>]| found.iter().filter(|it| matches!(it, Found::Value(_))).count();
        let meanwhile = values(&found);
        found.extend(drain(&lane, 1));
        found.extend(drain(&lane, 1));
        let last = if is_in { Found::Value(2) } else { Found::Gap(1) };
        assert_eq!(found, [Found::Value(1), last], "delivered or told as a gap");
        (meanwhile, is_in)
    });
}

#[test]
fn every_gap_is_told_once_and_after_what_was_pushed_before_it() {
    // What the consumer found at once, in two rounds of one value each. The first value was there before.
    let (value, gap) = (Found::Value, Found::Gap);
    let expected = [
        vec![value(1)],
        vec![value(1), gap(1)],
        vec![value(1), gap(1), gap(1)],
        vec![value(1), gap(1), value(3)],
        vec![value(1), gap(2)],
        vec![value(1), value(2)],
        vec![value(1), value(2), gap(1)],
    ];
    outcomes(expected, || {
        let lane = Arc::new(Lane::<Value>::new(1));
        assert!(lane.lease().is_some(), "nobody has it");
        assert!(push(&lane, 1), "there is room");
        let consumer = spawn(&lane, |lane| {
            let mut found = drain(lane, 1);
            found.extend(drain(lane, 1));
            found
        });
        let (second, third) = (push(&lane, 2), push(&lane, 3));
        let found = consumer.join().expect("no panic");
        let mut all = found.clone();
        all.extend(drain(&lane, 1));
        all.extend(drain(&lane, 1));
        let told = |it: &Found<u64>| if let Found::Gap(lost) = it { *lost } else { 1 };
        assert_eq!(all.iter().map(told).sum::<u64>(), 3, "{all:?} {second} {third}");
        let mut sorted: Vec<_> = all.iter().filter(|it| matches!(it, Found::Value(_))).collect();
        let arrived = sorted.clone();
        sorted.sort_unstable();
        assert_eq!(arrived, sorted, "in order");
        found
    });
}

#[test]
fn the_consumer_that_follows_tells_nothing_twice() {
    // Whether each of two consumers was let in, and how many items it found.
    outcomes([(Some(2), Some(0)), (Some(0), Some(2)), (Some(2), None), (None, Some(2))], || {
        let lanes = Arc::new(Lanes::<Value>::new(1, 1));
        assert_eq!(lanes.lease(), Some(0));
        assert!(push(lanes.lane(0), 1) && !push(lanes.lane(0), 2));
        let consume = |lanes: &Lanes<Value>| {
            lanes.consume().then(|| {
                let found = drain(lanes.lane(0), 2).len();
                lanes.leave();
                found
            })
        };
        let other = spawn(&lanes, consume);
        let second = consume(&lanes);
        (other.join().expect("no panic"), second)
    });
}

#[test]
fn threads_lease_different_lanes_and_the_last_one_does_without() {
    // Which lane each thread got while the others had theirs.
    let expected = [(Some(0), Some(1)), (Some(1), Some(0))];
    outcomes(expected, || {
        let lanes = Arc::new(Lanes::<Value>::new(2, 1));
        let other = spawn(&lanes, |lanes| lanes.lease());
        let second = lanes.lease();
        let first = other.join().expect("no panic");
        assert_eq!(lanes.lease(), None, "all are leased");
        (first, second)
    });
}
