//! The contenders, by operation. What is timed is the call that a user writes.

mod counters;
mod gauges;
mod histograms;

use crate::harness::Contender;

/// Everything is a multiple of this one's cost.
pub(crate) const BASELINE: &str = "plain thread-local add";

/// How our own rows are called.
pub(crate) const ENGRAM: &str = "engram";

/// All contenders of all operations.
pub(crate) fn all() -> Vec<Contender> {
    [counters::one(), counters::sixteen(), counters::labelled(), gauges::all(), histograms::all()]
        .into_iter()
        .flatten()
        .collect()
}
