//! Conversion and calibration on made-up readings, and the real clock against itself.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{
    BASELINE, Clock, Counter, Reading, Source, counts_at_one_rate, seconds_to_ticks, stamp,
    ticks_to_duration, to_ticks,
};
use crate::{ENABLED, Moment};

/// A reading `nanos` behind `origin`, by a counter of `hertz` that started at `from`.
fn reading(origin: Instant, nanos: u64, hertz: u64, (from, width): (u64, u64)) -> Reading {
    let cycles = from + (u128::from(nanos) * u128::from(hertz) / 1_000_000_000) as u64;
    let counter = Some(Counter { cycles, width });
    Reading { at: origin + Duration::from_nanos(nanos), counter }
}

#[test]
fn a_rate_that_is_known_converts_known_cycles() {
    let origin = Instant::now();
    let (start, end) = (
        reading(origin, 0, 3_000_000_000, (77, 100)),
        reading(origin, 20_000_000, 3_000_000_000, (77, 100)),
    );
    let rate = start.rate(&end).expect("20 ms and narrow brackets");
    let second = to_ticks(3_000_000_000, rate);
    assert!(second.abs_diff(1 << 30) <= 60, "{second}");
    assert_eq!(to_ticks(0, rate), 0);
}

#[test]
fn a_reading_is_dated_to_the_middle_of_its_bracket() {
    let parts = |it: Counter| (it.cycles, it.width);
    assert_eq!(parts(Counter::between(100, 160)), (130, 60));
    assert_eq!(parts(Counter::between(100, 100)), (100, 0));
    assert_eq!(parts(Counter::between(100, 40)), (100, 0), "a counter that was reset");
}

#[test]
fn a_rate_is_refused_until_it_is_good_enough() {
    let origin = Instant::now();
    let at = |nanos, width| reading(origin, nanos, 1_000_000_000, (0, width));
    let ms = 1_000_000;
    assert!(at(0, 100).rate(&at(20 * ms, 100)).is_some());
    assert!(at(0, 100).rate(&at(20 * ms - 1, 100)).is_none(), "too early");
    assert!(at(0, 3_000).rate(&at(20 * ms, 0)).is_none(), "too wide for the distance");
    assert!(at(0, 3_000).rate(&at(40 * ms, 0)).is_some(), "which a longer distance makes up for");
    assert!(at(0, u64::MAX).rate(&at(20 * ms, u64::MAX)).is_none());
    assert!(at(20 * ms, 0).rate(&at(0, 0)).is_none(), "time goes forwards");

    let stopped = |nanos| reading(origin, nanos, 0, (5, 0));
    assert!(stopped(0).rate(&stopped(20 * ms)).is_none(), "a counter that stands still");
    let backwards = reading(origin, 20 * ms, 0, (4, 0));
    assert!(stopped(0).rate(&backwards).is_none(), "a counter that was reset");
    let none = Reading { at: origin, counter: None };
    assert!(none.rate(&at(20 * ms, 0)).is_none(), "no counter");
}

#[test]
fn a_clock_with_a_rate_measures_in_cycles_and_one_without_in_instants() {
    let clock = Clock::new();
    assert!(matches!(clock.now(), Source::Instant(_)));
    if counts_at_one_rate() {
        // Relaxed: one thread.
        clock.rate.store(1 << 32, crate::sync::Ordering::Relaxed);
        assert!(matches!(clock.now(), Source::Cycles(_)));
        assert_eq!(clock.since(&Source::Cycles(u64::MAX)), 0, "later than now");
    }
    let later = Instant::now() + Duration::from_secs(3_600);
    assert_eq!(clock.since(&Source::Instant(later)), 0, "later than now");
}

/// Waits for no time in particular: until the clock that it asks has calibrated itself.
#[test]
fn a_clock_calibrates_itself_and_then_agrees_with_the_system() {
    let clock = Clock::new();
    if !counts_at_one_rate() {
        return assert!(matches!(clock.now(), Source::Instant(_)));
    }
    let started = Instant::now();
    while clock.rate() == 0 && started.elapsed() < 100 * BASELINE {
        clock.now();
    }
    assert_ne!(clock.rate(), 0, "narrow brackets happen within two seconds");
    // The measurement lies between two of the system's, give or take what the rate may be off by.
    let outer = Instant::now();
    let source = clock.now();
    let inner = Instant::now();
    while inner.elapsed() < BASELINE {}
    let least = seconds_to_ticks(inner.elapsed());
    let measured = clock.since(&source);
    let most = seconds_to_ticks(outer.elapsed());
    assert!(measured >= least - least / 1_000 - 1_000, "{least} {measured}");
    assert!(measured <= most + most / 1_000 + 1_000, "{measured} {most}");
}

#[test]
fn moments_and_stamps_do_not_go_back() {
    let started = Moment::now();
    let (mut elapsed, mut stamped) = (0, stamp());
    for _ in 0..1_000 {
        let now = started.elapsed_ticks();
        assert!(now >= elapsed);
        elapsed = now;
    }
    // Across the calibration a stamp may differ by the error of the rate: here, of some milliseconds.
    assert!(stamp() + (1 << 30) > stamped);
    stamped = stamp();
    assert!(stamp() + 1_000_000 > stamped);
    assert_eq!(started.elapsed() > Duration::ZERO, ENABLED);
}

#[test]
fn a_thread_that_meets_a_claim_without_an_anchor_goes_on() {
    let clock = Clock::new();
    // Relaxed: one thread.
    clock.claimed.store(1, crate::sync::Ordering::Relaxed);
    assert!(clock.anchor().is_none());
    assert!(matches!(clock.now(), Source::Instant(_)));
    assert_eq!(clock.stamp(), 0);
}

proptest! {
    #[test]
    fn the_error_of_a_rate_is_within_what_is_promised(
        hertz in 100_000_000_u64..20_000_000_000,
        nanos in 20_000_000_u64..100_000_000_000,
        widths in (0_u64..2_000, 0_u64..2_000),
        (off, step) in ((-0.5_f64..=0.5, -0.5_f64..=0.5), 0_u64..100),
        seconds in 1_u64..100_000,
    ) {
        let origin = Instant::now();
        // The clock was read anywhere inside its bracket, and up to a step before it moved.
        let shift = |cycles: u64, width: u64, off: f64| {
            cycles.saturating_add_signed((width as f64 * off) as i64)
        };
        let base = 1 << 40;
        let mut start = reading(origin, 0, hertz, (base, widths.0));
        let mut end = reading(origin, nanos, hertz, (base, widths.1));
        end.at = origin + Duration::from_nanos(nanos - step);
        for (reading, off) in [(&mut start, off.0), (&mut end, off.1)] {
            if let Some(counter) = &mut reading.counter {
                counter.cycles = shift(counter.cycles, counter.width, off);
            }
        }
        if let Some(rate) = start.rate(&end) {
            let exact = u128::from(seconds) << 30;
            let found = u128::from(to_ticks(seconds * hertz, rate));
            prop_assert!(found.abs_diff(exact) * 10_000 <= exact, "{} {}", found, exact);
        }
    }

    #[test]
    fn cycles_convert_as_exact_arithmetic_does(cycles in any::<u64>(), rate in 0_u64..1 << 32) {
        let exact = (u128::from(cycles) * u128::from(rate)) >> 32;
        prop_assert_eq!(u128::from(to_ticks(cycles, rate)), exact);
    }

    #[test]
    fn ticks_and_durations_agree(ticks in 0_u64..1 << 60) {
        prop_assert!(seconds_to_ticks(ticks_to_duration(ticks)).abs_diff(ticks) <= 1);
    }
}
