use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Detector, Sample, State, Thresholds, Verdict};

/// A channel with room for 100, and a clock that is wound by hand.
struct Bench {
    detector: Detector,
    sample: Sample,
    now: Instant,
    thresholds: Thresholds,
}

impl Bench {
    fn new() -> Self {
        let sample = Sample { capacity: Some(100), has_receiver: true, ..Sample::default() };
        let (detector, thresholds) = (Detector::default(), Thresholds::production());
        Self { detector, sample, now: Instant::now(), thresholds }
    }

    /// After so many milliseconds, with so many messages more sent and received.
    fn after(&mut self, millis: u64, sent: u64, received: u64) -> Verdict {
        self.now += Duration::from_millis(millis);
        self.sample.sent += sent;
        self.sample.received += received;
        self.sample.depth = self.sample.sent - self.sample.received;
        self.detector.look(self.sample, &self.thresholds, self.now)
    }

    fn state(&self) -> State {
        self.detector.state()
    }
}

#[test]
fn an_empty_channel_is_idle_however_long() {
    let mut bench = Bench::new();
    for _ in 0..100 {
        assert_eq!(bench.after(1000, 0, 0), Verdict::default());
    }
    assert_eq!(bench.state(), State::Idle);
}

#[test]
fn a_burst_that_is_drained_in_time_is_busy() {
    let mut bench = Bench::new();
    bench.after(100, 100, 0);
    for _ in 0..9 {
        bench.after(100, 0, 11);
    }
    assert_eq!(bench.state(), State::Busy);
    bench.after(100, 0, 1);
    bench.after(100, 0, 0);
    assert_eq!(bench.state(), State::Idle);
}

#[test]
fn full_for_long_and_moving_is_backpressure_until_there_is_room_for_long() {
    let mut bench = Bench::new();
    bench.after(100, 95, 0);
    for _ in 0..10 {
        bench.after(100, 5, 5);
    }
    assert_eq!(bench.state(), State::Backpressure);
    // Below the high limit, above the low one: nothing changes.
    for _ in 0..30 {
        bench.after(100, 1, if bench.sample.depth > 80 { 3 } else { 1 });
        assert_eq!(bench.state(), State::Backpressure);
    }
    // Below the low one for a moment.
    bench.after(100, 0, 20);
    bench.after(100, 20, 1);
    for _ in 0..10 {
        bench.after(100, 1, 1);
    }
    assert_eq!(bench.state(), State::Backpressure);
    bench.after(100, 0, 40);
    for _ in 0..9 {
        bench.after(100, 1, 1);
        assert_eq!(bench.state(), State::Backpressure);
    }
    assert_eq!(bench.after(100, 1, 1).left, Some(State::Backpressure));
    assert_eq!(bench.state(), State::Busy);
}

#[test]
fn what_nobody_takes_from_is_stalled_until_it_is_taken_from_twice() {
    let mut bench = Bench::new();
    bench.after(100, 3, 1);
    for _ in 0..19 {
        bench.after(100, 0, 0);
        assert_eq!(bench.state(), State::Busy);
    }
    assert_eq!(bench.after(100, 0, 0).left, Some(State::Busy));
    assert_eq!(bench.state(), State::Stalled);
    // What is put in changes nothing.
    bench.after(100, 5, 0);
    assert_eq!(bench.state(), State::Stalled);
    bench.after(100, 0, 1);
    assert_eq!(bench.state(), State::Stalled);
    bench.after(100, 0, 1);
    assert_eq!(bench.state(), State::Busy);
}

#[test]
fn what_is_emptied_is_not_stalled_any_more() {
    let mut bench = Bench::new();
    bench.after(100, 3, 0);
    bench.after(2000, 0, 0);
    assert_eq!(bench.state(), State::Stalled);
    bench.after(100, 0, 3);
    assert_eq!(bench.state(), State::Busy);
}

#[test]
fn without_receivers_a_channel_is_dead_at_once() {
    let mut bench = Bench::new();
    bench.sample.has_receiver = false;
    assert_eq!(bench.after(1, 1, 0).left, Some(State::Idle));
    assert_eq!(bench.state(), State::Dead);
}

#[test]
fn a_channel_that_hands_over_is_never_full() {
    let mut bench = Bench::new();
    bench.sample.capacity = Some(0);
    for _ in 0..100 {
        bench.after(100, 1, 1);
    }
    assert_eq!(bench.state(), State::Busy);
}

#[test]
fn a_queue_that_grows_from_quarter_to_quarter_is_found_once() {
    let mut bench = Bench::new();
    bench.sample.capacity = None;
    let found = (0..200).filter(|_| bench.after(100, 100, 10).is_growing).count();
    assert_eq!(found, 1);
}

#[test]
fn a_queue_that_comes_back_is_not_growing() {
    let mut bench = Bench::new();
    bench.sample.capacity = None;
    for round in 0..400 {
        let verdict = bench.after(100, 2000, if round % 20 == 19 { 40_000 } else { 0 });
        assert!(!verdict.is_growing);
    }
}

proptest! {
    #[test]
    fn who_says_what_is_wrong_can_show_it(steps in proptest::collection::vec((0_u64..500, 0_u64..40, 0_u64..40), 1..300)) {
        let mut bench = Bench::new();
        let mut taken = bench.now;
        let mut full_since = None;
        for (at, (millis, sent, received)) in steps.into_iter().enumerate() {
            let sent = sent.min(100 - bench.sample.depth.min(100));
            let received = received.min(bench.sample.depth + sent);
            bench.after(millis, sent, received);
            let depth = bench.sample.depth;
            if received > 0 || depth == 0 || at == 0 {
                taken = bench.now;
            }
            full_since = if depth >= 90 { Some(full_since.unwrap_or(bench.now)) } else { None };
            let untouched = bench.now - taken >= bench.thresholds.stall;
            // Stalled at least whenever nobody took for so long, and never on an empty channel.
            prop_assert!(!untouched || bench.state() == State::Stalled);
            prop_assert!(depth > 0 || bench.state() != State::Stalled);
            let is_full_for_long =
                full_since.is_some_and(|since| bench.now - since >= bench.thresholds.patience * 2);
            let says_so = matches!(bench.state(), State::Backpressure | State::Stalled);
            prop_assert!(!is_full_for_long || says_so, "{:?} at {depth}", bench.state());
        }
    }
}
