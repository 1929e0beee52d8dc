//! Rules for Prometheus, and their tests for promtool.

use std::fmt::Write as _;

use super::{Alert, Case, GROUPS, Group, alerts};

/// What stands above a file that is written by a program.
const HEAD: &str = "# Written by `cargo run -p engram-cognitive --example catalogue -- docs`.\n";

/// The file of rules, which the tests name.
const RULES: &str = "engram-cognitive.rules.yml";

/// What alerts share, so that each of them can be read.
const RECORDED: [(&str, &str); 6] = [
    (
        "engram:false_memory_trials:increase1h",
        "sum by (paradigm) (increase(engram_false_memory_trials_total[1h]))",
    ),
    (
        "engram:false_memory:ratio1h",
        "sum by (paradigm) (increase(engram_false_memory_trials_total{outcome=\"false_memory\"}[1h])) / (engram:false_memory_trials:increase1h > 0)",
    ),
    (
        "engram:false_memory:half1h",
        "1.96 * sqrt(engram:false_memory:ratio1h * (1 - engram:false_memory:ratio1h) / engram:false_memory_trials:increase1h + 0.9604 / engram:false_memory_trials:increase1h ^ 2)",
    ),
    (
        "engram:false_memory:lower1h",
        "(engram:false_memory:ratio1h + 1.9208 / engram:false_memory_trials:increase1h - engram:false_memory:half1h) / (1 + 3.8416 / engram:false_memory_trials:increase1h)",
    ),
    (
        "engram:false_memory:upper1h",
        "(engram:false_memory:ratio1h + 1.9208 / engram:false_memory_trials:increase1h + engram:false_memory:half1h) / (1 + 3.8416 / engram:false_memory_trials:increase1h)",
    ),
    (
        "engram:completion_calibration_error:1h",
        "sum(abs(engram:confidence:middle * on (confidence) sum by (confidence) (increase(engram_pattern_completion_verdicts_total[1h])) - on (confidence) sum by (confidence) (increase(engram_pattern_completion_verdicts_total{verdict=\"veridical\"}[1h])))) / (sum(increase(engram_pattern_completion_verdicts_total[1h])) > 0)",
    ),
];

/// `docs/operations/engram-cognitive.rules.yml`: recording rules and alerts.
#[must_use]
pub fn rules_file() -> String {
    let mut file = format!("{HEAD}groups:\n");
    for (place, group) in GROUPS.iter().enumerate() {
        let recorded = if place == 0 { recorded() } else { String::new() };
        begin(&mut file, group, ("1m", &recorded));
        group.alerts.iter().for_each(|it| alert(&mut file, it, it.wait));
    }
    file
}

/// The same alerts about memory in a hurry, for a test that plays incidents: whatever looks back looks back
/// seconds, and what has to hold for a while has to hold for a moment. Those about the machine are left out, for
/// the machine of a test may deserve them.
#[must_use]
pub fn quick_rules_file() -> String {
    let mut file = format!("{HEAD}groups:\n");
    let group = &GROUPS[0];
    begin(&mut file, group, ("1s", &hurried(&recorded())));
    for it in group.alerts {
        let mut slow = String::new();
        alert(&mut slow, it, if it.wait == "0m" { "0s" } else { QUICK_WAIT });
        file.push_str(&hurried(&slow));
    }
    file
}

/// How long something has to hold in a test.
const QUICK_WAIT: &str = "6s";

/// How far rules look back, and how far they do in a test: the shortest range stays below the time that something
/// has to hold.
const RANGES: [(&str, &str); 5] = [
    ("[5m]", "[4s]"),
    ("[10m]", "[10s]"),
    ("[15m]", "[10s]"),
    ("[30m]", "[10s]"),
    ("[1h]", "[10s]"),
];

/// The same rules, looking back less far.
fn hurried(rules: &str) -> String {
    RANGES.iter().fold(rules.to_owned(), |rules, (range, quick)| rules.replace(range, quick))
}

fn begin(file: &mut String, group: &Group, (interval, recorded): (&str, &str)) {
    let name = group.name;
    let _ = write!(file, "  - name: {name}\n    interval: {interval}\n    rules:\n{recorded}");
}

fn recorded() -> String {
    let mut rules = String::new();
    record(&mut rules, "engram:confidence:middle", &middles());
    for (name, expression) in RECORDED {
        record(&mut rules, name, expression);
    }
    rules
}

fn alert(file: &mut String, alert: &Alert, wait: &str) {
    let Alert { name, expression, severity, summary, .. } = alert;
    let anchor = name.to_lowercase();
    let _ = write!(
        file,
        "      - alert: {name}\n        expr: {expression}\n        for: {wait}\n        labels:\n          \
         severity: {severity}\n        annotations:\n          summary: {summary}\n          \
         runbook: docs/operations/engram-cognitive.md#{anchor}\n",
    );
}

fn record(file: &mut String, name: &str, expression: &str) {
    let _ = write!(file, "      - record: {name}\n        expr: {expression}\n");
}

/// The middle of each tenth, as a vector with the label that the tenth has.
fn middles() -> String {
    let tenths: Vec<String> = (1..=10)
        .map(|tenth| {
            let upper = f64::from(tenth) / 10.0;
            let middle = (f64::from(tenth) - 0.5) / 10.0;
            format!(
                "label_replace(vector({middle:.2}), \"confidence\", \"le_{upper:.1}\", \"\", \"\")"
            )
        })
        .collect();
    tenths.join(" or ")
}

/// `docs/operations/engram-cognitive.test.yml`: for each alert a history that fires and one that does not.
#[must_use]
pub fn tests_file() -> String {
    let mut file = format!("{HEAD}rule_files:\n  - {RULES}\nevaluation_interval: 1m\ntests:\n");
    for alert in alerts() {
        test(&mut file, alert, true);
        test(&mut file, alert, false);
    }
    file
}

fn test(file: &mut String, alert: &Alert, fires: bool) {
    let word = if fires { "fires" } else { "is silent" };
    let Case(series) = if fires { alert.fires } else { alert.silent };
    let _ = write!(file, "  - name: {} {word}\n    interval: 1m\n    input_series:\n", alert.name);
    for (series, values) in series {
        let _ = write!(file, "      - series: '{series}'\n        values: '{values}'\n");
    }
    let _ = write!(
        file,
        "    alert_rule_test:\n      - eval_time: 2h\n        alertname: {}\n        exp_alerts:",
        alert.name
    );
    file.push_str(&if fires { expected(alert) } else { " []\n".to_owned() });
}

fn expected(alert: &Alert) -> String {
    let mut text =
        format!("\n          - exp_labels:\n              severity: {}\n", alert.severity);
    for (name, value) in alert.labels {
        let _ = writeln!(text, "              {name}: {value}");
    }
    let _ = write!(
        text,
        "            exp_annotations:\n              summary: {}\n              \
         runbook: docs/operations/engram-cognitive.md#{}\n",
        alert.summary,
        alert.name.to_lowercase()
    );
    text
}
