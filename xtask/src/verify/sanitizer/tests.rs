use super::*;
use crate::verify::step::Verdict;

const GOOD: &str = "test result: ok. 12 passed; 0 failed; 0 ignored\n";
const RACE: &str = "SUMMARY: ThreadSanitizer: data race src/a.rs:1 in a\n";

#[test]
fn tests_without_a_report_have_passed() {
    assert_eq!(judge(GOOD, true), Outcome::passed("12 tests, no report"));
}

#[test]
fn a_report_is_a_failure_even_where_all_tests_pass() {
    let outcome = judge(&format!("{GOOD}{RACE}{RACE}"), true);
    assert_eq!(outcome, Outcome::failed("2 reports: ThreadSanitizer: data race src/a.rs:1 in a"));
}

#[test]
fn a_failure_without_a_report_and_no_test_at_all_are_failures() {
    assert_eq!(judge(GOOD, false).verdict, Verdict::Failed);
    assert_eq!(judge("", true).verdict, Verdict::Failed);
}
