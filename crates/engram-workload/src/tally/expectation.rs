//! What a scrape must show.

use std::ops::RangeInclusive;

use super::Tally;
use super::distribution::Distribution;
use crate::engine::BuildReport;

/// A series as the Prometheus text format names it, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Name of the series, with its suffix.
    pub metric: &'static str,
    /// Names and values of its labels. A bound (`le`) is exact, in decimals without an exponent:
    /// compare it as a number, for exporters write the same number in other ways.
    pub labels: Vec<(&'static str, String)>,
    /// Its value: exact, for the counts and sums of a run fit the 53 bits of an `f64`.
    pub value: f64,
}

/// A histogram as the page shows it.
struct Shape {
    /// Names of its series: bucket, sum, count.
    names: [&'static str; 3],
    /// Ticks in a base unit, as a power of two.
    resolution: i32,
    /// Bounds of its buckets in ticks, as powers of two.
    bounds: RangeInclusive<usize>,
}

const SEARCH_DURATION: Shape = Shape {
    names: [
        "engram_workload_search_duration_seconds_bucket",
        "engram_workload_search_duration_seconds_sum",
        "engram_workload_search_duration_seconds_count",
    ],
    resolution: 30,
    bounds: 0..=36,
};

const RECALL_DURATION: Shape = Shape {
    names: [
        "engram_workload_recall_duration_seconds_bucket",
        "engram_workload_recall_duration_seconds_sum",
        "engram_workload_recall_duration_seconds_count",
    ],
    ..SEARCH_DURATION
};

const SEARCH_HOPS: Shape = Shape {
    names: [
        "engram_workload_search_hops_bucket",
        "engram_workload_search_hops_sum",
        "engram_workload_search_hops_count",
    ],
    resolution: 0,
    bounds: 0..=20,
};

/// Every series of the engine.
pub(super) fn all(tally: &Tally, report: &BuildReport) -> Vec<Expectation> {
    let mut all = operations(tally);
    all.extend(searches(tally));
    all.extend(recalls(tally));
    all.extend(SEARCH_DURATION.series(&tally.search_ticks));
    all.extend(SEARCH_HOPS.series(&tally.search_hops));
    all.extend(RECALL_DURATION.series(&tally.recall_ticks));
    all.push(plain("engram_workload_index_vectors", report.vectors as f64));
    all.push(plain("engram_workload_index_build_duration_seconds", report.index_seconds()));
    // A tally exists when its workers have ended.
    all.push(plain("engram_workload_workers", 0.0));
    all
}

fn operations(tally: &Tally) -> Vec<Expectation> {
    let kind =
        |kind, count| labelled("engram_workload_operations_total", ("operation", kind), count);
    vec![
        kind("search", tally.searches),
        kind("recall", tally.recalls),
        kind("canary", tally.canaries),
    ]
}

fn searches(tally: &Tally) -> Vec<Expectation> {
    let hops = |layer, count| labelled("engram_workload_index_hops_total", ("layer", layer), count);
    let canary = "engram_workload_canary_neighbours_total";
    vec![
        hops("upper", tally.hops_upper),
        hops("base", tally.hops_base),
        count("engram_workload_distance_evaluations_total", tally.evaluations),
        count("engram_workload_search_neighbours_total", tally.neighbours),
        labelled(canary, ("result", "found"), tally.canary_found),
        labelled(canary, ("result", "missed"), tally.canary_missed),
    ]
}

fn recalls(tally: &Tally) -> Vec<Expectation> {
    let words = "engram_workload_words_total";
    let lures = "engram_workload_lure_trials_total";
    vec![
        count("engram_workload_lists_studied_total", tally.recalls),
        labelled(words, ("outcome", "recalled"), tally.words_recalled),
        labelled(words, ("outcome", "forgotten"), tally.words_forgotten()),
        labelled(lures, ("outcome", "false_memory"), tally.false_memories),
        labelled(lures, ("outcome", "correct_rejection"), tally.correct_rejections()),
        count("engram_workload_spreading_visited_total", tally.visited),
        count("engram_workload_spreading_edges_total", tally.edges),
    ]
}

impl Shape {
    /// The series of a histogram without further labels.
    fn series(&self, values: &Distribution) -> Vec<Expectation> {
        let [bucket, sum, total] = self.names;
        let tick = f64::from(-self.resolution).exp2();
        let le = |bound: &str, count| labelled(bucket, ("le", bound), count);
        let bucket = |power: usize| {
            let bound = (power as f64).exp2() * tick;
            le(&bound.to_string(), values.up_to(power))
        };
        let mut series: Vec<Expectation> = self.bounds.clone().map(bucket).collect();
        series.push(le("+Inf", values.count()));
        series.push(plain(sum, values.sum() as f64 * tick));
        series.push(count(total, values.count()));
        series
    }
}

fn plain(metric: &'static str, value: f64) -> Expectation {
    Expectation { metric, labels: Vec::new(), value }
}

fn count(metric: &'static str, count: u64) -> Expectation {
    plain(metric, count as f64)
}

fn labelled(metric: &'static str, label: (&'static str, &str), count: u64) -> Expectation {
    Expectation { metric, labels: vec![(label.0, label.1.to_owned())], value: count as f64 }
}
