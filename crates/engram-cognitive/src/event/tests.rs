use super::*;

const HAPPENINGS: [Happening; 10] = [
    Happening::Search { hops: 40, evaluations: 600 },
    Happening::Recall { visited: 16, edges: 11 },
    Happening::Spread { depth: 2, visited: 16 },
    Happening::Lure(LureOutcome::FalseMemory),
    Happening::Completion(System::Hippocampal, CompletionOutcome::Veridical),
    Happening::Contribution(State::Remote, 0.25),
    Happening::Transition(Transition::Completed, 86_400.0),
    Happening::Reconsolidation(ReconsolidationOutcome::Updated, 60.0),
    Happening::Batch { done: 8, refused: 0 },
    Happening::Rejected(Input::Plausibility, Reason::Nan),
];

#[test]
fn there_is_one_happening_of_each_kind() {
    let kinds = HAPPENINGS.map(|it| it.kind().index());
    assert_eq!(kinds.as_slice(), (0..EventKind::VALUES.len()).collect::<Vec<_>>());
}

#[test]
fn fields_are_named_as_the_labels_and_metrics_that_they_lead_to() {
    let mut lines = Vec::new();
    for happening in HAPPENINGS {
        let mut line = EventKind::VALUES[happening.kind().index()].to_owned();
        happening.fields(&mut |name, value| {
            let value = match value {
                FieldValue::Unsigned(it) => it.to_string(),
                FieldValue::Float(it) => it.to_string(),
                FieldValue::Text(it) => it.to_owned(),
            };
            line = format!("{line} {name}={value}");
        });
        lines.push(line);
    }
    let expected = [
        "search hops=40 evaluations=600",
        "recall visited=16 edges=11",
        "spread depth=2 visited=16",
        "false_memory_trial outcome=false_memory",
        "pattern_completion system=hippocampal outcome=veridical",
        "cls_contribution state=remote hippocampal_weight=0.25",
        "consolidation_transition to=remote state_duration=86400",
        "reconsolidation outcome=updated elapsed=60",
        "batch done=8 refused=0",
        "rejected_input metric=plausibility reason=nan",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_happening_leaves_room_for_time_and_identity_in_a_cache_line() {
    assert!(size_of::<Happening>() <= 16);
}
