use super::*;

fn line(outcome: Outcome) -> Line {
    Line { name: "step", outcome, seconds: 0.5 }
}

#[test]
fn the_counts_add_up_to_the_steps() {
    let mut report = Report::of("step");
    report.push(line(Outcome::passed("3 tests")));
    report.push(line(Outcome::skipped("no data")));
    report.push(line(Outcome::not_applicable("no network")));
    assert_eq!(report.counts(), "1 passed, 0 failed, 2 skipped");
    assert!(report.is_good());
}

#[test]
fn one_failure_spoils_the_report() {
    let mut report = Report::of("step");
    report.push(line(Outcome::passed("")));
    report.push(line(Outcome::failed("2 findings")));
    assert!(!report.is_good());
}

#[test]
fn what_could_not_run_fails_where_nothing_may_be_left_out() {
    assert_eq!(Outcome::skipped("no data").strict().verdict, Verdict::Failed);
    assert_eq!(Outcome::not_applicable("x").strict().verdict, Verdict::NotApplicable);
    assert_eq!(Outcome::passed("x").strict().verdict, Verdict::Passed);
}

#[test]
fn a_reason_of_many_lines_stays_one_line_of_the_table() {
    let line = line(Outcome::failed("one\ntwo\n")).to_string();
    assert!(line.ends_with("one | two"), "{line}");
}
