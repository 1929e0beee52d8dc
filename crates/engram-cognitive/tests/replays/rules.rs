//! The rules that one alert needs: promtool computes all that it is given, for each of many histories.

use engram_cognitive::catalogue::{Alert, rules_file};

/// How a group begins in the file, and how each of its rules does.
const GROUP: &str = "  - name: ";
const RULE: &str = "      - ";

/// The file of rules without the other alerts.
pub(crate) fn rules_of(alert: &Alert) -> String {
    let file = rules_file();
    let mut groups = file.split(GROUP);
    let head = groups.next().unwrap_or_default();
    groups.fold(head.to_owned(), |file, group| file + &reduced(group, alert).unwrap_or_default())
}

/// The group with its recorded rules and this alert, unless nothing is left of it.
fn reduced(group: &str, alert: &Alert) -> Option<String> {
    let mut rules = group.split(RULE);
    let head = rules.next()?;
    let own = format!("alert: {}\n", alert.name);
    let is_kept = |rule: &&str| rule.starts_with("record: ") || rule.starts_with(&own);
    let kept: String = rules.filter(is_kept).map(|rule| format!("{RULE}{rule}")).collect();
    (!kept.is_empty()).then(|| format!("{GROUP}{head}{kept}"))
}

#[test]
fn one_alert_is_left_with_what_is_recorded_for_it() {
    let alert = engram_cognitive::catalogue::alerts().last().expect("an alert");
    let rules = rules_of(alert);
    assert_eq!(rules.matches("alert: ").count(), 1);
    assert!(rules.contains(alert.name) && rules.contains("record: "));
}
