//! Names that were asked for when this crate was planned, and what became of them.

/// What became of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Kept,
    /// It is there under a name in base units, or with other labels.
    Renamed,
    /// Something else says what it was to say, or says it right; without a name: nothing does, for the reason
    /// given.
    Replaced,
}

/// A name and its fate.
#[derive(Clone, Copy, Debug)]
pub struct Requested {
    /// The name that was asked for.
    pub name: &'static str,
    /// What became of it.
    pub fate: Fate,
    /// What to look at instead, `-` if there is nothing in this crate.
    pub now: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// Every metric that was asked for.
pub const REQUESTED: &[Requested] = &[
    requested(
        "engram_operation_duration_seconds",
        Fate::Replaced,
        "engram_workload_search_duration_seconds, engram_batch_duration_seconds",
        "one histogram per operation; a node, a status and a batch size multiply its series, and sizes are values, not labels",
    ),
    requested(
        "engram_lock_free_contentions_total",
        Fate::Replaced,
        "-",
        "recording has no contention to count: each thread owns its cells; contention of locks is measured by engram-concurrency-audit",
    ),
    requested(
        "engram_cls_hippocampal_weight_ratio",
        Fate::Kept,
        "engram_cls_hippocampal_weight_ratio",
        "a histogram by state instead of the last value set; label `state`",
    ),
    requested(
        "engram_cls_neocortical_weight_ratio",
        Fate::Replaced,
        "engram_cls_hippocampal_weight_ratio",
        "1 less the hippocampal share: two stored numbers could contradict each other",
    ),
    requested(
        "engram_pattern_completion_plausibility",
        Fate::Renamed,
        "engram_pattern_completion_plausibility_ratio",
        "unit in the name; labels `system` and `outcome`, of which `rejected` and `unverified` are neither true nor false",
    ),
    requested(
        "engram_false_memory_generation_rate",
        Fate::Replaced,
        "engram_false_memory_trials_total",
        "both outcomes counted per opportunity; a rate that only moves on false memories ends at 1; the threshold was a value used as a label",
    ),
    requested(
        "engram_consolidation_transition_duration_ms",
        Fate::Renamed,
        "engram_consolidation_state_duration_seconds",
        "base unit; the time in the state that was left, the steps themselves being engram_consolidation_transitions_total",
    ),
    requested(
        "engram_spreading_activation_depth_hops",
        Fate::Renamed,
        "engram_spreading_depth",
        "depth and branching are distributions, not labels",
    ),
    requested(
        "engram_spreading_activation_coverage_ratio",
        Fate::Renamed,
        "engram_spreading_coverage_ratio",
        "without the size of the network as a label",
    ),
    requested(
        "engram_simd_utilization_percent",
        Fate::Replaced,
        "engram_kernel_operations_total",
        "operations by instruction set; instructions over cycles is not utilisation and exceeds 100 %",
    ),
    requested(
        "engram_simd_instructions_per_second",
        Fate::Replaced,
        "engram_kernel_operations_total",
        "a counter; rates are the reader's",
    ),
    requested(
        "engram_cache_hit_ratio",
        Fate::Replaced,
        "engram_hnsw_node_accesses_total",
        "ratios are divided when read; hits and misses are counters of the processor, which this crate does not read; locality of accesses is counted here",
    ),
    requested(
        "engram_cache_miss_latency_ns",
        Fate::Replaced,
        "-",
        "no counter of a processor says the latency of a miss by access; not measurable as asked",
    ),
    requested(
        "engram_branch_prediction_accuracy",
        Fate::Replaced,
        "-",
        "branches and misses are counters of the processor, to be read by engram-hw; not part of this crate",
    ),
    requested(
        "engram_pipeline_stalls_per_second",
        Fate::Replaced,
        "-",
        "stalled cycles are a counter of the processor, to be read by engram-hw; not part of this crate",
    ),
    requested(
        "engram_numa_memory_allocation_bytes",
        Fate::Replaced,
        "-",
        "a fact of the machine: engram-hw; not part of this crate",
    ),
    requested(
        "engram_numa_remote_access_ratio",
        Fate::Replaced,
        "-",
        "a fact of the machine: engram-hw; not part of this crate",
    ),
    requested(
        "engram_numa_cross_socket_bandwidth_gbps",
        Fate::Replaced,
        "-",
        "uncore counters that virtual machines do not have; bytes per second at best, by engram-hw",
    ),
    requested(
        "engram_numa_node_imbalance_ratio",
        Fate::Replaced,
        "-",
        "divided when read, from bytes by node: engram-hw",
    ),
    requested(
        "engram_numa_thread_migration_count",
        Fate::Replaced,
        "-",
        "a counter of the kernel: engram-hw; the reason of a migration is not known to anybody",
    ),
    requested(
        "engram_memory_pool_utilization",
        Fate::Replaced,
        "-",
        "pools are audited by engram-concurrency-audit; used and capacity instead of their quotient",
    ),
    requested(
        "engram_memory_pool_fragmentation_ratio",
        Fate::Replaced,
        "-",
        "as above; no allocator here has arenas whose fragmentation could be read",
    ),
    requested(
        "engram_memory_pressure_adaptation_events",
        Fate::Replaced,
        "-",
        "a decision of a policy, counted where it is made",
    ),
    requested(
        "engram_zero_allocation_violations",
        Fate::Replaced,
        "-",
        "a property of the code: tests count the allocations of a record, and there are none",
    ),
    requested(
        "engram_cache_aligned_allocations_percent",
        Fate::Replaced,
        "engram_kernel_operations_total",
        "label `alignment` on the operations that alignment matters to",
    ),
    requested(
        "engram_hnsw_traversal_hops",
        Fate::Renamed,
        "engram_hnsw_hops",
        "a histogram by layer",
    ),
    requested(
        "engram_hnsw_cache_locality_ratio",
        Fate::Replaced,
        "engram_hnsw_node_accesses_total",
        "accesses by locality, divided when read",
    ),
    requested(
        "engram_graph_edge_compression_ratio",
        Fate::Replaced,
        "-",
        "the graph of the engine is not compressed",
    ),
    requested(
        "engram_batch_operation_throughput",
        Fate::Replaced,
        "engram_batch_operations_total",
        "a counter; rates are the reader's",
    ),
    requested(
        "engram_streaming_batch_backpressure_events",
        Fate::Renamed,
        "engram_batch_backpressure_total",
        "with its end as well as its beginning",
    ),
    requested(
        "engram_health_check_duration_ms",
        Fate::Replaced,
        "-",
        "health is answered by engram-serve, which has the time of its requests",
    ),
    requested(
        "engram_health_check_success_ratio",
        Fate::Replaced,
        "-",
        "as above; outcomes are counted, ratios divided when read",
    ),
    requested(
        "engram_error_recovery_duration_ms",
        Fate::Replaced,
        "-",
        "recoveries are counted by engram-concurrency-audit where they are made",
    ),
    requested(
        "engram_graceful_degradation_events",
        Fate::Replaced,
        "engram_metrics_adaptations_total",
        "what degrades here is sampling, by the governor of engram-metrics-core",
    ),
    requested(
        "engram_performance_regression_detected",
        Fate::Replaced,
        "-",
        "a verdict of a build, not of a process: `cargo xtask cost` and `cargo xtask paired` fail on it",
    ),
    requested(
        "engram_metrics_export_duration_ms",
        Fate::Replaced,
        "engram_metrics_collect_duration_seconds",
        "base unit; the size of a page is a value, not a label",
    ),
    requested(
        "engram_streaming_aggregation_lag_ms",
        Fate::Replaced,
        "-",
        "nothing is aggregated in the background: a scrape reads the cells themselves",
    ),
    requested(
        "engram_lock_free_queue_utilization",
        Fate::Replaced,
        "-",
        "there is no queue between a record and its cell",
    ),
    requested(
        "engram_atomic_operation_contention",
        Fate::Replaced,
        "-",
        "records have no locked instruction; contention of atomics of the program is watched by engram-concurrency-audit",
    ),
];

/// Every alert that was asked for: its name, whether it was corrected, replaced or left out, the alert there is
/// now, and why.
pub const REQUESTED_ALERTS: &[[&str; 4]] = &[
    [
        "CLSSystemImbalance",
        "Corrected",
        "EngramConsolidationGradientInverted",
        "a difference of two gauges with different labels matches nothing; the share of remote memories above that of recent ones is what contradicts the theory",
    ],
    [
        "FalseMemoryGenerationSpike",
        "Corrected",
        "EngramFalseMemoryHigh",
        "lower Wilson bound instead of an average that only moves up",
    ],
    [
        "ConsolidationStalled",
        "Corrected",
        "EngramConsolidationStalled",
        "no completed step with memories waiting; the rate of a gauge is 0 whenever it is steady",
    ],
    [
        "SIMDUtilizationLow",
        "Replaced",
        "EngramKernelScalar",
        "share of scalar operations on a processor that does others too",
    ],
    [
        "CacheHitRatioDeterioration",
        "Replaced",
        "EngramSearchFarAccesses",
        "accesses by locality; misses of the processor are engram-hw's",
    ],
    ["BranchPredictionDegradation", "Left out", "-", "a counter of the processor: engram-hw"],
    ["NUMARemoteAccessRatioHigh", "Left out", "-", "a fact of the machine: engram-hw"],
    ["NUMANodeImbalance", "Left out", "-", "a fact of the machine: engram-hw"],
    ["CrossSocketBandwidthSaturation", "Left out", "-", "cannot be read on virtual machines"],
    ["MemoryPoolFragmentation", "Left out", "-", "no such pools here"],
    ["ZeroAllocationViolation", "Left out", "-", "a test of the code, not a state of a process"],
    [
        "CacheAlignmentDegraded",
        "Replaced",
        "EngramKernelUnaligned",
        "share of unaligned vector operations",
    ],
    [
        "HealthCheckLatencyHigh",
        "Left out",
        "-",
        "`probe_duration_seconds` of whoever probes knows it better",
    ],
    ["PerformanceRegressionDetected", "Left out", "-", "a build fails instead"],
    ["GracefulDegradationActivated", "Replaced", "EngramBackpressure", "senders that wait"],
    ["LockFreeContentionSpike", "Left out", "-", "there is nothing to contend for"],
    ["AtomicOperationContentionHigh", "Left out", "-", "as above"],
    ["MetricsAggregationLag", "Left out", "-", "there is no aggregation to lag"],
];

const fn requested(
    name: &'static str,
    fate: Fate,
    now: &'static str,
    reason: &'static str,
) -> Requested {
    Requested { name, fate, now, reason }
}
