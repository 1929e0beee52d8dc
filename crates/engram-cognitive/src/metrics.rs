//! One set of metrics per paradigm, each a static that is registered where it is wanted.
//!
//! | set | measures |
//! |---|---|
//! | [`CLS`] | which of two memory systems a retrieval came from |
//! | [`CONSOLIDATION`] | states of memories: transitions, dwell times, populations, replays |
//! | [`COMPLETION`] | pattern completion: how plausible, how often right |
//! | [`FALSE_MEMORY`] | lures and studied items: what is recalled that was not there, and what was |
//! | [`SPREADING`] | how far and how wide activation spreads |
//! | [`PRIMING`] | response times by relation and onset asynchrony |
//! | [`INTERFERENCE`] | proactive and retroactive interference, intrusions, the fan effect |
//! | [`RECONSOLIDATION`] | attempts to change a memory, and how long after it was reactivated |
//! | [`RETENTION`] | recall by delay, and by schedule of study |
//! | [`SEARCH`] | the index of nearest vectors: hops, evaluations, locality, recall |
//! | [`BATCH`] | operations in batches, backpressure, vector kernels |
//! | [`INPUTS`] | what was not recorded, and why |
//!
//! [`register`] registers all of them.

mod batch;
mod cls;
mod completion;
mod consolidation;
mod false_memory;
mod inputs;
mod interference;
mod population;
mod priming;
mod reconsolidation;
mod retention;
mod search;
mod spreading;

#[cfg(test)]
mod tests;

pub use batch::{
    Alignment, BATCH, BatchMetrics, BatchOperation, BatchResult, Instructions, Pressure,
};
pub use cls::{CLS, ClsMetrics};
pub use completion::{
    COMPLETION, Completion, CompletionMetrics, CompletionOutcome, Confidence, System, Verdict,
};
pub use consolidation::{CONSOLIDATION, ConsolidationMetrics, Place, Replay, State, Transition};
pub use false_memory::{FALSE_MEMORY, FalseMemoryMetrics, ItemOutcome, LureOutcome, Paradigm};
pub use inputs::{INPUTS, InputMetrics};
pub use interference::{
    Condition, Fan, INTERFERENCE, Interference, InterferenceMetrics, Lag, Probe, RecallOutcome,
};
pub use population::Population;
pub use priming::{Asynchrony, PRIMING, PrimingEffect, PrimingMetrics, Relatedness, Relation};
pub use reconsolidation::{
    RECONSOLIDATION, ReconsolidationMetrics, ReconsolidationOutcome, WINDOW_SECONDS,
};
pub use retention::{Delay, RETENTION, RetentionMetrics, Schedule};
pub use search::{CanaryResult, Layer, Locality, SEARCH, Search, SearchMetrics};
pub use spreading::{SPREADING, Spread, SpreadOutcome, SpreadingMetrics};

use engram_metrics_core::{Collect, Layout, RegisterError, Registry};

/// All sets, in the order of the catalogue.
pub const SETS: [&dyn Collect; 12] = [
    &CLS,
    &CONSOLIDATION,
    &COMPLETION,
    &FALSE_MEMORY,
    &SPREADING,
    &PRIMING,
    &INTERFERENCE,
    &RECONSOLIDATION,
    &RETENTION,
    &SEARCH,
    &BATCH,
    &INPUTS,
];

/// Registers all sets.
///
/// ```
/// use engram_metrics_core::Registry;
///
/// static REGISTRY: Registry = Registry::new();
/// engram_cognitive::metrics::register(&REGISTRY)?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
///
/// # Errors
/// As [`Registry::register`]: when one of them is registered already. Those before it stay registered.
#[track_caller]
pub fn register(registry: &Registry) -> Result<(), RegisterError> {
    SETS.into_iter().try_for_each(|set| registry.register(set))
}

/// Response times: 8 buckets per power of two from an eighth of a second to 8 s.
const RESPONSES: Layout = Layout::new(3, 27, 33, 30);

/// Time in states: 4 buckets per power of two from a minute to 97 days, in ticks of 2^-10 s.
const DWELLS: Layout = Layout::new(2, 16, 33, 10);

/// Ticks in a second of those.
const DWELL_TICKS: u64 = 1 << 10;

/// What spreading puts out for what was put in: as ratios, but up to 1,024.
const MASS: Layout = Layout::new(3, 20, 40, 30);
