//! What exemplars are kept, by magnitude, thread and age.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::super::places::{PLACE_CELLS, WORDS};
use super::super::{Exemplar, ExemplarHistogram, Layout, PLACES, SpanId, TraceId};
use crate::clock::stamp;
use crate::sync::Cell64;

/// An identity whose both halves and whose span follow from one number.
fn identity(n: u64) -> (TraceId, SpanId) {
    (TraceId((u128::from(n) << 64) | u128::from(!n)), SpanId(n.rotate_left(7) | 1))
}

fn exemplars(histogram: &ExemplarHistogram) -> Vec<Exemplar> {
    let mut found = Vec::new();
    histogram.exemplars(SystemTime::now(), &mut |exemplar| found.push(*exemplar));
    found
}

#[test]
fn an_exemplar_is_what_was_recorded() {
    let histogram = ExemplarHistogram::seconds();
    assert!(exemplars(&histogram).is_empty());
    let (trace, span) = identity(5);
    let before = SystemTime::now();
    histogram.record_with_exemplar(3 << 30, trace, span);
    let found = exemplars(&histogram);
    let [exemplar] = found[..] else { panic!("one was recorded: {found:?}") };
    assert_eq!((exemplar.ticks, exemplar.value.to_bits()), (3 << 30, 3.0_f64.to_bits()));
    assert_eq!((exemplar.trace_id, exemplar.span_id), (trace, span));
    // The clock calibrates itself at some time during the tests, hence the generous slack.
    let slack = Duration::from_secs(60);
    assert!(exemplar.at > before - slack && exemplar.at < before + slack);
    let snapshot = histogram.snapshot();
    assert_eq!((snapshot.count(), snapshot.sum_ticks()), (1, 3 << 30));
}

#[test]
fn common_values_do_not_displace_the_rare_slow_one() {
    let histogram = ExemplarHistogram::seconds();
    let (slow, span) = identity(1);
    histogram.record_with_exemplar(2 << 30, slow, span);
    for n in 2..10_000 {
        let (trace, span) = identity(n);
        histogram.record_with_exemplar((1 << 20) + n, trace, span);
    }
    let found: Vec<TraceId> = exemplars(&histogram).iter().map(|it| it.trace_id).collect();
    assert_eq!(found, [identity(9_999).0, slow], "ascending, the newest of each magnitude");
}

#[test]
fn the_newest_exemplar_of_all_threads_is_shown() {
    let histogram = ExemplarHistogram::seconds();
    let record = |n| {
        let (trace, span) = identity(n);
        histogram.record_with_exemplar(1000, trace, span);
        // A millisecond, so that the next one is newer whatever a calibration changes in between.
        let recorded = stamp();
        while stamp() < recorded + (1 << 20) {}
    };
    let shown = || exemplars(&histogram).iter().map(|it| it.trace_id).collect::<Vec<_>>();
    record(1);
    std::thread::scope(|scope| {
        // This thread keeps its shard meanwhile, so the other one has cells of its own.
        scope.spawn(|| record(2)).join().expect("recording does not panic");
        assert_eq!(shown(), [identity(2).0]);
        record(3);
        assert_eq!(shown(), [identity(3).0]);
    });
    assert_eq!(histogram.snapshot().count(), 3);
}

#[test]
fn a_request_that_is_not_traced_is_counted_and_leaves_none() {
    let histogram = ExemplarHistogram::for_unit(crate::Unit::Bytes);
    let (trace, span) = identity(3);
    histogram.record_with_exemplar(1, TraceId(0), span);
    histogram.record_with_exemplar(2, trace, SpanId(0));
    histogram.record(3);
    assert_eq!(histogram.snapshot().count(), 3);
    assert!(exemplars(&histogram).is_empty());
}

#[test]
fn a_histogram_of_the_same_cells_inherits_none() {
    let layout = Layout::new(0, 0, 9, 0);
    let (trace, span) = identity(4);
    for _ in 0..3 {
        let histogram = ExemplarHistogram::with_layout(layout);
        histogram.record(1);
        assert!(exemplars(&histogram).is_empty());
        histogram.record_with_exemplar(1, trace, span);
        assert_eq!(exemplars(&histogram).len(), 1);
    }
}

#[test]
fn an_identity_is_shown_as_in_a_traceparent() {
    assert_eq!(TraceId(0xab).to_string(), format!("{:0>32}", "ab"));
    assert_eq!(SpanId(0xab).to_string(), format!("{:0>16}", "ab"));
}

#[test]
fn the_memory_is_what_is_documented() {
    assert_eq!(PLACES * PLACE_CELLS as usize * size_of::<Cell64>(), 768);
    assert_eq!(WORDS, 5);
}

/// Writers never pause; whatever is read must fit together, and the newest of all threads must win.
#[test]
fn an_exemplar_under_load_is_never_a_mix_of_two() {
    static LOADED: ExemplarHistogram = ExemplarHistogram::with_layout(Layout::COUNT);
    static DONE: AtomicBool = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3_u64)
            .map(|thread| {
                scope.spawn(move || {
                    for n in 1..100_000 {
                        let n = n * 3 + thread;
                        let (trace, span) = identity(n);
                        LOADED.record_with_exemplar(n, trace, span);
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            // Relaxed: only says when to stop.
            while !DONE.load(Ordering::Relaxed) {
                LOADED.exemplars(SystemTime::UNIX_EPOCH, &mut |it| {
                    assert_eq!((it.trace_id, it.span_id), identity(it.ticks));
                });
            }
        });
        writers.into_iter().for_each(|writer| writer.join().expect("recording does not panic"));
        // Relaxed: as above.
        DONE.store(true, Ordering::Relaxed);
        reader.join().expect("exemplars are whole");
    });
    assert_eq!(LOADED.snapshot().count(), 3 * 99_999);
    assert!(!exemplars(&LOADED).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_newest_of_each_magnitude_is_kept(
        values in prop::collection::vec((any::<u64>(), 0_u32..64).prop_map(|(v, s)| v >> s), 1..100),
    ) {
        let layout = Layout::SECONDS;
        let histogram = ExemplarHistogram::with_layout(layout);
        let mut newest = BTreeMap::new();
        for (n, value) in (1..).zip(&values) {
            let (trace, span) = identity(n);
            histogram.record_with_exemplar(*value, trace, span);
            let bucket = super::bucket_by_definition(layout, *value);
            newest.insert(bucket * PLACES / layout.buckets(), (*value, trace));
        }
        let found: Vec<_> =
            exemplars(&histogram).iter().map(|it| (it.ticks, it.trace_id)).collect();
        prop_assert_eq!(found, newest.into_values().collect::<Vec<_>>());
        prop_assert_eq!(histogram.snapshot().count(), values.len() as u64);
    }
}
