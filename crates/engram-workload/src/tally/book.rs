//! What the metrics of memory must show, series by series.
//!
//! Names, labels and bounds stand here once more, as a page has to show them: what the catalogue says of itself is
//! not asked.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::distribution::Distribution;
use super::expectation::{Expectation, Shape, labelled};

/// A series without its bounds: the name, and its labels.
type Series = (&'static str, Labels);

/// Up to two labels.
pub(super) type Labels = [(&'static str, &'static str); 2];

/// No label.
pub(super) const PLAIN: Labels = [("", ""); 2];

/// One label.
pub(super) const fn one(name: &'static str, value: &'static str) -> Labels {
    [(name, value), ("", "")]
}

/// Counts and values, by series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    counts: BTreeMap<Series, i64>,
    values: BTreeMap<Series, Distribution>,
    elapsed: Elapsed,
}

/// Times since a reactivation: how many up to each bound, how many in all, and their sum in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Elapsed {
    up_to: [u64; ELAPSED_BOUNDS.len()],
    count: u64,
    sum: u64,
}

/// Histograms of the metrics of memory: name, ticks in a base unit and bounds, both as powers of two.
const HISTOGRAMS: [(&str, i32, RangeInclusive<usize>); 14] = [
    ("engram_batch_duration_seconds", 30, 0..=36),
    ("engram_cls_hippocampal_weight_ratio", 30, 10..=30),
    ("engram_consolidation_state_duration_seconds", 10, 16..=33),
    ("engram_false_memory_confidence_ratio", 30, 10..=30),
    ("engram_hnsw_hops", 0, 0..=20),
    ("engram_hnsw_search_duration_seconds", 30, 0..=36),
    ("engram_pattern_completion_duration_seconds", 30, 0..=36),
    ("engram_pattern_completion_plausibility_ratio", 30, 10..=30),
    ("engram_reconsolidation_update_ratio", 30, 10..=30),
    ("engram_spreading_coverage_ratio", 30, 10..=30),
    ("engram_spreading_depth", 0, 0..=20),
    ("engram_spreading_duration_seconds", 30, 0..=36),
    ("engram_spreading_mass_ratio", 30, 20..=40),
    ("engram_spreading_visited", 0, 0..=20),
];

/// The one whose bounds are times that mean something, in seconds.
const ELAPSED: &str = "engram_reconsolidation_elapsed_seconds";
const ELAPSED_BOUNDS: [u64; 8] = [60, 600, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800];

impl Book {
    /// Adds to a counter, or to a gauge that goes both ways.
    pub(super) fn count(&mut self, name: &'static str, labels: Labels, change: i64) {
        *self.counts.entry((name, labels)).or_default() += change;
    }

    /// Adds a value in ticks to a histogram.
    pub(super) fn ticks(&mut self, name: &'static str, labels: Labels, ticks: u64) {
        self.values.entry((name, labels)).or_default().add(ticks);
    }

    /// Adds values to a histogram.
    pub(super) fn add(&mut self, name: &'static str, labels: Labels, values: &Distribution) {
        self.values.entry((name, labels)).or_default().merge(values);
    }

    /// Adds a ratio to a histogram whose ticks are 2^-30.
    pub(super) fn ratio(&mut self, name: &'static str, labels: Labels, ratio: f64) {
        self.ticks(name, labels, (ratio * (1_u64 << 30) as f64).round() as u64);
    }

    /// Adds a time since a reactivation, in whole seconds.
    pub(super) fn elapsed(&mut self, seconds: u64) {
        for (count, bound) in self.elapsed.up_to.iter_mut().zip(ELAPSED_BOUNDS) {
            *count += u64::from(seconds <= bound);
        }
        self.elapsed.count += 1;
        self.elapsed.sum += seconds;
    }

    /// Adds another book.
    pub(super) fn merge(&mut self, other: &Self) {
        for (series, count) in &other.counts {
            *self.counts.entry(*series).or_default() += count;
        }
        for (series, values) in &other.values {
            self.values.entry(*series).or_default().merge(values);
        }
        for (count, more) in self.elapsed.up_to.iter_mut().zip(other.elapsed.up_to) {
            *count += more;
        }
        self.elapsed.count += other.elapsed.count;
        self.elapsed.sum += other.elapsed.sum;
    }

    /// Every series that is not zero.
    pub(super) fn expectations(&self) -> Vec<Expectation> {
        let counts = self.counts.iter();
        let counted = counts.map(|((name, labels), count)| {
            labelled((*name).to_owned(), owned(labels), *count as f64)
        });
        let mut all: Vec<_> = counted.chain(self.elapsed.series()).collect();
        for ((name, labels), values) in &self.values {
            let known = HISTOGRAMS.iter().find(|it| it.0 == *name);
            if let Some((name, resolution, bounds)) = known {
                let (resolution, bounds) = (*resolution, bounds.clone());
                all.extend(Shape { name, resolution, bounds }.series(&owned(labels), values));
            }
        }
        all
    }
}

impl Elapsed {
    fn series(&self) -> impl Iterator<Item = Expectation> {
        let bucket = |bound: String, count: u64| {
            labelled(format!("{ELAPSED}_bucket"), vec![("le", bound)], count as f64)
        };
        let up_to = self.up_to.into_iter().zip(ELAPSED_BOUNDS);
        let buckets = up_to.map(move |(count, bound)| bucket(bound.to_string(), count));
        buckets.chain([
            bucket("+Inf".to_owned(), self.count),
            labelled(format!("{ELAPSED}_count"), Vec::new(), self.count as f64),
            labelled(format!("{ELAPSED}_sum"), Vec::new(), self.sum as f64),
        ])
    }
}

fn owned(labels: &Labels) -> Vec<(&'static str, String)> {
    let some = labels.iter().filter(|(name, _)| !name.is_empty());
    some.map(|(name, value)| (*name, (*value).to_owned())).collect()
}
