//! `engram topology` and `engram profile` as a shell sees them.

use std::process::{Command, Output};

use serde_json::Value;

fn engram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).output().expect("starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_topology_of_this_machine_is_a_tree_json_or_a_picture() {
    let tree = text(&engram(&["topology"]).stdout);
    assert!(tree.starts_with("machine: ") && tree.contains("  node 0: "), "{tree}");
    let json: Value =
        serde_json::from_slice(&engram(&["topology", "--format", "json"]).stdout).expect("JSON");
    assert!(json["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()));
    let picture = text(&engram(&["topology", "--format", "svg"]).stdout);
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
}

#[test]
fn a_folder_without_a_machine_is_an_error_that_says_what_to_do() {
    let output = engram(&["topology", "--from", env!("CARGO_MANIFEST_DIR")]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("--from DIR"), "{}", text(&output.stderr));
}

#[test]
fn a_profile_of_a_program_has_its_cost_and_says_why_something_was_not_counted() {
    let output = engram(&[
        "profile",
        "--json",
        "--",
        "sh",
        "-c",
        "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(report["user_seconds"].as_f64() > Some(0.0), "{report}");
    assert!(report["minor_faults"].as_u64() > Some(10));
    let counted = report["counters"].as_array().expect("a list");
    let missing = report["unavailable"].as_array().expect("a list");
    assert!(
        !counted.is_empty() || missing.iter().any(|it| it["events"][0] == "cycles"),
        "{report}"
    );
    assert!(
        !counted.is_empty() || report["ratios"] == Value::Array(Vec::new()),
        "nothing is made of nothing"
    );
}

#[test]
fn a_profile_ends_as_the_program_ended() {
    let output = engram(&["profile", "--", "sh", "-c", "exit 7"]);
    assert_eq!(output.status.code(), Some(7));
    assert!(text(&output.stderr).contains("page faults, minor"));
    // As a shell says it: 128 and the number of the signal.
    let output = engram(&["profile", "--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(output.status.code(), Some(137));
    let output = engram(&["profile", "--", "/nowhere/at/all"]);
    assert!(
        text(&output.stderr).contains("cannot start /nowhere/at/all"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_process_that_runs_can_be_watched() {
    let pid = std::process::id().to_string();
    let output = engram(&["profile", "--json", "--seconds", "1", "--pid", &pid]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(report["peak_bytes"].as_u64() > Some(0), "{report}");
    let output = engram(&["profile", "--pid", "4294967295"]);
    assert!(text(&output.stderr).contains("there is no process"), "{}", text(&output.stderr));
}
