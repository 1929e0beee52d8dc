//! The contenders, by operation. What is timed is the call that a user writes.

pub(crate) mod counters;
mod gauges;
mod histograms;
mod labels;
mod lines;
pub(crate) mod pairs;
pub(crate) mod scrapes;

use crate::suite::{Baseline, Make, Suite, Unit};

/// Everything is a multiple of this one's cost.
const BASELINE: &str = "plain thread-local add";

/// How our own rows are called.
pub(crate) const ENGRAM: &str = "engram";

/// What recording costs.
pub(crate) const SUITE: Suite = Suite {
    name: "peers",
    operations: OPERATIONS,
    unit: Unit::Baseline(Baseline {
        name: BASELINE,
        operation: "counter",
        make: counters::baseline,
    }),
    more: None,
};

/// What is compared, and who can do it.
const OPERATIONS: &[(&str, Make)] = &[
    ("counter", counters::one),
    ("counter_16", counters::sixteen),
    ("gauge_set", gauges::set),
    ("histogram_u64", histograms::integers),
    ("histogram_f64", histograms::floats),
    ("label_enum", labels::of_enums),
    ("label_static", labels::of_static_text),
    ("label_dynamic", labels::of_any_text),
    ("counter_hot", lines::hot),
    ("counter_warm", lines::warm),
    ("counter_cold", lines::cold),
    ("scrape_10k", scrapes::counters),
    ("scrape_1k_histograms", scrapes::histograms),
];
