use serde_json::json;

use super::*;
use crate::verify::step::Verdict;

fn good() -> Value {
    let check =
        |at: usize| json!({"metric": format!("m{at}"), "labels": {}, "scraped": 7, "tally": 7});
    let checks: Vec<_> = (0..METRICS).map(check).collect();
    json!({"operations": OPERATIONS, "checks": checks, "mismatches": 0})
}

#[test]
fn a_good_report_passes() {
    assert_eq!(judge_on(&good()).verdict, Verdict::Passed);
}

#[test]
fn a_report_that_contradicts_itself_fails() {
    let mut report = good();
    report["checks"][3]["scraped"] = json!(8);
    assert_eq!(judge_on(&report).verdict, Verdict::Failed);
    report["checks"][3]["scraped"] = Value::Null;
    report["checks"][3]["tally"] = Value::Null;
    assert_eq!(judge_on(&report).verdict, Verdict::Failed);
}

#[test]
fn too_little_to_compare_fails() {
    for (field, value) in
        [("operations", json!(9)), ("checks", json!([])), ("mismatches", json!(1))]
    {
        let mut report = good();
        report[field] = value;
        assert_eq!(judge_on(&report).verdict, Verdict::Failed, "{field}");
    }
}

#[test]
fn compiled_out_must_say_so_and_compare_nothing() {
    let report = json!({"operations": 5, "telemetry": "off", "checks": []});
    assert_eq!(judge_off(&report).verdict, Verdict::Passed);
    let report = json!({"operations": 5, "telemetry": "on", "checks": []});
    assert_eq!(judge_off(&report).verdict, Verdict::Failed);
    assert_eq!(judge_off(&json!({"telemetry": "off"})).verdict, Verdict::Failed);
}
