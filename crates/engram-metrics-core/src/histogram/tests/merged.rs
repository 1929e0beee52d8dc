//! Merging, downscaling, deltas and quantiles, against histograms and lists of the same values.

use proptest::prelude::*;

use super::super::{Buckets, ExplicitHistogram, HIGHEST, Histogram, Layout, MAX_BUCKETS, Snapshot};
use crate::Unit;

fn recorded(layout: Layout, values: &[u64]) -> Snapshot {
    let histogram = Histogram::with_layout(layout);
    values.iter().for_each(|value| histogram.record(*value));
    histogram.snapshot()
}

/// Everything that a snapshot says, for comparison.
fn contents(snapshot: &Snapshot) -> (Buckets, Vec<u64>, u64, u64, [Option<f64>; 2], u32) {
    (
        *snapshot.buckets(),
        snapshot.counts().to_vec(),
        snapshot.count(),
        snapshot.sum_ticks(),
        [snapshot.min(), snapshot.max()],
        snapshot.torn(),
    )
}

fn merged(mut left: Snapshot, right: &Snapshot) -> Result<Snapshot, super::super::MergeError> {
    left.merge(right)?;
    Ok(left)
}

/// Any layout of byte-sized ticks.
fn layout() -> impl Strategy<Value = Layout> {
    let fits = |&(scale, low, high): &(u8, u8, u8)| {
        low < high && (usize::from(high - low) << scale) + 2 <= MAX_BUCKETS
    };
    (0_u8..=5, 0..HIGHEST, 1..=HIGHEST)
        .prop_filter("a range that fits", fits)
        .prop_map(|(scale, low, high)| Layout::new(scale, low, high, 0))
}

/// Layouts that all contain 2^10 to 2^13, so that any of them merge.
fn overlapping() -> impl Strategy<Value = Layout> {
    (0_u8..=4, 0_u8..=10, 13_u8..35)
        .prop_filter("few enough buckets", |(scale, low, high)| {
            (usize::from(high - low) << scale) + 2 <= MAX_BUCKETS
        })
        .prop_map(|(scale, low, high)| Layout::new(scale, low, high, 0))
}

/// Values of all magnitudes whose sum stays far from 2^64.
fn values() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec((any::<u64>(), 8_u32..64).prop_map(|(bits, shift)| bits >> shift), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn merging_equals_recording_everything_into_the_common_layout(
        (left, right) in (overlapping(), overlapping()), (a, b) in (values(), values()),
    ) {
        let both = merged(recorded(left, &a), &recorded(right, &b)).expect("they overlap");
        let common = Layout::new(
            left.scale().min(right.scale()) as u8,
            left.range().0.max(right.range().0),
            left.range().1.min(right.range().1),
            0,
        );
        let all: Vec<u64> = a.iter().chain(&b).copied().collect();
        prop_assert_eq!(contents(&both), contents(&recorded(common, &all)));
        prop_assert_eq!(both.count(), both.counts().iter().sum::<u64>());
    }

    #[test]
    fn merging_is_commutative(
        (left, right) in (layout(), layout()), (a, b) in (values(), values()),
    ) {
        let (a, b) = (recorded(left, &a), recorded(right, &b));
        let (one, other) = (merged(a.clone(), &b), merged(b, &a));
        prop_assert_eq!(one.is_ok(), other.is_ok());
        if let (Ok(one), Ok(other)) = (one, other) {
            prop_assert_eq!(contents(&one), contents(&other));
        }
    }

    #[test]
    fn merging_is_associative_even_in_what_it_refuses(
        (x, y, z) in (layout(), layout(), layout()), (a, b, c) in (values(), values(), values()),
    ) {
        let (a, b, c) = (recorded(x, &a), recorded(y, &b), recorded(z, &c));
        let left = merged(a.clone(), &b).and_then(|ab| merged(ab, &c));
        let right = merged(b, &c).and_then(|bc| merged(a, &bc));
        prop_assert_eq!(left.is_ok(), right.is_ok());
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert_eq!(contents(&left), contents(&right));
        }
    }

    #[test]
    fn downscaling_equals_recording_at_the_coarser_scale(
        layout in layout(), scale in 0_u8..=6, values in values(),
    ) {
        let coarse = recorded(layout, &values).downscaled(scale);
        let (low, high) = layout.range();
        let expected = Layout::new(scale.min(layout.scale() as u8), low, high, 0);
        prop_assert_eq!(contents(&coarse), contents(&recorded(expected, &values)));
    }

    #[test]
    fn a_delta_is_what_was_recorded_in_between(
        layout in layout(), (before, after) in (values(), values()),
    ) {
        let histogram = Histogram::with_layout(layout);
        before.iter().for_each(|value| histogram.record(*value));
        let earlier = histogram.snapshot();
        after.iter().for_each(|value| histogram.record(*value));
        let delta = histogram.snapshot().since(&earlier).expect("the same histogram");
        let expected = recorded(layout, &after);
        prop_assert_eq!(delta.counts(), expected.counts());
        prop_assert_eq!(delta.count(), after.len() as u64);
        prop_assert_eq!(delta.sum_ticks(), after.iter().sum::<u64>());
        prop_assert_eq!(delta.min().is_some(), !after.is_empty());
        let (Some(least), Some(most)) = (after.iter().min(), after.iter().max()) else {
            return Ok(());
        };
        // The extremes bracket the true ones from inside their buckets, and are exact when they are news.
        let (min, max) = (delta.min().expect("checked"), delta.max().expect("checked"));
        prop_assert!(min <= *least as f64 && *most as f64 <= max);
        let bucket = |value: u64| super::bucket_by_definition(layout, value);
        let lower = layout.bounds(bucket(*least)).0;
        prop_assert!(bucket(*least) == 0 || min > lower as f64 || lower > 1 << 53);
        prop_assert!(layout.bounds(bucket(*most)).1.is_none_or(|upper| max <= upper as f64));
        prop_assert!(before.iter().max() >= Some(most) || max.total_cmp(&(*most as f64)).is_eq());
        prop_assert!(
            (before.iter().min() <= Some(least) && !before.is_empty())
                || min.total_cmp(&(*least as f64)).is_eq()
        );
        // And adding it to the earlier one gives the later one.
        let mut again = earlier;
        again.merge(&delta).expect("the same layout");
        let later = histogram.snapshot();
        prop_assert_eq!(again.counts(), later.counts());
    }

    #[test]
    fn a_quantile_is_within_the_stated_error_of_the_exact_one(
        layout in layout(), values in values(), q in 0.0_f64..=1.0,
    ) {
        let snapshot = recorded(layout, &values);
        let mut sorted = values;
        sorted.sort_unstable();
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        let Some(exact) = sorted.get(rank - 1).map(|exact| *exact as f64) else {
            prop_assert_eq!(snapshot.quantile_bounds(q), None);
            return Ok(());
        };
        let (lower, upper) = snapshot.quantile_bounds(q).expect("something was recorded");
        prop_assert!(lower <= exact && exact <= upper, "{} {} {}", lower, exact, upper);
        prop_assert_eq!(snapshot.quantile(q), Some(upper));
        let (low, high) = layout.range();
        if exact > f64::from(low).exp2() && exact <= f64::from(high).exp2() {
            prop_assert!(upper <= exact * (1.0 + layout.relative_error()));
            prop_assert!(exact <= lower * (1.0 + layout.relative_error()));
        } else if exact <= f64::from(low).exp2() {
            prop_assert!(upper - exact <= layout.zero_threshold());
        }
    }
}

#[test]
fn what_has_nothing_in_common_is_refused_by_name_and_left_alone() {
    let bytes = |low, high| recorded(Layout::new(2, low, high, 0), &[5]);
    let explicit = |unit, bounds| ExplicitHistogram::new(unit, bounds).snapshot();
    for (mut left, right, message) in [
        (
            bytes(0, 4),
            bytes(4, 8),
            "scale 2 from 2^0 to 2^4 ticks of 2^-0 and scale 2 from 2^4 to 2^8 ticks of 2^-0 \
             have no range in common",
        ),
        (
            bytes(0, 4),
            recorded(Layout::new(2, 0, 4, 30), &[]),
            "scale 2 from 2^0 to 2^4 ticks of 2^-0 and scale 2 from 2^0 to 2^4 ticks of 2^-30 \
             have different ticks",
        ),
        (
            explicit(Unit::Bytes, &[1.0, 2.0]),
            explicit(Unit::Bytes, &[1.0, 3.0]),
            "bounds [1.0, 2.0] in ticks of 1 and bounds [1.0, 3.0] in ticks of 1 \
             have different bounds",
        ),
        (
            bytes(0, 4),
            explicit(Unit::Bytes, &[1.0]),
            "scale 2 from 2^0 to 2^4 ticks of 2^-0 and bounds [1.0] in ticks of 1 \
             are of different kinds",
        ),
    ] {
        let before = contents(&left);
        let error = left.merge(&right).expect_err("nothing in common");
        assert_eq!(error.to_string(), message);
        assert_eq!(contents(&left), before);
        assert!(left.since(&right).is_err());
    }
}

#[test]
fn explicit_histograms_of_the_same_bounds_merge() {
    let one = ExplicitHistogram::new(Unit::Bytes, &[10.0, 20.0]);
    let other = ExplicitHistogram::new(Unit::Bytes, &[10.0, 20.0]);
    [5, 10, 15].into_iter().for_each(|value| one.record(value));
    [20, 25].into_iter().for_each(|value| other.record(value));
    let both = merged(one.snapshot(), &other.snapshot()).expect("the same bounds");
    assert_eq!(both.counts(), [2, 2, 1]);
    assert_eq!((both.count(), both.sum_ticks()), (5, 75));
    assert_eq!((both.min(), both.max()), (Some(5.0), Some(25.0)));
    assert_eq!(both.since(&one.snapshot()).expect("the same bounds").counts(), [0, 1, 1]);
}

#[test]
fn a_merged_sum_wraps() {
    let snapshot = recorded(Layout::BYTES, &[u64::MAX]);
    let both = merged(snapshot.clone(), &snapshot).expect("the same layout");
    assert_eq!((both.count(), both.sum_ticks()), (2, u64::MAX - 1));
}

#[test]
fn the_sum_of_a_delta_of_torn_snapshots_is_what_its_buckets_allow() {
    // Two records in a bucket that holds nothing but 6, while the sums read are off by a thousand either way.
    let layout = Layout::new(2, 0, 10, 0);
    let (before, after) = (recorded(layout, &[700]), recorded(layout, &[700, 6, 6]));
    for (wrong, clamped) in [(after.sum_ticks + 1000, 12), (before.sum_ticks + 1, 12)] {
        let mut torn = after.clone();
        (torn.torn, torn.sum_ticks) = (1, wrong);
        let delta = torn.since(&before).expect("the same histogram");
        assert_eq!((delta.count(), delta.torn()), (2, 1));
        assert_eq!(delta.sum_ticks(), clamped);
    }
}

#[test]
fn snapshots_in_the_wrong_order_give_empty_buckets() {
    let histogram = Histogram::with_layout(Layout::BYTES);
    let earlier = histogram.snapshot();
    histogram.record(7);
    let delta = earlier.since(&histogram.snapshot()).expect("the same histogram");
    assert_eq!((delta.count(), delta.min(), delta.max()), (0, None, None));
}
