//! The catalogue: every metric of the engine, with its name, unit and meaning.
//!
//! Ratios are not stored. Both outcomes are counted, and whoever reads divides.

use engram_metrics_core::{
    Counter, ExemplarHistogram, Family, Gauge, Histogram, Unit, UpDownCounter, label_enum,
    metric_set,
};

label_enum! {
    /// What was asked of the engine.
    pub enum Operation as "operation" { Search = "search", Recall = "recall", Canary = "canary" }
}

label_enum! {
    /// Where in the index.
    pub enum Layer as "layer" { Upper = "upper", Base = "base" }
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
        pub search_duration: ExemplarHistogram = "engram.workload.search.duration", Unit::Seconds;
        /// Nodes of the index whose links one search followed.
        pub search_hops: Histogram = "engram.workload.search.hops", Unit::Count("{hop}");
        /// Neighbours that searches returned.
        pub search_neighbours: Counter =
            "engram.workload.search.neighbours", Unit::Count("{neighbour}");
        /// Nodes of the index whose links were followed.
        pub index_hops: Family<Layer, Counter> = "engram.workload.index.hops", Unit::Count("{hop}");
        /// Cosines computed by searches of the index.
        pub distance_evaluations: Counter =
            "engram.workload.distance.evaluations", Unit::Count("{evaluation}");
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

/// What the engines of this process do.
pub static METRICS: EngineMetrics = EngineMetrics::new();
