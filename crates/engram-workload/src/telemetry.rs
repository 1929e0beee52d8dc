//! The catalogue: every metric of the engine, with its name, unit and meaning. What it does as a memory, the
//! [metrics of memory](engram_cognitive::metrics) say.
//!
//! Ratios are not stored. Both outcomes are counted, and whoever reads divides.

use engram_cognitive::metrics::{Alignment, Instructions, SEARCH};
use engram_metrics_core::{
    Counter, ExemplarHistogram, Family, Gauge, Instrument, Kind, Unit, UpDownCounter, Visit,
    label_enum, metric_set,
};

use crate::kernel::Kernel;

label_enum! {
    /// What was asked of the engine.
    pub enum Operation as "operation" {
        Search = "search",
        Recall = "recall",
        Canary = "canary",
        Store = "store",
        Complete = "complete",
        Revise = "revise",
        Sleep = "sleep",
    }
}

label_enum! {
    /// What a search did with a true neighbour.
    pub enum CanaryResult as "result" { Found = "found", Missed = "missed" }
}

label_enum! {
    /// What became of a studied word.
    pub enum WordOutcome as "outcome" { Recalled = "recalled", Forgotten = "forgotten" }
}

label_enum! {
    /// What became of a word that was suggested but not studied.
    pub enum LureOutcome as "outcome" {
        FalseMemory = "false_memory",
        CorrectRejection = "correct_rejection",
    }
}

metric_set! {
    /// What the engine does.
    pub struct EngineMetrics {
        /// Operations completed.
        pub operations: Family<Operation, Counter> =
            "engram.workload.operations", Unit::Count("{operation}");
        /// Time of a search of the index.
        pub search_duration: SearchDuration = "engram.workload.search.duration", Unit::Seconds;
        /// Neighbours that searches returned.
        pub search_neighbours: Counter =
            "engram.workload.search.neighbours", Unit::Count("{neighbour}");
        /// True neighbours that checked searches found or missed.
        pub canary_neighbours: Family<CanaryResult, Counter> =
            "engram.workload.canary.neighbours", Unit::Count("{neighbour}");
        /// Time of a recall trial.
        pub recall_duration: ExemplarHistogram = "engram.workload.recall.duration", Unit::Seconds;
        /// Lists studied.
        pub lists_studied: Counter = "engram.workload.lists.studied", Unit::Count("{list}");
        /// Studied words tested.
        pub words: Family<WordOutcome, Counter> = "engram.workload.words", Unit::Count("{word}");
        /// Critical lures tested, one per list studied.
        pub lure_trials: Family<LureOutcome, Counter> =
            "engram.workload.lure.trials", Unit::Count("{trial}");
        /// Words that held activation after spreading.
        pub spreading_visited: Counter = "engram.workload.spreading.visited", Unit::Count("{word}");
        /// Associations that activation spread along.
        pub spreading_edges: Counter =
            "engram.workload.spreading.edges", Unit::Count("{association}");
        /// Vectors in the index.
        pub index_vectors: Gauge = "engram.workload.index.vectors", Unit::Count("{vector}");
        /// Time it took to build the index.
        pub index_build_duration: Gauge = "engram.workload.index.build.duration", Unit::Seconds;
        /// Worker threads at work.
        pub workers: UpDownCounter = "engram.workload.workers", Unit::Count("{thread}");
    }
}

/// How long searches of the index took, under the engine's own name: beside the durations of its other operations, on
/// its dashboards. It is the histogram of [`SEARCH`], which is recorded once and shown twice; to switch it off, switch
/// that one.
#[derive(Debug)]
pub struct SearchDuration(());

impl SearchDuration {
    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self(())
    }
}

impl Instrument for SearchDuration {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        Instrument::collect(&SEARCH.duration, visit);
    }
}

/// What the engines of this process do.
pub static METRICS: EngineMetrics = EngineMetrics::new();

/// The labels of what a kernel does. A vector is a cache line, and nothing else is compared.
pub(crate) const fn kernel_operations(kernel: Kernel) -> (Instructions, Alignment) {
    (kernel.instructions(), Alignment::Aligned)
}

/// A duration in ticks of 2^-30 s as seconds, exactly.
#[inline]
pub(crate) fn seconds(ticks: u64) -> f64 {
    const TICK: f64 = 1.0 / (1_u64 << 30) as f64;
    ticks as f64 * TICK
}
