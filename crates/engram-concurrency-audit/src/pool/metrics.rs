//! What pools do, by their names.

use engram_metrics_core::{Counter, DynamicFamily, Histogram, Layout, metric_set};

metric_set! {
    /// What the pools of the program do; register it beside yours.
    pub struct PoolMetrics {
        /// Jobs that were submitted, by pool.
        pub submitted: DynamicFamily<1, Counter> = "engram.pool.submitted", engram_metrics_core::Unit::Count("{job}"),
            DynamicFamily::new(["pool"]);
        /// Jobs that a worker began, by pool; those submitted and not begun wait.
        pub begun: DynamicFamily<1, Counter> = "engram.pool.begun", engram_metrics_core::Unit::Count("{job}"),
            DynamicFamily::new(["pool"]);
        /// Jobs that panicked, by pool.
        pub panicked: DynamicFamily<1, Counter> = "engram.pool.panicked", engram_metrics_core::Unit::Count("{job}"),
            DynamicFamily::new(["pool"]);
        /// Jobs of a worker that another worker ran, by pool.
        pub stolen: DynamicFamily<1, Counter> = "engram.pool.stolen", engram_metrics_core::Unit::Count("{job}"),
            DynamicFamily::new(["pool"]);
        /// Time that jobs waited for a worker, by pool.
        pub wait_duration: DynamicFamily<1, Histogram> = "engram.pool.wait.duration", engram_metrics_core::Unit::Seconds,
            DynamicFamily::with_layout(["pool"], Layout::SECONDS);
        /// Time that jobs ran, by pool.
        pub run_duration: DynamicFamily<1, Histogram> = "engram.pool.run.duration", engram_metrics_core::Unit::Seconds,
            DynamicFamily::with_layout(["pool"], Layout::SECONDS);
        /// Time that a worker had nothing to do between two jobs, by pool.
        pub idle_duration: DynamicFamily<1, Histogram> = "engram.pool.idle.duration", engram_metrics_core::Unit::Seconds,
            DynamicFamily::with_layout(["pool"], Layout::SECONDS);
    }
}

/// What the pools of the program do.
pub static POOLS: PoolMetrics = PoolMetrics::new();
