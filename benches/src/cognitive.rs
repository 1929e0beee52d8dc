//! What the records of the metrics of memory take, with the checks of what is recorded.
//!
//! Nobody else has such metrics. A record beside it that does the same number of plain histogram and counter records
//! by hand says what the checks and the vocabulary add.

use engram_cognitive::metrics::{
    BATCH, BatchOperation, CLS, COMPLETION, CONSOLIDATION, CompletionOutcome, FALSE_MEMORY,
    INTERFERENCE, LureOutcome, Paradigm, RECONSOLIDATION, ReconsolidationOutcome, SEARCH,
    SPREADING, Search, Spread, SpreadOutcome, State, System, Transition,
};
use engram_cognitive::{Elapsed, UnitRatio};
use engram_metrics_core::{Counter, Histogram, Unit};

use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;
use crate::suite::{Make, Suite, Unit as Cost};

/// What records of memories take.
pub(crate) const SUITE: Suite = Suite {
    name: "cognitive",
    operations: OPERATIONS,
    unit: Cost::OneOf(&[BY_HAND, ENGRAM]),
    more: None,
};

/// The same records without their meaning.
const BY_HAND: &str = "by hand";

const OPERATIONS: &[(&str, Make)] = &[
    ("cls_contribution", contribution),
    ("plausibility", plausibility),
    ("false_memory", false_memory),
    ("lure_confidence", lure_confidence),
    ("transition", transition),
    ("intrusion", intrusion),
    ("reconsolidation", reconsolidation),
    ("batch", batch),
    ("search", search),
    ("spread", spread),
    ("rejected", rejected),
];

static COUNTERS: [Counter; 4] = [const { Counter::new() }; 4];
static RATIO: Histogram = Histogram::for_unit(Unit::Ratio);
static RATIOS: [Histogram; 4] = [const { Histogram::for_unit(Unit::Ratio) }; 4];

/// A share that differs from record to record.
fn share(at: u32) -> f64 {
    f64::from(at % 1_000) / 1_000.0
}

fn ratio(at: u32) -> UnitRatio {
    UnitRatio::new(share(at)).expect("a share is between 0 and 1")
}

fn contribution(operation: &'static str) -> Vec<Contender> {
    vec![
        contender!(ENGRAM, operation, |at| CLS.record(State::Recent, share(at), 1.0 - share(at))),
        contender!(BY_HAND, operation, |at| RATIO.record_f64(share(at))),
    ]
}

fn plausibility(operation: &'static str) -> Vec<Contender> {
    let outcome = CompletionOutcome::Veridical;
    vec![
        contender!(ENGRAM, operation, |at| COMPLETION.rate(
            System::Hippocampal,
            outcome,
            ratio(at)
        )),
        contender!(BY_HAND, operation, |at| {
            RATIO.record_f64(share(at));
            COUNTERS[0].increment();
        }),
    ]
}

fn false_memory(operation: &'static str) -> Vec<Contender> {
    let lure = |at: u32| {
        if at.is_multiple_of(2) { LureOutcome::FalseMemory } else { LureOutcome::CorrectRejection }
    };
    vec![
        contender!(ENGRAM, operation, |at| FALSE_MEMORY.trial(Paradigm::DrmRecall, lure(at))),
        contender!(BY_HAND, operation, |at| COUNTERS[(at % 2) as usize].increment()),
    ]
}

fn lure_confidence(operation: &'static str) -> Vec<Contender> {
    vec![
        contender!(ENGRAM, operation, |at| FALSE_MEMORY.lure(
            Paradigm::DrmRecall,
            LureOutcome::FalseMemory,
            share(at)
        )),
        contender!(BY_HAND, operation, |at| {
            RATIO.record_f64(share(at));
            COUNTERS[0].increment();
        }),
    ]
}

/// One way, and the next time back, so that no state has fewer than none.
fn transition(operation: &'static str) -> Vec<Contender> {
    let dwell = Elapsed::new(3_600.0).expect("an hour");
    let step = |at: u32| {
        if at.is_multiple_of(2) { Transition::Started } else { Transition::Abandoned }
    };
    vec![
        contender!(ENGRAM, operation, |at| CONSOLIDATION.record(step(at), dwell)),
        contender!(BY_HAND, operation, |at| {
            RATIO.record_f64(share(at));
            COUNTERS.iter().take(3).for_each(Counter::increment);
        }),
    ]
}

fn intrusion(operation: &'static str) -> Vec<Contender> {
    vec![
        contender!(ENGRAM, operation, |at| INTERFERENCE.intrude(1 + at % 4)),
        contender!(BY_HAND, operation, |at| COUNTERS[(at % 3) as usize].increment()),
    ]
}

fn reconsolidation(operation: &'static str) -> Vec<Contender> {
    let outcome = ReconsolidationOutcome::Restored;
    vec![
        contender!(ENGRAM, operation, |at| RECONSOLIDATION.attempt(
            outcome,
            0.0,
            f64::from(at % 20_000)
        )),
        contender!(BY_HAND, operation, |at| {
            RATIO.record_f64(share(at));
            COUNTERS[0].increment();
        }),
    ]
}

fn batch(operation: &'static str) -> Vec<Contender> {
    vec![
        contender!(ENGRAM, operation, |at| BATCH.record(
            BatchOperation::Store,
            [u64::from(at % 8), 0, 0],
            share(at)
        )),
        contender!(BY_HAND, operation, |at| {
            RATIO.record_f64(share(at));
            COUNTERS.iter().take(3).for_each(|counter| counter.add(u64::from(at % 8)));
        }),
    ]
}

fn search(operation: &'static str) -> Vec<Contender> {
    let search = |at: u32| Search {
        hops_upper: at % 8,
        hops_base: 40,
        evaluations: 600,
        accesses: [0; 3],
        seconds: 0.0,
    };
    vec![
        contender!(ENGRAM, operation, |at| SEARCH.record_ticks(&search(at), 20_000)),
        contender!(BY_HAND, operation, |at| {
            RATIOS.iter().take(3).for_each(|it| it.record(u64::from(at % 64)));
            COUNTERS[0].add(600);
        }),
    ]
}

fn spread(operation: &'static str) -> Vec<Contender> {
    let spread = |at: u32| Spread {
        outcome: SpreadOutcome::Converged,
        depth: 1,
        visited: at % 64,
        expanded: 15,
        edges: 11,
        coverage: share(at),
        mass: 1.3,
        seconds: 1e-6,
    };
    vec![
        contender!(ENGRAM, operation, |at| SPREADING.record(&spread(at))),
        contender!(BY_HAND, operation, |at| {
            RATIOS.iter().for_each(|it| it.record_f64(share(at)));
            RATIO.record_f64(share(at));
            COUNTERS.iter().take(3).for_each(Counter::increment);
        }),
    ]
}

/// What a number takes that has no place: one check, and one count.
fn rejected(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |_at| CLS.record(State::Recent, f64::NAN, 0.5))]
}
