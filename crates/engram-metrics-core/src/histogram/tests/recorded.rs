//! What histograms hold, against lists of their values. Compiled when there is something to hold.

use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;

use super::super::cells::family_cells;
use super::super::{Buckets, ExplicitHistogram, Histogram, Layout, Snapshot};
use super::{bucket_by_definition, layouts};
use crate::recorder::Reject;
use crate::{Family, RECORDER, Unit, seconds_to_ticks};

/// What `engram.metrics.rejected` says, by reason.
fn rejected() -> [u64; 3] {
    [Reject::Nan, Reject::Infinite, Reject::Negative].map(|why| RECORDER.rejected.at(why).value())
}

/// The only test that offers what is refused: it counts in a static that all tests share.
#[test]
fn what_has_no_place_is_counted_by_reason_and_changes_nothing_else() {
    static EXPLICIT: ExplicitHistogram = ExplicitHistogram::new(Unit::Bytes, &[1.0, 2.0]);
    let exponential = Histogram::seconds();
    let before = rejected();
    for value in
        [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE, -5e-324]
    {
        exponential.record_f64(value);
        EXPLICIT.record_f64(value);
    }
    let after = rejected();
    let moved: Vec<u64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    assert_eq!(moved, [4, 4, 6]);
    for snapshot in [exponential.snapshot(), EXPLICIT.snapshot()] {
        assert_eq!((snapshot.count(), snapshot.sum_ticks(), snapshot.torn()), (0, 0, 0));
        assert_eq!((snapshot.min(), snapshot.max(), snapshot.quantile(0.5)), (None, None, None));
    }
}

#[test]
fn the_smallest_and_the_largest_numbers_have_a_place() {
    let histogram = Histogram::for_unit(Unit::Bytes);
    for value in [0.0, -0.0, 5e-324, f64::MIN_POSITIVE, 0.4] {
        histogram.record_f64(value);
    }
    let snapshot = histogram.snapshot();
    assert_eq!((snapshot.count(), snapshot.counts()[0], snapshot.sum_ticks()), (5, 5, 0));
    assert_eq!((snapshot.min(), snapshot.max()), (Some(0.0), Some(0.0)));

    histogram.record_f64(f64::MAX);
    histogram.record(u64::MAX);
    let snapshot = histogram.snapshot();
    assert_eq!(snapshot.counts().last(), Some(&2));
    assert_eq!(snapshot.max(), Some(u64::MAX as f64));
    assert_eq!(snapshot.sum_ticks(), u64::MAX.wrapping_mul(2), "exact modulo 2^64");
}

#[test]
fn numbers_are_rounded_to_the_nearest_tick() {
    let largest_below_half = 0.5_f64.next_down();
    let odd = (1_u64 << 52) + 1;
    for (value, ticks) in [
        (largest_below_half, 0),
        (0.5, 1),
        (1.5, 2),
        (1.5_f64.next_down(), 1),
        (2.5, 3),
        (odd as f64, odd),
        ((odd + 2) as f64, odd + 2),
        ((1_u64 << 53) as f64, 1 << 53),
    ] {
        let histogram = Histogram::for_unit(Unit::Bytes);
        histogram.record_f64(value);
        assert_eq!(histogram.snapshot().sum_ticks(), ticks, "{value}");
    }
}

#[test]
fn a_value_equal_to_a_bound_is_counted_up_to_it_however_it_is_recorded() {
    const TENTHS: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
    static WAIT: ExplicitHistogram = ExplicitHistogram::new(Unit::Seconds, &TENTHS);
    for (at, bound) in TENTHS.into_iter().enumerate() {
        WAIT.record_f64(bound);
        WAIT.record(seconds_to_ticks(std::time::Duration::from_millis(100 * (at as u64 + 1))));
    }
    assert_eq!(WAIT.snapshot().counts(), [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]);
}

#[test]
fn a_coarse_resolution_has_room_for_the_sum_of_many_days() {
    const DAY: f64 = 86_400.0;
    const TIMES: u32 = 1_000_000;
    let ages = ExplicitHistogram::with_resolution(&[DAY, 7.0 * DAY], 10);
    let fine = ExplicitHistogram::new(Unit::Seconds, &[DAY, 7.0 * DAY]);
    let two_days = 2 * 86_400_u64;
    ages.record_weighted(two_days << 10, TIMES);
    fine.record_weighted(two_days << 30, TIMES);
    let truth = 2.0 * DAY * f64::from(TIMES);
    assert_eq!(ages.snapshot().counts(), [0, u64::from(TIMES), 0]);
    assert!((ages.snapshot().sum() - truth).abs() < 1.0);
    assert!(fine.snapshot().sum() < truth, "2^34 seconds have no place");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_histogram_agrees_with_a_list_of_its_values(
        values in prop::collection::vec((any::<u64>(), 8_u32..64).prop_map(|(v, s)| v >> s), 1..200),
        q in 0.0_f64..=1.0,
        which in 0_usize..22,
    ) {
        let layout = layouts()[which];
        let histogram = Histogram::with_layout(layout);
        values.iter().for_each(|value| histogram.record(*value));
        let snapshot = histogram.snapshot();

        let mut counts = vec![0; layout.buckets()];
        values.iter().for_each(|value| counts[bucket_by_definition(layout, *value)] += 1);
        prop_assert_eq!(snapshot.counts(), &counts[..]);
        prop_assert_eq!(snapshot.count(), values.len() as u64);
        prop_assert_eq!(snapshot.sum_ticks(), values.iter().sum::<u64>());
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let in_units = |ticks: u64| ticks as f64 * layout.tick();
        prop_assert_eq!(snapshot.min(), Some(in_units(sorted[0])));
        prop_assert_eq!(snapshot.max(), Some(in_units(sorted[sorted.len() - 1])));

        // A quantile is never below the true value, nor above the bound of its bucket.
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        let exact = sorted[rank - 1];
        let found = snapshot.quantile(q).expect("something was recorded");
        prop_assert!(found >= in_units(exact), "{} < {}", found, in_units(exact));
        let (low, high) = layout.range();
        let factor = (-f64::from(layout.scale())).exp2().exp2();
        if exact > 1 << low && exact <= 1 << high {
            prop_assert!(found <= in_units(exact) * factor * (1.0 + 1e-12));
        }
    }

    #[test]
    fn a_weight_is_that_many_records(
        records in prop::collection::vec((any::<u64>(), 0_u32..50), 0..40),
    ) {
        static BOUNDS: [f64; 3] = [1e3, 1e9, 1e15];
        let exponential = || Histogram::with_layout(Layout::BYTES);
        let explicit = || ExplicitHistogram::new(Unit::Bytes, &BOUNDS);
        let family = || Family::<Reject, Histogram>::with_layout(Layout::BYTES);
        let (at_once, one_by_one) =
            ((exponential(), explicit(), family()), (exponential(), explicit(), family()));
        for (ticks, weight) in records {
            at_once.0.record_weighted(ticks, weight);
            at_once.1.record_weighted(ticks, weight);
            at_once.2.at(Reject::Infinite).record_weighted(ticks, weight);
            for _ in 0..weight {
                one_by_one.0.record(ticks);
                one_by_one.1.record(ticks);
                one_by_one.2.at(Reject::Infinite).record(ticks);
            }
        }
        let snapshots = |(exponential, explicit, family): &(_, _, Family<Reject, Histogram>)| {
            let exponential: &Histogram = exponential;
            let explicit: &ExplicitHistogram = explicit;
            [exponential.snapshot(), explicit.snapshot(), family.at(Reject::Infinite).snapshot()]
        };
        for (at_once, one_by_one) in snapshots(&at_once).iter().zip(snapshots(&one_by_one)) {
            prop_assert_eq!(at_once.counts(), one_by_one.counts());
            prop_assert_eq!(at_once.count(), one_by_one.count());
            prop_assert_eq!(at_once.sum_ticks(), one_by_one.sum_ticks());
            prop_assert_eq!((at_once.min(), at_once.max()), (one_by_one.min(), one_by_one.max()));
            prop_assert_eq!(at_once.torn(), 0);
        }
    }

    #[test]
    fn an_explicit_histogram_agrees_with_a_linear_search(
        values in prop::collection::vec(0.0_f64..400.0, 1..200),
    ) {
        const BOUNDS: [f64; 7] = [0.0, 1.0, 2.0, 5.0, 100.0, 101.0, 300.0];
        let histogram = ExplicitHistogram::new(Unit::Count("{thing}"), &BOUNDS);
        let mut counts = [0; 8];
        for value in &values {
            histogram.record_f64(*value);
            let whole = value.round();
            counts[BOUNDS.iter().position(|bound| whole <= *bound).unwrap_or(7)] += 1;
        }
        let snapshot = histogram.snapshot();
        prop_assert_eq!(snapshot.counts(), &counts[..]);
        let sum: u64 = values.iter().map(|value| value.round() as u64).sum();
        prop_assert_eq!((snapshot.count(), snapshot.sum_ticks()), (values.len() as u64, sum));
    }

    #[test]
    fn durations_are_rounded_to_the_nearest_tick(nanos in 0_u64..1 << 40) {
        let exact = (u128::from(nanos) << 31) + 1_000_000_000;
        let nearest = (exact / 2_000_000_000) as u64;
        prop_assert_eq!(seconds_to_ticks(std::time::Duration::from_nanos(nanos)), nearest);
    }
}

/// The bounds that an exporter sees, and the numbers behind them.
fn cumulative(snapshot: &Snapshot) -> Vec<(f64, u64)> {
    let mut all = Vec::new();
    snapshot.cumulative(|bound, count| all.push((bound, count)));
    all
}

#[test]
fn the_cumulative_view_has_the_same_bounds_whatever_was_recorded() {
    let histogram = Histogram::with_layout(Layout::new(2, 1, 5, 0));
    let bounds: Vec<f64> =
        cumulative(&histogram.snapshot()).iter().map(|(bound, _)| *bound).collect();
    assert_eq!(bounds, [2.0, 4.0, 8.0, 16.0, 32.0]);
    for value in [0, 2, 3, 4, 5, 8, 31, 32, 33, u64::MAX] {
        histogram.record(value);
    }
    let snapshot = histogram.snapshot();
    assert_eq!(cumulative(&snapshot), [(2.0, 2), (4.0, 4), (8.0, 6), (16.0, 6), (32.0, 8)]);
    assert_eq!(snapshot.count(), 10, "what is beyond the last bound is in the count alone");
}

#[test]
fn the_cumulative_view_of_explicit_bounds_is_those_bounds() {
    let histogram = ExplicitHistogram::new(Unit::Bytes, &[10.0, 20.0]);
    [10, 11, 20, 21].into_iter().for_each(|value| histogram.record(value));
    assert_eq!(cumulative(&histogram.snapshot()), [(10.0, 1), (20.0, 3)]);
    assert!(matches!(histogram.snapshot().buckets(), Buckets::Explicit(_)));
}

/// Writers never pause, so some snapshots are torn; their count is coherent even so.
#[test]
fn a_snapshot_under_load_is_coherent_or_says_that_it_is_torn() {
    const VALUE: u64 = 48;
    const RECORDS: u64 = 1_000_000;
    static LOADED: Histogram = Histogram::with_layout(Layout::COUNT);
    static DONE: AtomicBool = AtomicBool::new(false);

    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| (0..RECORDS).for_each(|_| LOADED.record(VALUE))))
            .collect();
        let reader = scope.spawn(|| {
            let (mut count, mut sum) = (0, 0);
            // Relaxed: only says when to stop.
            while !DONE.load(Ordering::Relaxed) {
                let snapshot = LOADED.snapshot();
                assert_eq!(snapshot.count(), snapshot.counts().iter().sum::<u64>());
                assert!(
                    snapshot.count() >= count && snapshot.sum_ticks() >= sum,
                    "never backwards"
                );
                (count, sum) = (snapshot.count(), snapshot.sum_ticks());
                if snapshot.torn() == 0 {
                    assert_eq!(sum, count * VALUE);
                }
                let one = Some(VALUE as f64);
                assert!(count == 0 || (snapshot.min() == one && snapshot.max() == one));
            }
        });
        writers.into_iter().for_each(|writer| writer.join().expect("recording does not panic"));
        // Relaxed: as above.
        DONE.store(true, Ordering::Relaxed);
        reader.join().expect("snapshots are coherent");
    });
    let snapshot = LOADED.snapshot();
    assert_eq!((snapshot.count(), snapshot.sum_ticks()), (3 * RECORDS, 3 * RECORDS * VALUE));
    assert_eq!(snapshot.torn(), 0);
}

#[test]
fn a_timer_records_once_and_a_discarded_one_never() {
    let histogram = Histogram::seconds();
    histogram.start().stop();
    drop(histogram.start());
    histogram.start().discard();
    assert_eq!(histogram.time(|| 7), 7);
    assert_eq!(histogram.snapshot().count(), 3);
}

#[test]
fn the_largest_family_of_histograms_still_counts_its_cells() {
    let largest = Layout::new(4, 0, 31, 0).buckets();
    assert_eq!(largest, 498);
    assert_eq!(family_cells(largest, 65_536), 503 * 65_536);
}

#[test]
fn every_kind_of_histogram_can_be_switched_off_and_on() {
    use super::super::{ExemplarHistogram, LogLinearHistogram, SampledHistogram, SpanId, TraceId};
    use crate::{Instrument, Sampler};

    static SAMPLING: Sampler = Sampler::new();
    let (log_linear, sampled) =
        (LogLinearHistogram::<3>::for_unit(Unit::Bytes), SampledHistogram::seconds(&SAMPLING));
    let exemplary = ExemplarHistogram::seconds();
    let record = || {
        log_linear.record(1);
        sampled.record(1);
        exemplary.record_with_exemplar(1, TraceId(1), SpanId(1));
        [log_linear.snapshot(), sampled.snapshot(), exemplary.snapshot()]
            .map(|snapshot| snapshot.count())
    };
    let switch = |on| {
        let controls = [log_linear.control(), sampled.control(), exemplary.control()];
        controls.into_iter().flatten().for_each(|control| control.switch(on));
    };
    assert_eq!(record(), [1; 3]);
    switch(false);
    assert_eq!(record(), [1; 3]);
    switch(true);
    assert_eq!(record(), [2; 3]);
}

#[test]
fn a_scope_that_begins_while_its_histogram_is_switched_off_is_not_recorded() {
    use crate::Control;

    let histogram = Histogram::seconds();
    let before = histogram.start();
    histogram.switch(false);
    let while_off = histogram.start();
    assert_eq!(histogram.time(|| 7), 7);
    histogram.switch(true);
    while_off.stop();
    assert_eq!(histogram.snapshot().count(), 0);
    before.stop();
    assert_eq!(histogram.snapshot().count(), 1);
}
