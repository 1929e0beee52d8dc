//! What a memory does that it should not.

use crate::catalogue::alert::{Alert, Case};

pub(super) const ALERTS: &[Alert] = &[
    Alert {
        name: "EngramConsolidationGradientInverted",
        wait: "30m",
        severity: "warning",
        expression: "sum(rate(engram_cls_hippocampal_weight_ratio_sum{state=\"remote\"}[1h])) / sum(rate(engram_cls_hippocampal_weight_ratio_count{state=\"remote\"}[1h])) > sum(rate(engram_cls_hippocampal_weight_ratio_sum{state=\"recent\"}[1h])) / sum(rate(engram_cls_hippocampal_weight_ratio_count{state=\"recent\"}[1h]))",
        labels: &[],
        summary: "remote memories depend more on the hippocampal system than recent ones",
        runbook: "Theory and lesions say the opposite (Kim and Fanselow 1992). Look at the dwell times: memories that are called remote without having been replayed have not moved to the slow store. Then look at who states the weights.",
        fires: Case(&[
            ("engram_cls_hippocampal_weight_ratio_sum{state=\"recent\"}", "0+20x180"),
            ("engram_cls_hippocampal_weight_ratio_count{state=\"recent\"}", "0+100x180"),
            ("engram_cls_hippocampal_weight_ratio_sum{state=\"remote\"}", "0+70x180"),
            ("engram_cls_hippocampal_weight_ratio_count{state=\"remote\"}", "0+100x180"),
        ]),
        silent: Case(&[
            ("engram_cls_hippocampal_weight_ratio_sum{state=\"recent\"}", "0+70x180"),
            ("engram_cls_hippocampal_weight_ratio_count{state=\"recent\"}", "0+100x180"),
            ("engram_cls_hippocampal_weight_ratio_sum{state=\"remote\"}", "0+20x180"),
            ("engram_cls_hippocampal_weight_ratio_count{state=\"remote\"}", "0+100x180"),
        ]),
    },
    Alert {
        name: "EngramConsolidationStalled",
        wait: "30m",
        severity: "warning",
        expression: "sum(increase(engram_consolidation_transitions_total{to=\"remote\"}[1h])) == 0 and sum(engram_consolidation_memories{state=~\"recent|consolidating\"}) > 0",
        labels: &[],
        summary: "no memory became remote for an hour, and some wait",
        runbook: "Is the consolidator alive? Look at the replays: without replays it does not run; with replays and no completed steps its condition for completing is never met.",
        fires: Case(&[
            (
                "engram_consolidation_transitions_total{from=\"consolidating\",to=\"remote\"}",
                "5+0x180",
            ),
            ("engram_consolidation_memories{state=\"recent\"}", "40+0x180"),
        ]),
        silent: Case(&[
            (
                "engram_consolidation_transitions_total{from=\"consolidating\",to=\"remote\"}",
                "0+1x180",
            ),
            ("engram_consolidation_memories{state=\"recent\"}", "40+0x180"),
        ]),
    },
    Alert {
        name: "EngramFalseMemoryHigh",
        wait: "10m",
        severity: "critical",
        expression: "engram:false_memory:lower1h{paradigm=\"drm_recall\"} > 0.65",
        labels: &[("paradigm", "drm_recall")],
        summary: "more lures are recalled than of any published list",
        runbook: "With 95 % confidence the rate is above .65, the highest of 55 published lists (Roediger, Watson, McDermott and Gallo 2001). Compare associative strengths with what they were: inflated ones do this first.",
        fires: Case(&[
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"false_memory\"}",
                "0+36x180",
            ),
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"correct_rejection\"}",
                "0+4x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"false_memory\"}",
                "0+22x180",
            ),
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"correct_rejection\"}",
                "0+18x180",
            ),
        ]),
    },
    Alert {
        name: "EngramFalseMemoryAbsent",
        wait: "1h",
        severity: "info",
        expression: "engram:false_memory:upper1h{paradigm=\"drm_recall\"} < 0.01",
        labels: &[("paradigm", "drm_recall")],
        summary: "lists that make people remember falsely do not do so here",
        runbook: "With 95 % confidence the rate is below .01, the lowest of 55 published lists. Either lures are not tested, or nothing spreads to them.",
        fires: Case(&[
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"false_memory\"}",
                "0+0x180",
            ),
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"correct_rejection\"}",
                "0+40x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"false_memory\"}",
                "0+22x180",
            ),
            (
                "engram_false_memory_trials_total{paradigm=\"drm_recall\",outcome=\"correct_rejection\"}",
                "0+18x180",
            ),
        ]),
    },
    Alert {
        name: "EngramCompletionMiscalibrated",
        wait: "30m",
        severity: "warning",
        expression: "engram:completion_calibration_error:1h > 0.15 and sum(increase(engram_pattern_completion_verdicts_total[1h])) >= 200",
        labels: &[],
        summary: "stated plausibility is far from how often completions are right",
        runbook: "The threshold is a choice of ours; nothing is published. Draw the diagram from engram_pattern_completion_verdicts_total: one tenth that is far off is a threshold in the code, all of them are a scale.",
        fires: Case(&[
            (
                "engram_pattern_completion_verdicts_total{confidence=\"le_0.9\",verdict=\"veridical\"}",
                "0+4x180",
            ),
            (
                "engram_pattern_completion_verdicts_total{confidence=\"le_0.9\",verdict=\"false\"}",
                "0+6x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_pattern_completion_verdicts_total{confidence=\"le_0.9\",verdict=\"veridical\"}",
                "0+17x180",
            ),
            (
                "engram_pattern_completion_verdicts_total{confidence=\"le_0.9\",verdict=\"false\"}",
                "0+3x180",
            ),
        ]),
    },
    Alert {
        name: "EngramSpreadingRunaway",
        wait: "10m",
        severity: "warning",
        expression: "histogram_quantile(0.95, sum by (le) (rate(engram_spreading_coverage_ratio_bucket[15m]))) > 0.5",
        labels: &[],
        summary: "one spread in twenty activates more than half of the network",
        runbook: "Two steps in the Edinburgh norms reach 22 % of all words. Look at depth and decay first, then for a node with links to everything.",
        fires: Case(&[
            ("engram_spreading_coverage_ratio_bucket{le=\"0.25\"}", "0+80x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"0.5\"}", "0+80x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"1\"}", "0+100x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"+Inf\"}", "0+100x180"),
        ]),
        silent: Case(&[
            ("engram_spreading_coverage_ratio_bucket{le=\"0.25\"}", "0+99x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"0.5\"}", "0+99x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"1\"}", "0+100x180"),
            ("engram_spreading_coverage_ratio_bucket{le=\"+Inf\"}", "0+100x180"),
        ]),
    },
    Alert {
        name: "EngramInterferenceHigh",
        wait: "10m",
        severity: "warning",
        expression: "sum by (type) (increase(engram_interference_trials_total{condition=\"control\",outcome=\"recalled\"}[1h])) / sum by (type) (increase(engram_interference_trials_total{condition=\"control\"}[1h])) - sum by (type) (increase(engram_interference_trials_total{condition=\"interference\",outcome=\"recalled\"}[1h])) / sum by (type) (increase(engram_interference_trials_total{condition=\"interference\"}[1h])) > 0.5 and sum by (type) (increase(engram_interference_trials_total[1h])) >= 200",
        labels: &[("type", "proactive")],
        summary: "interference costs more than half of recall",
        runbook: "Underwood (1957) explains forgetting from 25 to 75 % by earlier lists; more than that is not known from people. Look whether both arms are tested after the same delay.",
        fires: Case(&[
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"control\",outcome=\"recalled\"}",
                "0+9x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"control\",outcome=\"forgotten\"}",
                "0+1x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"interference\",outcome=\"recalled\"}",
                "0+2x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"interference\",outcome=\"forgotten\"}",
                "0+8x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"control\",outcome=\"recalled\"}",
                "0+8x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"control\",outcome=\"forgotten\"}",
                "0+2x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"interference\",outcome=\"recalled\"}",
                "0+5x180",
            ),
            (
                "engram_interference_trials_total{type=\"proactive\",condition=\"interference\",outcome=\"forgotten\"}",
                "0+5x180",
            ),
        ]),
    },
    Alert {
        name: "EngramIntrusionsNotRecent",
        wait: "30m",
        severity: "info",
        expression: "sum(increase(engram_interference_intrusions_total{lag=\"3_plus\"}[1h])) > sum(increase(engram_interference_intrusions_total{lag=\"1\"}[1h]))",
        labels: &[],
        summary: "more items intrude from far back than from the last list",
        runbook: "In people the last list dominates. Look whether context is still part of the cue.",
        fires: Case(&[
            ("engram_interference_intrusions_total{lag=\"1\"}", "0+1x180"),
            ("engram_interference_intrusions_total{lag=\"3_plus\"}", "0+4x180"),
        ]),
        silent: Case(&[
            ("engram_interference_intrusions_total{lag=\"1\"}", "0+4x180"),
            ("engram_interference_intrusions_total{lag=\"3_plus\"}", "0+1x180"),
        ]),
    },
    Alert {
        name: "EngramReconsolidationLate",
        wait: "0m",
        severity: "critical",
        expression: "sum(increase(engram_reconsolidation_late_updates_total[10m])) > 0",
        labels: &[],
        summary: "a memory was changed after its window had closed",
        runbook: "Six hours after reactivation memories are stable (Nader, Schafe and LeDoux 2000). Find who changes memories without asking `ReconsolidationMetrics::refusal`.",
        fires: Case(&[("engram_reconsolidation_late_updates_total", "0x114 1x65")]),
        silent: Case(&[("engram_reconsolidation_late_updates_total", "1x180")]),
    },
    Alert {
        name: "EngramInputsRejected",
        wait: "0m",
        severity: "warning",
        expression: "sum by (metric, reason) (increase(engram_cognitive_rejected_inputs_total[10m])) > 0",
        labels: &[("metric", "plausibility"), ("reason", "nan")],
        summary: "numbers were to be recorded that have no place",
        runbook: "Nothing else moved. The labels say what the number was to be and what is wrong with it: `nan` is a division by zero, `clock_backwards` two clocks, `illegal_transition` a state machine that differs from ours.",
        fires: Case(&[(
            "engram_cognitive_rejected_inputs_total{metric=\"plausibility\",reason=\"nan\"}",
            "0x115 0+1x65",
        )]),
        silent: Case(&[(
            "engram_cognitive_rejected_inputs_total{metric=\"plausibility\",reason=\"nan\"}",
            "3x180",
        )]),
    },
    Alert {
        name: "EngramIndexRecallLow",
        wait: "10m",
        severity: "warning",
        expression: "sum(increase(engram_hnsw_canary_neighbours_total{result=\"found\"}[1h])) / sum(increase(engram_hnsw_canary_neighbours_total[1h])) < 0.9 and sum(increase(engram_hnsw_canary_neighbours_total[1h])) >= 1000",
        labels: &[],
        summary: "the index misses more than a tenth of the true neighbours",
        runbook: "Widen the search. If that does not help, links are missing: build the index anew and compare.",
        fires: Case(&[
            ("engram_hnsw_canary_neighbours_total{result=\"found\"}", "0+80x180"),
            ("engram_hnsw_canary_neighbours_total{result=\"missed\"}", "0+20x180"),
        ]),
        silent: Case(&[
            ("engram_hnsw_canary_neighbours_total{result=\"found\"}", "0+98x180"),
            ("engram_hnsw_canary_neighbours_total{result=\"missed\"}", "0+2x180"),
        ]),
    },
    Alert {
        name: "EngramSearchFarAccesses",
        wait: "30m",
        severity: "info",
        expression: "sum(increase(engram_hnsw_node_accesses_total{locality=\"far\"}[1h])) / sum(increase(engram_hnsw_node_accesses_total[1h])) > 0.999 and sum(increase(engram_hnsw_node_accesses_total[1h])) >= 10000",
        labels: &[],
        summary: "practically every access of a search goes to another page",
        runbook: "The share rises with the size of the index and is no error by itself; the threshold is a choice of ours. Ordering nodes by neighbourhood brings it down.",
        fires: Case(&[
            ("engram_hnsw_node_accesses_total{locality=\"far\"}", "0+1000x180"),
            ("engram_hnsw_node_accesses_total{locality=\"same_page\"}", "0x180"),
        ]),
        silent: Case(&[
            ("engram_hnsw_node_accesses_total{locality=\"far\"}", "0+900x180"),
            ("engram_hnsw_node_accesses_total{locality=\"same_page\"}", "0+100x180"),
        ]),
    },
    Alert {
        name: "EngramKernelScalar",
        wait: "30m",
        severity: "info",
        expression: "sum(increase(engram_kernel_operations_total{instructions=\"scalar\"}[1h])) / sum(increase(engram_kernel_operations_total[1h])) > 0.5 and sum(increase(engram_kernel_operations_total{instructions!=\"scalar\"}[1h])) > 0",
        labels: &[],
        summary: "most vector operations are scalar on a processor that does others too",
        runbook: "Some caller picks the kernel by itself, or passes lengths that the fast one refuses.",
        fires: Case(&[
            (
                "engram_kernel_operations_total{instructions=\"scalar\",alignment=\"aligned\"}",
                "0+90x180",
            ),
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"aligned\"}",
                "0+10x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_kernel_operations_total{instructions=\"scalar\",alignment=\"aligned\"}",
                "0+1x180",
            ),
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"aligned\"}",
                "0+99x180",
            ),
        ]),
    },
    Alert {
        name: "EngramKernelUnaligned",
        wait: "30m",
        severity: "info",
        expression: "sum(increase(engram_kernel_operations_total{alignment=\"unaligned\"}[1h])) / sum(increase(engram_kernel_operations_total[1h])) > 0.05",
        labels: &[],
        summary: "more than a twentieth of vector operations cross cache lines",
        runbook: "Vectors of the engine are aligned by their type; look for slices of bytes that are used in place.",
        fires: Case(&[
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"unaligned\"}",
                "0+10x180",
            ),
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"aligned\"}",
                "0+90x180",
            ),
        ]),
        silent: Case(&[
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"unaligned\"}",
                "0+1x180",
            ),
            (
                "engram_kernel_operations_total{instructions=\"avx2\",alignment=\"aligned\"}",
                "0+99x180",
            ),
        ]),
    },
    Alert {
        name: "EngramBackpressure",
        wait: "10m",
        severity: "warning",
        expression: "sum(engram_batch_waiting) > 0 unless (sum(rate(engram_consolidation_transitions_total{to=\"remote\"}[5m])) == 0 and sum(engram_consolidation_memories{state=~\"recent|consolidating\"}) > 0)",
        labels: &[],
        summary: "senders of batches have been waiting for ten minutes",
        runbook: "More comes in than is done. Compare rate(engram_batch_operations_total) with what it was, and look at the duration of batches. Where nothing is consolidated, EngramConsolidationStalled says so instead: that is the cause.",
        fires: Case(&[("engram_batch_waiting", "2x180")]),
        silent: Case(&[
            ("engram_batch_waiting", "2x180"),
            (
                "engram_consolidation_transitions_total{from=\"consolidating\",to=\"remote\"}",
                "5+0x180",
            ),
            ("engram_consolidation_memories{state=\"recent\"}", "40+0x180"),
        ]),
    },
    Alert {
        name: "EngramEventsRefused",
        wait: "0m",
        severity: "warning",
        expression: "sum(increase(engram_trace_events_dropped_total{reason=\"ring_full\"}[10m])) > 0",
        labels: &[],
        summary: "events of memories were refused, for their ring was full",
        runbook: "Nobody drains the ring, or too slowly: look at the errors and the durations of sinks. Then sample more, or make the rings larger (`Bounds` of engram-trace). Gaps stand where events are missing, and totals of what was delivered are too low.",
        fires: Case(&[("engram_trace_events_dropped_total{reason=\"ring_full\"}", "0x115 0+7x65")]),
        silent: Case(&[
            ("engram_trace_events_dropped_total{reason=\"ring_full\"}", "7x180"),
            ("engram_trace_events_dropped_total{reason=\"closed\"}", "0+7x180"),
        ]),
    },
];
