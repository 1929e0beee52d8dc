//! Names that were asked for when this crate was planned, and what became of them.

/// What became of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Kept,
    /// It is there under a name in base units, or with other labels.
    Renamed,
    /// Something else says what it was to say, or says it right, or is the nearest thing that can be measured.
    Replaced,
}

/// A name and its fate.
#[derive(Clone, Copy, Debug)]
pub struct Requested {
    /// The name that was asked for.
    pub name: &'static str,
    /// What became of it.
    pub fate: Fate,
    /// What to look at: a metric of this catalogue, or one of our [other crates](super::OTHERS).
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
        "engram_metrics_shared_records_total",
        "each thread owns its cells; what contends is a record that has to share one, and those are counted",
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
        "engram_perf_derived_ratio, engram_hnsw_node_accesses_total",
        "`l1d_hit` and `llc_hit` of the process, where the processor counts; patterns of access are not known to it, the locality of searches is counted here",
    ),
    requested(
        "engram_cache_miss_latency_ns",
        Fate::Replaced,
        "engram_perf_derived_ratio",
        "no counter says the latency of a miss by access; `backend_stalled` is the share of cycles that waited for data",
    ),
    requested(
        "engram_branch_prediction_accuracy",
        Fate::Replaced,
        "engram_perf_derived_ratio",
        "`branch_accuracy` of the process: nobody can tell the branches of one component apart",
    ),
    requested(
        "engram_pipeline_stalls_per_second",
        Fate::Replaced,
        "engram_perf_events_total",
        "`stalled_cycles_frontend` and `stalled_cycles_backend`; rates are the reader's",
    ),
    requested(
        "engram_numa_memory_allocation_bytes",
        Fate::Replaced,
        "engram_hw_numa_memory_bytes, engram_hw_numa_allocations_total",
        "memory by node, and allocations by node and outcome; the kernel does not know components",
    ),
    requested(
        "engram_numa_remote_access_ratio",
        Fate::Replaced,
        "engram_hw_numa_allocations_total",
        "allocations, which the kernel counts, by outcome; ratios are divided when read, and accesses are not counted",
    ),
    requested(
        "engram_numa_cross_socket_bandwidth_gbps",
        Fate::Replaced,
        "engram_perf_derived_ratio",
        "bytes between sockets are counted outside of cores, where no container or virtual machine can look; `backend_stalled` is what saturation does",
    ),
    requested(
        "engram_numa_node_imbalance_ratio",
        Fate::Renamed,
        "engram_hw_numa_imbalance_ratio",
        "of memory in use; the only type there is needs no label",
    ),
    requested(
        "engram_numa_thread_migration_count",
        Fate::Replaced,
        "engram_lock_node_handoffs_total",
        "a thread's processor is not followed, and the reason of a migration is known to nobody; what migration costs, locks that change nodes, is counted",
    ),
    requested(
        "engram_memory_pool_utilization",
        Fate::Replaced,
        "engram_trace_memory_bytes, engram_hnsw_memory_bytes, engram_container_memory_bytes",
        "there are no arenas; what is kept is stated in bytes by whoever keeps it",
    ),
    requested(
        "engram_memory_pool_fragmentation_ratio",
        Fate::Replaced,
        "engram_container_memory_bytes",
        "no allocator here can be asked; memory of the process beyond what its parts state is fragmentation, or a leak",
    ),
    requested(
        "engram_memory_pressure_adaptation_events",
        Fate::Replaced,
        "engram_container_memory_events_total",
        "no pool adapts by itself; how often the limits of memory were met says when somebody should",
    ),
    requested(
        "engram_zero_allocation_violations",
        Fate::Replaced,
        "engram_metrics_lost_records_total",
        "a property of the code, and tests count: there are none; a record that found no memory for its first cell is counted here",
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
        "engram_hnsw_memory_bytes",
        "links are not compressed, the ratio would be 1; their bytes are stated",
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
        "engram_serve_scrape_duration_seconds",
        "pages and health are answered by the same threads; base unit, and a histogram",
    ),
    requested(
        "engram_health_check_success_ratio",
        Fate::Replaced,
        "engram_hw_source_up",
        "1 or 0 by source of measures; the verdict of health itself is an answer of engram-serve, and ratios are divided when read",
    ),
    requested(
        "engram_error_recovery_duration_ms",
        Fate::Replaced,
        "engram_channel_recoveries_total",
        "recoveries are counted by action where they are made; they are single steps without a duration of their own",
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
        "engram_hnsw_search_duration_seconds",
        "compared with the hour before by an alert; a verdict about code is that of a build, `cargo xtask cost` and `cargo xtask paired`",
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
        "engram_metrics_collect_duration_seconds",
        "nothing is aggregated in the background: what a page shows is as old as its collection took",
    ),
    requested(
        "engram_lock_free_queue_utilization",
        Fate::Replaced,
        "engram_trace_ring_occupancy_ratio",
        "metrics have no queue; events have rings",
    ),
    requested(
        "engram_atomic_operation_contention",
        Fate::Replaced,
        "engram_metrics_shared_records_total, engram_lock_wait_duration_seconds",
        "records have no locked instruction unless they share a cell; threads that wait are measured by class of lock",
    ),
];

/// Every alert that was asked for: its name, whether it was kept, corrected or replaced, the alert there is now,
/// and why.
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
        "share of scalar operations on a processor that does others too; instructions over cycles is not utilisation",
    ],
    [
        "CacheHitRatioDeterioration",
        "Corrected",
        "EngramCacheHitsLow",
        "loads of the first level as the processor counts them, and nothing where it does not count",
    ],
    [
        "BranchPredictionDegradation",
        "Corrected",
        "EngramBranchPredictionLow",
        "of the process: nobody can tell the branches of one component apart; ten minutes, for 30 s fire at every start",
    ],
    [
        "NUMARemoteAccessRatioHigh",
        "Corrected",
        "EngramNumaRemoteAllocations",
        "allocations, which the kernel counts; accesses need counters that few machines have",
    ],
    ["NUMANodeImbalance", "Kept", "EngramNumaImbalance", "the same threshold"],
    [
        "CrossSocketBandwidthSaturation",
        "Replaced",
        "EngramMemoryStalls",
        "bytes between sockets are counted outside of cores, where no container can look, and 80 GB/s is one machine's limit; cycles that wait are what saturation does on any",
    ],
    [
        "MemoryPoolFragmentation",
        "Replaced",
        "EngramMemoryNearLimit",
        "there are no pools whose fragmentation could be read; what it leads to is memory at its limit",
    ],
    [
        "ZeroAllocationViolation",
        "Replaced",
        "EngramRecordsLost",
        "that records allocate nothing is a test of the code; a record that found no memory for its first cell is the state of a process",
    ],
    [
        "CacheAlignmentDegraded",
        "Replaced",
        "EngramKernelUnaligned",
        "share of unaligned vector operations, which alignment matters to",
    ],
    [
        "HealthCheckLatencyHigh",
        "Corrected",
        "EngramScrapeSlow",
        "all pages of the endpoint, by their 99th percentile instead of the last one",
    ],
    [
        "PerformanceRegressionDetected",
        "Replaced",
        "EngramSearchSlower",
        "a comparison with the hour before; a gauge that says 1 is a verdict that nobody can look into, and that of a build fails the build",
    ],
    [
        "GracefulDegradationActivated",
        "Replaced",
        "EngramBackpressure",
        "senders that wait are the degraded mode of the engine",
    ],
    [
        "LockFreeContentionSpike",
        "Corrected",
        "EngramRecordsShared",
        "the records that do contend: those that share a cell",
    ],
    [
        "AtomicOperationContentionHigh",
        "Replaced",
        "EngramLockWaits",
        "time that threads wait, by class of lock; cycles of an atomic cannot be told from those of others",
    ],
    [
        "MetricsAggregationLag",
        "Replaced",
        "EngramCollectSlow",
        "nothing aggregates in the background; how old a page is says the time of its collection",
    ],
];

const fn requested(
    name: &'static str,
    fate: Fate,
    now: &'static str,
    reason: &'static str,
) -> Requested {
    Requested { name, fate, now, reason }
}
