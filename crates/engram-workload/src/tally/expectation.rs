//! What a scrape must show.

use std::ops::RangeInclusive;

use super::Tally;
use super::distribution::Distribution;
use crate::engine::BuildReport;

/// A series as the Prometheus text format names it, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Name of the series, with its suffix.
    pub metric: String,
    /// Names and values of its labels. A bound (`le`) is exact, in decimals without an exponent:
    /// compare it as a number, for exporters write the same number in other ways.
    pub labels: Vec<(&'static str, String)>,
    /// Its value: exact, for the counts and sums of a run fit the 53 bits of an `f64`.
    pub value: f64,
}

/// A histogram as the page shows it.
pub(super) struct Shape {
    /// Its name, without the suffixes of its series.
    pub(super) name: &'static str,
    /// Ticks in a base unit, as a power of two.
    pub(super) resolution: i32,
    /// Bounds of its buckets in ticks, as powers of two.
    pub(super) bounds: RangeInclusive<usize>,
}

const SEARCH_DURATION: Shape =
    Shape { name: "engram_workload_search_duration_seconds", resolution: 30, bounds: 0..=36 };

const RECALL_DURATION: Shape =
    Shape { name: "engram_workload_recall_duration_seconds", ..SEARCH_DURATION };

/// Every series of the engine, and those of the metrics of memory that are not zero.
pub(super) fn all(tally: &Tally, report: &BuildReport) -> Vec<Expectation> {
    let mut all = operations(tally);
    all.extend(searches(tally));
    all.extend(recalls(tally));
    all.extend(SEARCH_DURATION.series(&[], &tally.search_ticks));
    all.extend(RECALL_DURATION.series(&[], &tally.recall_ticks));
    all.push(plain("engram_workload_index_vectors", report.vectors as f64));
    all.push(plain("engram_workload_index_build_duration_seconds", report.index_seconds()));
    // A tally exists when its workers have ended.
    all.push(plain("engram_workload_workers", 0.0));
    all.push(plain("engram_hnsw_build_duration_seconds", report.index_seconds()));
    all.push(plain("engram_hnsw_memory_bytes", report.index_bytes as f64));
    all.extend(tally.book().expectations());
    all
}

fn operations(tally: &Tally) -> Vec<Expectation> {
    let kind = |kind, count| one("engram_workload_operations_total", ("operation", kind), count);
    vec![
        kind("search", tally.searches),
        kind("recall", tally.recalls),
        kind("canary", tally.canaries),
        kind("store", tally.stores),
        kind("complete", tally.completions),
        kind("revise", tally.revisions),
        kind("sleep", tally.sleeps),
    ]
}

fn searches(tally: &Tally) -> Vec<Expectation> {
    let canary = "engram_workload_canary_neighbours_total";
    vec![
        count("engram_workload_search_neighbours_total", tally.neighbours),
        one(canary, ("result", "found"), tally.canary_found),
        one(canary, ("result", "missed"), tally.canary_missed),
    ]
}

fn recalls(tally: &Tally) -> Vec<Expectation> {
    let words = "engram_workload_words_total";
    let lures = "engram_workload_lure_trials_total";
    vec![
        count("engram_workload_lists_studied_total", tally.recalls),
        one(words, ("outcome", "recalled"), tally.words_recalled),
        one(words, ("outcome", "forgotten"), tally.words_forgotten()),
        one(lures, ("outcome", "false_memory"), tally.false_memories),
        one(lures, ("outcome", "correct_rejection"), tally.correct_rejections()),
        count("engram_workload_spreading_visited_total", tally.visited),
        count("engram_workload_spreading_edges_total", tally.edges),
    ]
}

impl Shape {
    /// The series of a histogram with these labels.
    pub(super) fn series(
        &self,
        labels: &[(&'static str, String)],
        values: &Distribution,
    ) -> Vec<Expectation> {
        let tick = f64::from(-self.resolution).exp2();
        let named = |suffix| format!("{}{suffix}", self.name);
        let le = |bound: String, count: u64| {
            let labels = [labels, &[("le", bound)]].concat();
            labelled(named("_bucket"), labels, count as f64)
        };
        let bucket = |power: usize| {
            let bound = (power as f64).exp2() * tick;
            le(bound.to_string(), values.up_to(power))
        };
        let mut series: Vec<Expectation> = self.bounds.clone().map(bucket).collect();
        series.push(le("+Inf".to_owned(), values.count()));
        series.push(labelled(named("_sum"), labels.to_vec(), values.sum() as f64 * tick));
        series.push(labelled(named("_count"), labels.to_vec(), values.count() as f64));
        series
    }
}

fn plain(metric: &str, value: f64) -> Expectation {
    labelled(metric.to_owned(), Vec::new(), value)
}

fn count(metric: &str, count: u64) -> Expectation {
    plain(metric, count as f64)
}

fn one(metric: &str, (name, value): (&'static str, &str), count: u64) -> Expectation {
    labelled(metric.to_owned(), vec![(name, value.to_owned())], count as f64)
}

pub(super) fn labelled(
    metric: String,
    labels: Vec<(&'static str, String)>,
    value: f64,
) -> Expectation {
    Expectation { metric, labels, value }
}
