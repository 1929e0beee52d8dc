use super::*;
use crate::verify::tidy;

const FAULT: Fault = Fault {
    name: "a fault",
    file: "file",
    edit: ("a", "b"),
    gate: Gate::Step(&tidy::STEP),
    says: "the reason",
};

fn judged(verdict: Verdict, text: &str) -> Verdict {
    judge(&FAULT, &Answer { verdict, text: text.to_owned() }).verdict
}

#[test]
fn a_fault_is_caught_for_its_own_reason_alone() {
    assert_eq!(judged(Verdict::Failed, "red: the reason is this"), Verdict::Passed);
    assert_eq!(judged(Verdict::Failed, "it does not compile"), Verdict::Failed);
}

#[test]
fn a_gate_that_stays_green_has_failed() {
    assert_eq!(judged(Verdict::Passed, ""), Verdict::Failed);
    assert_eq!(judged(Verdict::Skipped, "the reason"), Verdict::Failed);
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FAULTS.len());
}

/// Also found by the run itself, but half an hour later.
#[test]
fn every_fault_can_be_planted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace");
    for fault in FAULTS {
        let text = std::fs::read_to_string(root.join(fault.file)).expect(fault.file);
        assert_eq!(text.matches(fault.edit.0).count(), 1, "{}", fault.name);
    }
}
