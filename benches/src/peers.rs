//! The contenders, by operation. What is timed is the call that a user writes.

mod counters;
mod gauges;
mod histograms;
mod labels;
mod lines;
mod pairs;
mod scrapes;

use crate::harness::Contender;

/// Everything is a multiple of this one's cost.
pub(crate) const BASELINE: &str = "plain thread-local add";

/// How our own rows are called.
pub(crate) const ENGRAM: &str = "engram";

/// Makes all contenders of an operation, given its name.
type Make = fn(&'static str) -> Vec<Contender>;

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

/// The names of all operations.
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

/// The contenders of the chosen operations, of all when none is chosen, and always the baseline.
pub(crate) fn contenders(chosen: &[String]) -> Vec<Contender> {
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|it| it == name);
    let (name, _) = OPERATIONS[0];
    let mut all = vec![counters::baseline(name)];
    for (name, contenders) in OPERATIONS.iter().filter(|(name, _)| is_chosen(name)) {
        all.extend(contenders(name));
    }
    all
}
