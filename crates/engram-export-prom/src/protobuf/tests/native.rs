//! Native histograms against the definition of their buckets.

use super::model::Histogram as Shown;
use super::*;

fn shown<I: engram_metrics_core::Instrument + Send + Sync + 'static>(instrument: I) -> Shown {
    let descriptor = Descriptor::fixed("a", "", Unit::Bytes, Kind::Histogram);
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Named::new(descriptor, instrument))).expect("registers");
    let mut families = page(&registry);
    families[0].metric.remove(0).histogram.expect("a histogram")
}

/// The index of the bucket that a value belongs to: the smallest whose bound is not below it.
fn index_of(value: f64, schema: i32) -> i32 {
    (value.log2() * f64::from(1 << schema) - 1e-9).ceil() as i32
}

/// What a native histogram of these values must show.
fn expected(values: &[u64], resolution: i32, (schema, zero, most): (i32, f64, i32)) -> Vec<(i32, i64)> {
    let mut counts = std::collections::BTreeMap::new();
    for value in values.iter().map(|ticks| *ticks as f64 / f64::from(resolution).exp2()) {
        if value > zero {
            *counts.entry(index_of(value, schema).min(most)).or_insert(0) += 1;
        }
    }
    counts.into_iter().collect()
}

proptest! {
    #[test]
    fn each_value_is_in_the_bucket_that_its_schema_says(
        scale in 0_u8..=5, low in 0_u8..4, resolution in 0_u8..40,
        values in proptest::collection::vec(0_u64..5_000, 0..30),
    ) {
        let high = low + 8;
        let histogram = Histogram::with_layout(Layout::new(scale, low, high, resolution));
        values.iter().for_each(|value| histogram.record(*value));
        let shown = shown(histogram);
        let resolution = i32::from(resolution);
        let zero = f64::from(i32::from(low) - resolution).exp2();
        let schema = i32::from(scale);
        let beyond = ((i32::from(high) - resolution) << schema) + 1;
        let mut native = shown.native();
        native.retain(|(_, count)| *count > 0);
        prop_assert_eq!(native, expected(&values, resolution, (schema, zero, beyond)));
        prop_assert_eq!((shown.schema, shown.zero_threshold), (schema, zero));
        let zeros = values.iter().filter(|value| **value <= 1 << low).count();
        prop_assert_eq!(shown.zero_count, zeros as u64);
        prop_assert!(super::super::native::SCHEMAS.contains(&shown.schema));
    }

    #[test]
    fn log_linear_buckets_are_native_ones_by_powers_of_two(
        values in proptest::collection::vec(0_u64..5_000, 0..30),
    ) {
        let histogram = LogLinearHistogram::<3>::new(10, 0);
        values.iter().for_each(|value| histogram.record(*value));
        let shown = shown(histogram);
        let mut native = shown.native();
        native.retain(|(_, count)| *count > 0);
        prop_assert_eq!(native, expected(&values, 0, (0, 1.0, 11)));
        prop_assert_eq!((shown.schema, shown.zero_threshold), (0, 1.0));
    }
}

#[test]
fn an_empty_histogram_is_a_native_one_too() {
    let shown = shown(Histogram::with_layout(Layout::BYTES));
    assert_eq!((shown.native(), shown.zero_threshold), (vec![], 1.0));
    assert_eq!(shown.bucket.len(), 42);
}

#[test]
fn few_empty_buckets_are_bridged_and_many_begin_a_span() {
    let histogram = Histogram::with_layout(Layout::new(0, 0, 20, 0));
    // Buckets 1, 4, 8: two empty ones between the first two, three between the others.
    for value in [2, 16, 256] {
        histogram.record(value);
    }
    let shown = shown(histogram);
    let spans: Vec<_> = shown.positive_span.iter().map(|it| (it.offset, it.length)).collect();
    assert_eq!(spans, [(1, 4), (3, 1)]);
    assert_eq!(shown.positive_delta, [1, -1, 0, 1, 0]);
}
