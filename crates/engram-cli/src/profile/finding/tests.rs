use std::time::Duration;

use super::*;

fn quiet() -> Report {
    let mut used = engram_hw::SoftwareCounts::default();
    used.user_time = Duration::from_secs(1);
    Report {
        title: "true".into(),
        wall: Duration::from_secs(1),
        used,
        counted: Default::default(),
        surroundings: Default::default(),
        watched: Default::default(),
    }
}

fn titles(report: &Report) -> Vec<&'static str> {
    findings(report).iter().map(|finding| finding.title).collect()
}

#[test]
fn of_a_run_that_only_computes_nothing_stands_out() {
    assert_eq!(titles(&quiet()), [""; 0]);
}

#[test]
fn each_number_that_stands_out_is_a_finding_with_its_evidence() {
    let mut report = quiet();
    report.used.major_faults = 1_000;
    report.used.minor_faults = 100_000;
    report.used.involuntary_switches = 1_000;
    report.used.system_time = Duration::from_secs(2);
    report.surroundings.waited =
        [Some(Duration::from_millis(500)), Some(Duration::from_millis(100)), None];
    report.surroundings.throttling =
        engram_hw::Throttling::parse("nr_periods 9\nnr_throttled 3\nthrottled_usec 5");
    let found = findings(&report);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found[0].evidence.starts_with("3 of 9 periods"), "{found:?}");
    assert!(found.iter().all(|finding| finding.evidence.bytes().any(|it| it.is_ascii_digit())));
}

#[test]
fn one_fault_in_a_run_of_milliseconds_is_no_rate() {
    let mut report = quiet();
    report.used.major_faults = 1_000;
    assert_eq!(titles(&report).len(), 1);
    report.used.major_faults = 1;
    report.wall = Duration::from_millis(5);
    assert_eq!(titles(&report), [""; 0]);
}

#[test]
fn a_program_that_waits_is_not_called_busy() {
    let mut report = quiet();
    report.used.user_time = Duration::from_millis(10);
    assert_eq!(titles(&report), ["the program mostly waited"]);
    report.surroundings.waited = [Some(Duration::from_millis(900)), None, None];
    assert_eq!(titles(&report), ["tasks waited for a processor"]);
}
