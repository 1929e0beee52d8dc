//! Metrics of our other crates that alerts and rows of this catalogue name.

/// Names on a Prometheus page, without the suffixes of histograms, and the crate that exports them. This crate
/// imports none of those; a test of `engram-cli`, which imports all, holds the table against them.
pub const OTHERS: &[(&str, &str)] = &[
    ("engram_channel_recoveries_total", "engram-concurrency-audit"),
    ("engram_container_memory_bytes", "engram-hw"),
    ("engram_container_memory_events_total", "engram-hw"),
    ("engram_container_memory_limit_bytes", "engram-hw"),
    ("engram_hw_numa_allocations_total", "engram-hw"),
    ("engram_hw_numa_imbalance_ratio", "engram-hw"),
    ("engram_hw_numa_memory_bytes", "engram-hw"),
    ("engram_hw_numa_nodes", "engram-hw"),
    ("engram_hw_source_up", "engram-hw"),
    ("engram_lock_node_handoffs_total", "engram-concurrency-audit"),
    ("engram_lock_wait_duration_seconds", "engram-concurrency-audit"),
    ("engram_metrics_adaptations_total", "engram-metrics-core"),
    ("engram_metrics_collect_duration_seconds", "engram-metrics-core"),
    ("engram_metrics_lost_records_total", "engram-metrics-core"),
    ("engram_metrics_shared_records_total", "engram-metrics-core"),
    ("engram_perf_derived_ratio", "engram-hw"),
    ("engram_perf_events_total", "engram-hw"),
    ("engram_pressure_recent_ratio", "engram-hw"),
    ("engram_serve_scrape_duration_seconds", "engram-serve"),
    ("engram_trace_events_dropped_total", "engram-trace"),
    ("engram_trace_memory_bytes", "engram-trace"),
    ("engram_trace_ring_occupancy_ratio", "engram-trace"),
    ("engram_workload_search_duration_seconds", "engram-workload"),
];
