//! No record allocates, each looked at alone: after the first one of a thread, which takes its place in the storage.

use engram_cognitive::metrics::*;
use engram_cognitive::{ClsWeights, Elapsed, UnitRatio};
use engram_metrics_core::{SpanId, TraceId};

type Record = (&'static str, fn());

fn share() -> UnitRatio {
    UnitRatio::new(0.7).expect("a share")
}

fn hour() -> Elapsed {
    Elapsed::new(3_600.0).expect("an hour")
}

fn spread() -> Spread {
    Spread {
        outcome: SpreadOutcome::Converged,
        depth: 2,
        visited: 40,
        expanded: 15,
        edges: 60,
        coverage: 0.1,
        mass: 1.2,
        seconds: 1e-6,
    }
}

fn search() -> Search {
    Search { hops_upper: 3, hops_base: 40, evaluations: 600, accesses: [1, 2, 3], seconds: 1e-5 }
}

fn completion() -> Completion {
    let (system, outcome) = (System::Hippocampal, CompletionOutcome::Veridical);
    Completion { system, outcome, plausibility: 0.8, seconds: 1e-6 }
}

/// Every call that records, and one for each way of being refused.
const RECORDS: &[Record] = &[
    ("CLS.record", || CLS.record(State::Recent, 0.7, 0.3)),
    ("CLS.record_weights", || {
        CLS.record_weights(State::Remote, ClsWeights::new(0.4, 0.6).expect("weights"));
    }),
    ("CONSOLIDATION.transition", || {
        let ends = (Place::In(State::Recent), Place::In(State::Consolidating));
        CONSOLIDATION.transition(ends, (0.0, 60.0));
    }),
    ("CONSOLIDATION.record", || CONSOLIDATION.record(Transition::Completed, hour())),
    ("CONSOLIDATION.record_all", || {
        CONSOLIDATION.record_all([(Transition::Encoded, 0), (Transition::Started, 60)].into_iter());
    }),
    ("CONSOLIDATION.replay", || CONSOLIDATION.replay(Replay::Idle)),
    ("COMPLETION.record", || COMPLETION.record(completion())),
    ("COMPLETION.rate", || COMPLETION.rate(System::Neocortical, CompletionOutcome::False, share())),
    ("FALSE_MEMORY.trial", || FALSE_MEMORY.trial(Paradigm::DrmRecall, LureOutcome::FalseMemory)),
    ("FALSE_MEMORY.lure", || {
        FALSE_MEMORY.lure(Paradigm::DrmRecognition, LureOutcome::CorrectRejection, 0.3);
    }),
    ("FALSE_MEMORY.item", || FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Hit, 9)),
    ("SPREADING.record", || SPREADING.record(&spread())),
    ("PRIMING.respond", || {
        let arm = (Relation::Semantic, Relatedness::Related, Asynchrony::Le200Ms);
        PRIMING.respond(arm, 0.55);
    }),
    ("PRIMING.prime", || PRIMING.prime(Relation::Repetition, PrimingEffect::Facilitated)),
    ("INTERFERENCE.trial", || {
        let arm = (Interference::Proactive, Condition::Control, RecallOutcome::Recalled);
        INTERFERENCE.trial(arm, 3);
    }),
    ("INTERFERENCE.intrude", || INTERFERENCE.intrude(1)),
    ("INTERFERENCE.respond", || INTERFERENCE.respond(Fan::One, Probe::Target, 1.11)),
    ("RECONSOLIDATION.attempt", || {
        RECONSOLIDATION.attempt(ReconsolidationOutcome::Updated, 0.0, 60.0);
    }),
    ("RECONSOLIDATION.not_reactivated", || RECONSOLIDATION.not_reactivated()),
    ("RECONSOLIDATION.updated", || RECONSOLIDATION.updated(0.3)),
    ("RETENTION.test", || RETENTION.test(Delay::Le1Day, RecallOutcome::Recalled, 5)),
    ("RETENTION.repeated", || {
        RETENTION.repeated(Schedule::Spaced, RecallOutcome::Forgotten, 2);
    }),
    ("SEARCH.record", || SEARCH.record(&search())),
    ("SEARCH.record_ticks", || SEARCH.record_ticks(&search(), 20_000)),
    ("SEARCH.record_traced", || {
        SEARCH.record_traced(&search(), 20_000, (TraceId(1), SpanId(1)));
    }),
    ("BATCH.record", || BATCH.record(BatchOperation::Store, [4, 1, 0], 1e-6)),
    ("BATCH.press", || BATCH.press(Pressure::On)),
    ("a number that is none", || CLS.record(State::Recent, f64::NAN, 0.5)),
    ("a step that there is not", || {
        CONSOLIDATION.transition((Place::Forgotten, Place::New), (0.0, 1.0));
    }),
    ("a clock that runs backwards", || {
        RECONSOLIDATION.attempt(ReconsolidationOutcome::Updated, 60.0, 0.0);
    }),
];

#[test]
fn no_record_allocates() {
    for (name, record) in RECORDS {
        record();
        let allocations = allocation_counter::measure(|| (0..100).for_each(|_| record()));
        assert_eq!(allocations.count_total, 0, "{name}");
    }
}
