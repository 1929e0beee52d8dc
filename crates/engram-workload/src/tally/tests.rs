use super::Tally;
use super::distribution::Distribution;
use crate::engine::{BuildReport, CanaryOutcome, RecallOutcome, SearchOutcome};
use crate::hnsw::SearchStats;
use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::recall::{Recalled, RecalledWords, Spread};

const REPORT: BuildReport = BuildReport {
    vectors: 9,
    upper_layers: 1,
    lists: 2,
    associations: 3,
    index_bytes: 1_000,
    index_ticks: 3 << 29,
};

fn search(found: &[Neighbour]) -> SearchOutcome<'_> {
    let stats = SearchStats { hops_upper: 3, hops_base: 40, evaluations: 600 };
    let (accesses, kernel) = (None, Kernel::SCALAR);
    SearchOutcome { neighbours: found, stats, accesses, kernel, duration_ticks: 1 << 20 }
}

fn recall(lure: bool) -> RecallOutcome {
    let spread =
        Spread { visited: 16, edges: 11, depth: 1, expanded: 15, mass: 1.5, is_cut: false };
    let recalled = Recalled { words: RecalledWords::default(), lure, confidence: 0.75, spread };
    RecallOutcome { list: 4, recalled, coverage: 0.25, duration_ticks: (1 << 10) + 1 }
}

/// Two searches, a canary that missed one of two, three recalls of which one brought the lure.
fn tally() -> Tally {
    let found = [Neighbour { id: 1, similarity: 0.5 }, Neighbour { id: 2, similarity: 0.25 }];
    let mut tally = Tally::default();
    tally.count_search(&search(&found));
    tally.count_search(&search(&found));
    tally.count_canary(&CanaryOutcome {
        search: search(&found),
        found: 1,
        missed: 1,
        comparisons: 9,
        kernel: Kernel::SCALAR,
    });
    for lure in [true, false, false] {
        tally.count_recall(&recall(lure));
    }
    tally
}

/// The expected value of a series, which is there once.
fn expected(tally: &Tally, metric: &str, label: &str) -> f64 {
    let mut found = tally.expectations(&REPORT).into_iter().filter(|it| {
        it.metric == metric
            && it.labels.iter().map(|it| it.1.as_str()).eq(label.split_terminator(' '))
    });
    let value = found.next().unwrap_or_else(|| panic!("no {metric} {label}")).value;
    assert!(found.next().is_none());
    value
}

#[test]
fn each_outcome_is_counted_where_it_belongs() {
    let tally = tally();
    let expected = |metric, label| expected(&tally, metric, label);
    assert_eq!(expected("engram_workload_operations_total", "search"), 2.0);
    assert_eq!(expected("engram_workload_operations_total", "recall"), 3.0);
    assert_eq!(expected("engram_workload_operations_total", "canary"), 1.0);
    assert_eq!(expected("engram_hnsw_hops_sum", "upper"), 9.0);
    assert_eq!(expected("engram_hnsw_distance_evaluations_total", ""), 1_800.0);
    assert_eq!(expected("engram_workload_search_neighbours_total", ""), 6.0);
    assert_eq!(expected("engram_workload_canary_neighbours_total", "missed"), 1.0);
    assert_eq!(expected("engram_workload_lists_studied_total", ""), 3.0);
    assert_eq!(expected("engram_workload_words_total", "forgotten"), 45.0);
    assert_eq!(expected("engram_workload_lure_trials_total", "false_memory"), 1.0);
    assert_eq!(expected("engram_workload_lure_trials_total", "correct_rejection"), 2.0);
    assert_eq!(expected("engram_workload_spreading_visited_total", ""), 48.0);
    assert_eq!(expected("engram_workload_spreading_edges_total", ""), 33.0);
    assert_eq!(expected("engram_workload_index_build_duration_seconds", ""), 1.5);
    assert_eq!(expected("engram_kernel_operations_total", "scalar aligned"), 1_809.0);
    assert_eq!(expected("engram_false_memory_trials_total", "drm_recall false_memory"), 1.0);
    assert_eq!(expected("engram_spreading_mass_ratio_sum", ""), 4.5);
    assert_eq!(expected("engram_hnsw_hops_sum", "base"), 120.0);
}

#[test]
fn buckets_are_cumulative_and_their_bounds_inclusive() {
    let tally = tally();
    let search = |le| expected(&tally, "engram_workload_search_duration_seconds_bucket", le);
    assert_eq!(search("0.00048828125"), 0.0);
    assert_eq!(search("0.0009765625"), 3.0);
    assert_eq!(search("+Inf"), 3.0);
    let recall = |le| expected(&tally, "engram_workload_recall_duration_seconds_bucket", le);
    assert_eq!(recall("0.00000095367431640625"), 0.0);
    assert_eq!(recall("0.0000019073486328125"), 3.0);
    let hops = |le| expected(&tally, "engram_hnsw_hops_bucket", le);
    assert_eq!((hops("base 32"), hops("base 64")), (0.0, 3.0));
}

#[test]
fn sums_are_exact() {
    let tally = tally();
    assert_eq!(expected(&tally, "engram_workload_search_duration_seconds_sum", ""), 3.0 / 1024.0);
    assert_eq!(expected(&tally, "engram_workload_recall_duration_seconds_count", ""), 3.0);
}

#[test]
fn at_least_twelve_metrics_are_expected() {
    let expectations = tally().expectations(&REPORT);
    let suffixes = ["_bucket", "_sum", "_count"];
    fn base<'n>(metric: &'n str, suffixes: &[&str]) -> &'n str {
        suffixes.iter().find_map(|suffix| metric.strip_suffix(suffix)).unwrap_or(metric)
    }
    let engine = expectations.iter().filter(|it| it.metric.starts_with("engram_workload_"));
    let mut names: Vec<&str> = engine.map(|it| base(&it.metric, &suffixes)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 13);
}

#[test]
fn merging_is_counting_in_one_place() {
    let mut twice = tally();
    let found = [Neighbour { id: 1, similarity: 0.5 }];
    twice.count_search(&search(&found));
    let mut other = Tally::default();
    other.count_search(&search(&found));
    assert_eq!(tally().merge(&other), twice);
    assert_eq!(other.merge(&tally()), twice);
}

#[test]
fn every_part_of_a_result_changes_the_digest() {
    let digest = |found: &[Neighbour]| {
        let mut tally = Tally::default();
        tally.count_search(&search(found));
        tally.digest()
    };
    let (near, far) = (Neighbour { id: 1, similarity: 0.5 }, Neighbour { id: 1, similarity: 0.25 });
    let other = Neighbour { id: 2, similarity: 0.5 };
    let digests = [digest(&[near]), digest(&[far]), digest(&[other]), digest(&[near, far])];
    for (at, one) in digests.iter().enumerate() {
        assert!(!digests[at + 1..].contains(one));
    }
}

#[test]
fn powers_of_two_belong_to_the_bucket_they_bound() {
    let mut values = Distribution::default();
    for value in [0, 1, 2, 3, 4, 5, u64::MAX] {
        values.add(value);
    }
    assert_eq!([0, 1, 2, 3, 63].map(|power| values.up_to(power)), [2, 3, 5, 6, 6]);
    assert_eq!(values.count(), 7);
    assert_eq!(values.sum(), 15 + u128::from(u64::MAX));
}
