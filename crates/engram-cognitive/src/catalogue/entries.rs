//! The table of metrics.

use super::Entry;

/// Every metric of the sets of this crate, in their order.
pub const ENTRIES: &[Entry] = &[
    entry(
        ["engram_cls_hippocampal_weight_ratio", "histogram", "state"],
        "share of the hippocampal system in one retrieval, 0..1; weights that do not sum to 1 within 0.001 are refused",
        "mean share of a state: `_sum / _count`; the neocortical share is 1 less that; expected to fall from recent to remote",
        "McClelland, McNaughton and O'Reilly 1995; Kim and Fanselow 1992",
    ),
    entry(
        ["engram_consolidation_transitions_total", "counter", "from, to"],
        "steps of memories along the eight legal edges",
        "backlog: transitions to a state less those from it; no completed steps with memories waiting: stalled",
        "Frankland and Bontempi 2005",
    ),
    entry(
        ["engram_consolidation_state_duration_seconds", "histogram", "state"],
        "time in a state on leaving it, 64 s to 97 d",
        "median time to remote, expected between days and weeks of model time",
        "Kim and Fanselow 1992: dependent at 1 day, independent at 28",
    ),
    entry(
        ["engram_consolidation_memories", "gauge", "state"],
        "memories in a state; the sum over states is those made less those forgotten",
        "backlog of consolidation: `state=\"consolidating\"`",
        "-",
    ),
    entry(
        ["engram_consolidation_replays_total", "counter", "trigger"],
        "memories replayed to the slow store",
        "replays per completed transition",
        "McClelland, McNaughton and O'Reilly 1995",
    ),
    entry(
        ["engram_pattern_completion_plausibility_ratio", "histogram", "system, outcome"],
        "plausibility that a system stated for its completion, 0..1",
        "spread by outcome; `_count` is the number of completions",
        "-",
    ),
    entry(
        ["engram_pattern_completion_verdicts_total", "counter", "confidence, verdict"],
        "verified completions by the tenth of their stated plausibility",
        "expected calibration error: mean of abs(middle of tenth - share veridical), weighted by count; off by 0.05 at most",
        "Murphy 1973",
    ),
    entry(
        ["engram_pattern_completion_duration_seconds", "histogram", "system"],
        "time of a completion",
        "-",
        "-",
    ),
    entry(
        ["engram_false_memory_trials_total", "counter", "paradigm, outcome"],
        "opportunities for a false memory, one per lure tested",
        "false memories over all trials, with Wilson bounds; published for 15-word lists: .55 of lures recalled",
        "Roediger and McDermott 1995; Wilson 1927",
    ),
    entry(
        ["engram_false_memory_confidence_ratio", "histogram", "paradigm, outcome"],
        "confidence in the answer about a lure, 0..1",
        "confidence of false memories beside that of correct rejections",
        "Roediger and McDermott 1995",
    ),
    entry(
        ["engram_veridical_memory_trials_total", "counter", "paradigm, outcome"],
        "studied items tested",
        "hits over all; with false memories: d' = z(hits) - z(false), half a trial added to each outcome",
        "Hautus 1995",
    ),
    entry(
        ["engram_spreading_activations_total", "counter", "outcome"],
        "spreads by why they ended",
        "share that did not converge",
        "-",
    ),
    entry(
        ["engram_spreading_depth", "histogram", ""],
        "waves of one spread that followed an edge",
        "-",
        "Collins and Loftus 1975",
    ),
    entry(
        ["engram_spreading_visited", "histogram", ""],
        "nodes that one spread activated",
        "-",
        "-",
    ),
    entry(
        ["engram_spreading_coverage_ratio", "histogram", ""],
        "share of all nodes that one spread activated, 0..1",
        "more than half of the network in one of twenty spreads: runaway",
        "-",
    ),
    entry(
        ["engram_spreading_mass_ratio", "histogram", ""],
        "activation out over activation in, 0 to 1,024",
        "above 1 for long: spreading amplifies",
        "-",
    ),
    entry(
        ["engram_spreading_expanded_total", "counter", ""],
        "nodes whose edges were followed",
        "branching: edges over expanded nodes",
        "-",
    ),
    entry(["engram_spreading_edges_total", "counter", ""], "edges followed", "-", "-"),
    entry(["engram_spreading_duration_seconds", "histogram", ""], "time of a spread", "-", "-"),
    entry(
        ["engram_priming_response_seconds", "histogram", "type, relatedness, soa"],
        "time from target to response, 1/8 to 8 s",
        "effect: mean of unrelated less mean of related, with Welch's error",
        "Neely 1976; Neely, O'Connor and Calabrese 2010",
    ),
    entry(
        ["engram_priming_events_total", "counter", "type, outcome"],
        "primes by what they did to their target",
        "-",
        "-",
    ),
    entry(
        ["engram_interference_trials_total", "counter", "type, condition, outcome"],
        "items to be recalled with and without interfering material",
        "magnitude: share recalled in control less that in interference, with Newcombe's interval",
        "Underwood 1957; Newcombe 1998",
    ),
    entry(
        ["engram_interference_intrusions_total", "counter", "lag"],
        "items recalled with the wrong list, by how far back theirs was",
        "lag 1 has to dominate",
        "Murdock 1974",
    ),
    entry(
        ["engram_fan_response_seconds", "histogram", "fan, probe"],
        "time to recognise or refuse a fact",
        "mean by fan; published targets 1.14, 1.20, 1.27 s for fans of 1 to 3",
        "Anderson 1974",
    ),
    entry(
        ["engram_reconsolidation_attempts_total", "counter", "outcome"],
        "attempts to change a memory",
        "-",
        "Nader, Schafe and LeDoux 2000",
    ),
    entry(
        ["engram_reconsolidation_elapsed_seconds", "histogram", ""],
        "time from reactivation to the attempt; 21,600 s is a bound",
        "attempts within the window: `_bucket{le=\"21600\"}`",
        "Nader, Schafe and LeDoux 2000",
    ),
    entry(
        ["engram_reconsolidation_late_updates_total", "counter", ""],
        "changes made although the window was closed",
        "any is an error",
        "Nader, Schafe and LeDoux 2000",
    ),
    entry(["engram_reconsolidation_labile", "gauge", ""], "memories that can be changed", "-", "-"),
    entry(
        ["engram_reconsolidation_update_ratio", "histogram", ""],
        "share of a memory that a change replaced, 0..1",
        "-",
        "-",
    ),
    entry(
        ["engram_retention_trials_total", "counter", "delay, outcome"],
        "tests of what was studied, by delay",
        "share recalled by delay; published savings .582 .442 .358 .337 .278 .254 .211",
        "Ebbinghaus 1885; Murre and Dros 2015",
    ),
    entry(
        ["engram_spacing_trials_total", "counter", "schedule, outcome"],
        "tests of what was studied several times",
        "spaced above massed",
        "Cepeda et al. 2008",
    ),
    entry(
        ["engram_hnsw_hops", "histogram", "layer"],
        "nodes whose links one search followed",
        "grows with the logarithm of the index",
        "Malkov and Yashunin 2018",
    ),
    entry(
        ["engram_hnsw_distance_evaluations_total", "counter", ""],
        "distances computed by searches",
        "per search: over `hnsw_search_duration_seconds_count`",
        "-",
    ),
    entry(
        ["engram_hnsw_node_accesses_total", "counter", "locality"],
        "accesses to nodes by distance in memory from the one before",
        "share of far accesses; cache misses themselves are read from the processor",
        "-",
    ),
    entry(["engram_hnsw_search_duration_seconds", "histogram", ""], "time of a search", "-", "-"),
    entry(
        ["engram_hnsw_canary_neighbours_total", "counter", "result"],
        "true neighbours, by an exact search, that the index found or missed",
        "recall: found over all",
        "-",
    ),
    entry(["engram_hnsw_build_duration_seconds", "gauge", ""], "time of the last build", "-", "-"),
    entry(["engram_hnsw_memory_bytes", "gauge", ""], "memory of the index", "-", "-"),
    entry(
        ["engram_batch_operations_total", "counter", "operation, result"],
        "operations that came in batches",
        "throughput: `rate()`",
        "-",
    ),
    entry(["engram_batch_duration_seconds", "histogram", "operation"], "time of a batch", "-", "-"),
    entry(
        ["engram_batch_backpressure_total", "counter", "change"],
        "senders told to wait (`on`) and to go on (`off`)",
        "-",
        "-",
    ),
    entry(["engram_batch_waiting", "gauge", ""], "senders that wait", "-", "-"),
    entry(
        ["engram_kernel_operations_total", "counter", "instructions, alignment"],
        "vector operations by the instructions that did them",
        "share of scalar operations where the processor has better",
        "-",
    ),
    entry(
        ["engram_cognitive_rejected_inputs_total", "counter", "metric, reason"],
        "numbers that were to be recorded and had no place there",
        "any increase is an error of whoever records",
        "-",
    ),
];

const fn entry(
    [name, kind, labels]: [&'static str; 3],
    meaning: &'static str,
    reading: &'static str,
    source: &'static str,
) -> Entry {
    Entry { name, kind, labels, meaning, reading, source }
}
