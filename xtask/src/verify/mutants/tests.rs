use super::*;
use crate::verify::step::Verdict;

const WRITTEN: &str = "Found 3 mutants to test\nok       Unmutated baseline in 2s build + 1s test\n\
    MISSED   crates/a/src/lib.rs:3:5: replace b -> u64 with 0 in 1s build + 1s test\n\
    3 mutants tested in 9s: 1 missed, 2 caught\n";

#[test]
fn a_mutant_that_survives_is_named() {
    let outcome = judge(WRITTEN, Some(2));
    assert_eq!(outcome.verdict, Verdict::Failed);
    assert!(outcome.note.contains("crates/a/src/lib.rs:3:5: replace b -> u64 with 0"));
}

#[test]
fn the_number_of_mutants_is_the_figure() {
    let outcome = judge("2 mutants tested in 9s: 2 caught\n", Some(0));
    assert_eq!(outcome, Outcome::passed("2 mutants tested in 9s: 2 caught"));
    assert_eq!(judge("INFO No mutants to filter", Some(0)).verdict, Verdict::Passed);
}

#[test]
fn tests_that_fail_without_a_mutant_are_a_failure() {
    assert_eq!(judge(WRITTEN, Some(4)).verdict, Verdict::Failed);
    assert_eq!(judge(WRITTEN, None).verdict, Verdict::Failed);
}
