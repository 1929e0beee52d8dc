//! Which bucket a value belongs to, against counting the bounds below it, and what is recorded.

use proptest::prelude::*;

use super::super::{LogLinear, MAX_BUCKETS};

/// The upper bounds by definition: each power of two in equal parts, in whole ticks.
fn bounds_by_definition(layout: LogLinear) -> Vec<u64> {
    let parts = 1_u64 << layout.precision();
    let mut bounds: Vec<u64> = (1..=2 * parts).collect();
    for power in layout.precision() + 1..layout.high() {
        let start = 1_u64 << power;
        bounds.extend((1..=parts).map(|part| start + part * (start / parts)));
    }
    bounds
}

/// Every precision, over the widest range that it can have and the narrowest.
fn layouts() -> Vec<LogLinear> {
    let fits = |&(precision, high): &(u8, u8)| {
        ((usize::from(high - precision) + 1) << precision) < MAX_BUCKETS
    };
    let widest = |precision: u8| (precision + 1..64).map(move |high| (precision, high)).rfind(fits);
    let narrowest = |precision: u8| Some((precision, precision + 1)).filter(fits);
    (0..8)
        .flat_map(|precision| [widest(precision), narrowest(precision)])
        .flatten()
        .map(|(precision, high)| LogLinear::new(precision, high, 0))
        .collect()
}

#[test]
fn the_bounds_are_those_of_the_definition() {
    assert_eq!(layouts().len(), 16, "each precision that fits, twice");
    for layout in layouts() {
        let bounds = bounds_by_definition(layout);
        assert_eq!(layout.buckets(), bounds.len() + 1, "{layout:?}");
        for (bucket, bound) in bounds.iter().enumerate() {
            let lower = if bucket == 0 { 0 } else { bounds[bucket - 1] };
            assert_eq!(layout.bounds(bucket), (lower, Some(*bound)), "{layout:?}");
            assert_eq!(layout.bucket(*bound), bucket, "{layout:?}");
            assert_eq!(layout.bucket(*bound + 1), bucket + 1, "{layout:?}");
        }
        assert_eq!(layout.bounds(bounds.len()), (1 << layout.high(), None));
        assert_eq!(layout.bucket(0), 0);
        assert_eq!(layout.bucket(u64::MAX), bounds.len());
    }
}

#[test]
fn a_layout_states_its_memory_and_its_error() {
    let seconds = LogLinear::new(3, 36, 30);
    assert_eq!((seconds.buckets(), seconds.bytes()), (273, 277 * 8));
    assert_eq!(seconds.relative_error().to_bits(), 0.125_f64.to_bits());
}

proptest! {
    #[test]
    fn any_value_is_where_the_definition_puts_it(
        bits in any::<u64>(), shift in 0_u32..64, which in 0_usize..16,
    ) {
        let layout = layouts()[which];
        let value = bits >> shift;
        let bounds = bounds_by_definition(layout);
        prop_assert_eq!(layout.bucket(value), bounds.partition_point(|it| *it < value));
        let (lower, upper) = layout.bounds(layout.bucket(value));
        if let Some(upper) = upper.filter(|_| value > 1) {
            let width = (upper - lower) as f64;
            prop_assert!(width <= lower as f64 * layout.relative_error() || width <= 1.0);
        }
    }
}

crate::when_enabled! {
    use super::super::{Buckets, Layout, LogLinearHistogram, Snapshot};
    use crate::{Histogram, Unit};

    fn recorded<const P: u8>(high: u8, values: &[u64]) -> Snapshot {
        let histogram = LogLinearHistogram::<P>::new(high, 0);
        values.iter().for_each(|value| histogram.record(*value));
        histogram.snapshot()
    }

    fn values() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec((any::<u64>(), 8_u32..64).prop_map(|(v, s)| v >> s), 1..60)
    }

    fn cumulative(snapshot: &Snapshot) -> Vec<(f64, u64)> {
        let mut all = Vec::new();
        snapshot.cumulative(|bound, count| all.push((bound, count)));
        all
    }

    #[test]
    fn the_cumulative_view_has_the_bounds_of_the_exponential_one() {
        let exponential = Histogram::with_layout(Layout::new(2, 0, 7, 1));
        let linear = LogLinearHistogram::<4>::new(7, 1);
        for value in [0, 1, 2, 3, 4, 5, 8, 9, 63, 64, 65, 127, 128, 129, u64::MAX] {
            exponential.record(value);
            linear.record(value);
        }
        assert_eq!(cumulative(&linear.snapshot()), cumulative(&exponential.snapshot()));
        assert_eq!(cumulative(&linear.snapshot())[1], (1.0, 3));
    }

    #[test]
    fn values_of_all_kinds_have_a_place() {
        let histogram = LogLinearHistogram::<3>::for_unit(Unit::Seconds);
        histogram.record_f64(0.5);
        histogram.record_duration(std::time::Duration::from_millis(500));
        histogram.record_weighted(1 << 29, 3);
        histogram.record_weighted(7, 0);
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.count(), snapshot.sum().to_bits()), (5, 2.5_f64.to_bits()));
        assert_eq!(snapshot.quantile_bounds(0.5), Some((0.5, 0.5)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn merging_and_downscaling_equal_recording_into_the_common_layout(
            a in values(), b in values(),
        ) {
            let mut both = recorded::<5>(12, &a);
            let mut other_way_round = recorded::<2>(40, &b);
            other_way_round.merge(&both).expect("the same ticks");
            both.merge(&recorded::<2>(40, &b)).expect("the same ticks");
            let all: Vec<u64> = a.iter().chain(&b).copied().collect();
            let expected = recorded::<2>(12, &all);
            let downscaled = recorded::<6>(12, &all).downscaled(2);
            for found in [both, other_way_round, downscaled] {
                prop_assert_eq!(found.buckets(), &Buckets::LogLinear(LogLinear::new(2, 12, 0)));
                prop_assert_eq!(found.counts(), expected.counts());
                prop_assert_eq!(found.sum_ticks(), expected.sum_ticks());
                prop_assert_eq!((found.min(), found.max()), (expected.min(), expected.max()));
            }
        }

        #[test]
        fn a_quantile_is_within_the_stated_error_of_the_exact_one(
            values in values(), q in 0.0_f64..=1.0,
        ) {
            let snapshot = recorded::<3>(56, &values);
            let mut sorted = values;
            sorted.sort_unstable();
            let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
            let exact = sorted[rank - 1] as f64;
            let (lower, upper) = snapshot.quantile_bounds(q).expect("something was recorded");
            prop_assert!(lower <= exact && exact <= upper);
            // A 0 shares its bucket with 1.
            prop_assert!(upper <= (exact * 1.125).max(1.0), "{} {}", upper, exact);
        }
    }

    #[test]
    fn exponential_and_log_linear_buckets_do_not_merge() {
        let mut linear = recorded::<3>(20, &[1]);
        let error = linear.merge(&Histogram::with_layout(Layout::COUNT).snapshot());
        assert_eq!(
            error.expect_err("different kinds").to_string(),
            "2^3 parts up to 2^20 ticks of 2^-0 and scale 2 from 2^0 to 2^20 ticks of 2^-0 \
             are of different kinds"
        );
    }
}
