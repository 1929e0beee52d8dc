//! Incidents again and again, as a busy machine leaves them: how often an alert is silent when it should fire, and
//! fires when it should be silent, by promtool.
//!
//! Plain tests replay histories of a few alerts, once or twice; `cargo xtask verify --full --only replays` replays
//! those of all, often enough for an interval.

#[path = "replays/history.rs"]
mod history;
#[path = "replays/rules.rs"]
mod rules;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use engram_cognitive::catalogue::{Alert, Case, alerts};
use engram_cognitive::estimate::Proportion;

use history::replayed;
use rules::rules_of;

/// Replays of each history, and of every which alert, where nobody asks for all.
const FEW: (u64, usize) = (2, 9);

/// With so many of each of two dozen alerts, none that is wrong says that fewer than one in a hundred are.
const ENOUGH: u64 = 15;

#[test]
fn what_was_replayed_with_noise_is_told_from_what_is_harmless() {
    if Command::new("promtool").arg("--version").output().is_err() {
        return println!("not run: no promtool");
    }
    let asked = std::env::var("ENGRAM_REPLAYS").ok().and_then(|it| it.parse().ok());
    let (copies, stride) = asked.map_or(FEW, |copies| (copies, 1));
    let (mut silent, mut loud, mut replays) = (0, 0, 0);
    for alert in alerts().step_by(stride) {
        silent += wrong(alert, copies, Expected::Fires);
        loud += wrong(alert, copies, Expected::Silent);
        replays += copies;
    }
    let missed = Proportion::new(silent, replays).expect("some replays");
    let false_alarms = Proportion::new(loud, replays).expect("some replays");
    println!("replays: missed {}, false alarms {}", shown(missed), shown(false_alarms));
    assert!(missed.rate() < 0.01 && false_alarms.rate() < 0.05);
    if copies >= ENOUGH {
        let uppers = (missed.wilson().upper, false_alarms.wilson().upper);
        assert!(uppers.0 < 0.01 && uppers.1 < 0.05, "{uppers:?}");
    }
}

fn shown(it: Proportion) -> String {
    let percent = |share: f64| 100.0 * share;
    let (rate, interval) = (percent(it.rate()), it.wilson());
    let (lower, upper) = (percent(interval.lower), percent(interval.upper));
    format!("{} of {}: {rate:.1} % [{lower:.1}, {upper:.1}]", it.successes(), it.trials())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Fires,
    Silent,
}

/// In how many replays the alert does what it should not.
fn wrong(alert: &Alert, copies: u64, expected: Expected) -> u64 {
    let Case(series) = if expected == Expected::Fires { alert.fires } else { alert.silent };
    let cases: String = (0..copies)
        .map(|copy| {
            let series = replayed(series, copy);
            format!("  - interval: 1m\n    input_series:\n{series}{}", question(alert, expected))
        })
        .collect();
    let folder = folder();
    let name = format!("{}-{expected:?}", alert.name);
    let (rules, tests) = (format!("{name}.rules.yml"), folder.join(format!("{name}.test.yml")));
    fs::write(folder.join(&rules), rules_of(alert)).expect("a file");
    let head = format!("rule_files:\n  - {rules}\nevaluation_interval: 1m\ntests:\n");
    fs::write(&tests, head + &cases).expect("a file");
    judged(&tests)
}

/// What promtool is to find after two hours.
fn question(alert: &Alert, expected: Expected) -> String {
    let firing = format!("ALERTS{{alertname=\"{}\",alertstate=\"firing\"}}", alert.name);
    let value = u8::from(expected == Expected::Fires);
    format!(
        "    promql_expr_test:\n      - expr: 'count({firing}) > bool 0 or vector(0)'\n        \
         eval_time: 2h\n        exp_samples:\n          - labels: '{{}}'\n            \
         value: {value}\n"
    )
}

/// How many of the tests in the file promtool says to have failed.
fn judged(tests: &Path) -> u64 {
    let output = Command::new("promtool").args(["test", "rules"]).arg(tests).output();
    let output = output.expect("promtool starts");
    let written = [output.stdout, output.stderr].concat();
    let written = String::from_utf8_lossy(&written);
    let failed = written.matches("expr: \"count(").count() as u64;
    assert!(output.status.success() == (failed == 0), "{}: {written}", tests.display());
    failed
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replays");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
