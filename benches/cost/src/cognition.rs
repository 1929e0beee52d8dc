//! The records of the metrics of memory.

use engram_cognitive::UnitRatio;
use engram_cognitive::metrics::{
    BATCH, BatchOperation, CLS, COMPLETION, CONSOLIDATION, CompletionOutcome, FALSE_MEMORY,
    INTERFERENCE, ItemOutcome, LureOutcome, Paradigm, Place, SEARCH, SPREADING, Search, Spread,
    SpreadOutcome, State, System,
};

use crate::operations::{Operation, repeat};

/// What is recorded: seven tenths, and what is missing to one.
const SHARE: f64 = 0.7;

/// A list of an operation each.
pub(crate) const COGNITION: &[Operation] = &[
    Operation { name: "memory_cls", run: cls },
    Operation { name: "memory_plausibility", run: plausibility },
    Operation { name: "memory_false_memory", run: false_memory },
    Operation { name: "memory_lure_confidence", run: lure_confidence },
    Operation { name: "memory_items", run: items },
    Operation { name: "memory_transition", run: transition },
    Operation {
        name: "memory_intrusion",
        run: |times| repeat(times, 1, |lag| INTERFERENCE.intrude(lag as u32)),
    },
    Operation { name: "memory_batch", run: batch },
    Operation { name: "memory_search", run: search },
    Operation { name: "memory_spread", run: spread },
];

fn cls(times: u64) {
    repeat(times, SHARE.to_bits(), |bits| {
        let share = f64::from_bits(bits);
        CLS.record(State::Recent, share, 1.0 - share);
    });
}

fn plausibility(times: u64) {
    repeat(times, SHARE.to_bits(), |bits| {
        if let Ok(plausibility) = UnitRatio::new(f64::from_bits(bits)) {
            COMPLETION.rate(System::Hippocampal, CompletionOutcome::Rejected, plausibility);
        }
    });
}

fn false_memory(times: u64) {
    repeat(times, 1, |n| FALSE_MEMORY.trial(Paradigm::DrmRecall, lure(n)));
}

fn lure_confidence(times: u64) {
    repeat(times, SHARE.to_bits(), |bits| {
        FALSE_MEMORY.lure(Paradigm::DrmRecall, LureOutcome::FalseMemory, f64::from_bits(bits));
    });
}

fn items(times: u64) {
    repeat(times, 10, |n| FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Hit, n));
}

/// There and back, so that no state has fewer than none.
fn transition(times: u64) {
    let [recent, busy] = [State::Recent, State::Consolidating].map(Place::In);
    repeat(times, 3_600.0_f64.to_bits(), |bits| {
        CONSOLIDATION.transition((recent, busy), (0.0, f64::from_bits(bits)));
    });
}

fn batch(times: u64) {
    repeat(times, 8, |n| BATCH.record(BatchOperation::Store, [n, 0, 0], 0.001));
}

fn search(times: u64) {
    repeat(times, 40, |hops| {
        let hops_base = hops as u32;
        let search =
            Search { hops_upper: 3, hops_base, evaluations: 600, accesses: [0; 3], seconds: 1e-5 };
        SEARCH.record(&search);
    });
}

fn spread(times: u64) {
    repeat(times, 16, |visited| {
        SPREADING.record(&Spread {
            outcome: SpreadOutcome::Converged,
            depth: 1,
            visited: visited as u32,
            expanded: 15,
            edges: 11,
            coverage: 0.001,
            mass: 1.3,
            seconds: 1e-6,
        });
    });
}

fn lure(number: u64) -> LureOutcome {
    if number == 0 { LureOutcome::CorrectRejection } else { LureOutcome::FalseMemory }
}
