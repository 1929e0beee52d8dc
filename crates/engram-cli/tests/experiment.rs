//! `engram experiment` as a shell sees it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use engram_metrics_core::ENABLED;
use serde_json::Value;

fn experiment(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_engram"));
    command.arg("experiment").args(arguments).output().expect("starts")
}

#[test]
fn all_experiments_hold_are_drawn_and_their_page_is_what_was_counted() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("drawings-{ENABLED}"));
    let name = folder.to_string_lossy().into_owned();
    let output = experiment(&["all", "--json", "--svg", &name]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let experiments = report["experiments"].as_array().expect("a list");
    let names: Vec<_> = experiments.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["drm", "fan", "forgetting", "spacing", "consolidation", "vectors"]);
    assert_eq!(report["differences"], serde_json::json!([]));
    assert_eq!(report["series"].as_u64().is_some_and(|series| series > 500), ENABLED);
    for name in names {
        let drawing = fs::read_to_string(folder.join(format!("{name}.svg"))).expect("drawn");
        assert!(drawing.starts_with("<svg") && drawing.contains(name), "{name}");
    }
}

#[test]
fn people_get_tables_with_known_misses() {
    let output = experiment(&["fan"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("known miss") && text.contains("met"), "{text}");
    let conclusion = if ENABLED { "equal what was counted" } else { "nothing to compare" };
    assert!(text.contains(conclusion), "{text}");
}

#[test]
fn a_folder_without_norms_is_an_error_that_names_the_file() {
    let output = experiment(&["drm", "--norms", env!("CARGO_TARGET_TMPDIR")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("eat.tsv"));
}
