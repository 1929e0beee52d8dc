//! The command as a shell sees it.

use std::net::TcpListener;
use std::process::{Command, Output};

use engram_metrics_core::ENABLED;
use serde_json::Value;

fn engram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).output().expect("starts")
}

fn demo(more: &[&str]) -> Output {
    let arguments = ["demo", "--seconds", "1", "--threads", "2", "--listen", "127.0.0.1:0"];
    engram(&[&arguments[..], more].concat())
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_series_of_the_page_equals_the_tally() {
    let output = demo(&["--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["mismatches"], 0);
    assert!(report["operations"].as_u64().is_some_and(|operations| operations > 100));
    let checks = report["checks"].as_array().expect("a list");
    if ENABLED {
        let mut names: Vec<_> = checks.iter().map(|check| check["metric"].as_str()).collect();
        names.dedup();
        assert!(names.len() >= 12, "{names:?}");
        assert!(checks.iter().all(|check| check["scraped"] == check["tally"]));
        assert!(checks.iter().any(|check| check["labels"]["le"] == "+Inf"));
    } else {
        assert_eq!(report["telemetry"], "off");
        assert!(checks.is_empty());
    }
}

#[test]
fn people_get_a_table_with_a_verdict() {
    let output = demo(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let verdict = if ENABLED { "series of the page equal" } else { "nothing to compare" };
    assert!(text.contains(verdict), "{text}");
}

#[test]
fn an_injected_fault_is_found_while_the_engine_runs_and_the_demo_ends_well() {
    let faults = [
        ("deadlock", "E0104"),
        ("inversion", "E0102"),
        ("stall", "E0206"),
        ("lost-update", "E0304"),
    ];
    for (fault, code) in faults {
        let output = demo(&["--inject", fault]);
        assert!(output.status.success(), "{fault}: {}", stderr(&output));
        let is_found = stderr(&output).contains(&format!("inject: {code}"));
        assert_eq!(is_found, ENABLED, "{fault}: {}", stderr(&output));
    }
}

#[test]
fn no_threads_is_an_error_before_anything_starts() {
    let output = engram(&["demo", "--threads", "0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--threads"), "{}", stderr(&output));
}

#[test]
fn a_port_in_use_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let output = engram(&["demo", "--seconds", "1", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&address), "{}", stderr(&output));
    assert!(stderr(&output).contains("in use"), "{}", stderr(&output));
}

/// The demo with variables of OpenTelemetry; what it says when it does not start.
fn pushing(endpoint: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_engram"));
    command.args(["demo", "--seconds", "600", "--listen", "127.0.0.1:0", "--otlp", endpoint]);
    let output = command.envs(variables.iter().copied()).output().expect("starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("engine:"), "before the engine: {}", stderr(&output));
    stderr(&output)
}

#[test]
fn what_cannot_be_pushed_to_is_an_error_before_anything_starts() {
    const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
    const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
    let address = "http://127.0.0.1:1";
    for (endpoint, variables, expected) in [
        ("127.0.0.1:4318", &[][..], "such as http://127.0.0.1:4318"),
        ("http://", &[], "is not a URL"),
        (address, &[(PROTOCOL, "carrier-pigeon")], "is none of http/protobuf"),
        (address, &[(CERTIFICATE, "/nowhere/ca.pem")], "cannot be read"),
        (address, &[(HEADERS, "x-key=secret%0Ax: y")], "has a value that no header can have"),
    ] {
        let said = pushing(endpoint, variables);
        assert!(said.contains(expected) && !said.contains("secret"), "{said}");
        let variable = variables.first().map_or("--otlp", |(name, _)| name);
        assert!(said.contains(variable), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let full = std::fs::File::create("/dev/full").expect("a device that is always full");
    let arguments = ["demo", "--seconds", "1", "--listen", "127.0.0.1:0", "--json"];
    let command = Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).stdout(full).output();
    let output = command.expect("starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot write the result"), "{}", stderr(&output));
}
