use super::*;
use crate::verify::step::Verdict;

fn arrived(alerts: &[(&str, &str)]) -> Arrived {
    let mut arrived = Arrived::new();
    for (fault, alert) in alerts {
        arrived.entry((*fault).to_owned()).or_default().insert((*alert).to_owned());
    }
    arrived
}

const WANTED: [(&str, &str); 4] = [
    ("nan", "EngramInputsRejected"),
    ("association", "EngramFalseMemoryHigh"),
    ("consolidator", "EngramConsolidationStalled"),
    ("ring", "EngramEventsRefused"),
];

#[test]
fn exactly_the_alert_of_each_fault_passes() {
    assert_eq!(judge(&arrived(&WANTED), Duration::ZERO).verdict, Verdict::Passed);
}

#[test]
fn one_that_is_missing_or_too_many_or_of_another_fault_fails() {
    let more = [&WANTED[..], &[("nan", "EngramBackpressure")]].concat();
    let healthy = [&WANTED[..], &[("none", "EngramBackpressure")]].concat();
    for alerts in [&WANTED[1..], &more, &healthy] {
        assert_eq!(judge(&arrived(alerts), Duration::ZERO).verdict, Verdict::Failed, "{alerts:?}");
    }
}

#[test]
fn of_a_message_what_fires_is_read() {
    let message = serde_json::json!({"alerts": [
        {"status": "firing", "labels": {"alertname": "A", "fault": "nan"}},
        {"status": "resolved", "labels": {"alertname": "B", "fault": "nan"}},
        {"status": "firing", "labels": {"alertname": "C"}},
    ]});
    assert_eq!(webhook::firing(&message), [("nan".to_owned(), "A".to_owned())]);
}
