//! `engram tail` as a shell sees it, on the events of a demo.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use engram_trace::ENABLED;
use serde_json::Value;

fn engram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).output().expect("starts")
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("engram-tail-{}-{name}", std::process::id()))
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn lines_that_are_no_events_are_told_and_make_it_fail() {
    let path = file("mixed.jsonl");
    let event = r#"{"v":1,"time":"2026-01-02T03:04:05.6Z","kind":"search","ring":0,"sequence":1,"strength":0.5}"#;
    std::fs::write(&path, format!("{event}\nnothing\n{event}\n")).expect("writes");
    let path = path.to_str().expect("UTF-8");
    let output = engram(&["tail", path, "--json"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 lines are no events"));
    assert_eq!(lines(&output.stdout).len(), 2);
    let one = engram(&["tail", path, "--json", "--count", "1"]);
    assert!(one.status.success(), "it ends before");
    assert_eq!(lines(&one.stdout).len(), 1);
    let none = engram(&["tail", path, "--kind", "recall", "--count", "1"]);
    assert!(none.stdout.is_empty());
    std::fs::remove_file(path).expect("removes it");
}

#[test]
fn what_is_no_source_of_events_is_told_with_what_to_do() {
    let said = |source: &str| {
        let output = engram(&["tail", source]);
        assert!(!output.status.success(), "{source}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said("nowhere.jsonl").contains("there is no file nowhere.jsonl"));
    let path = file("lines.zst");
    std::fs::write(&path, [0x28, 0xb5, 0x2f, 0xfd, 0, 0]).expect("writes");
    assert!(said(path.to_str().expect("UTF-8")).contains("zstd -dc"));
    std::fs::remove_file(path).expect("removes it");
}

#[test]
fn events_of_the_demo_are_shown_live_and_in_a_file_and_exemplars_lead_to_them() {
    let path = file("demo.jsonl");
    let file = path.to_str().expect("UTF-8");
    let arguments = ["demo", "--seconds", "3", "--threads", "2", "--listen", "127.0.0.1:0"];
    let mut demo = Command::new(env!("CARGO_BIN_EXE_engram"))
        .args(arguments)
        .args(["--events", file, "--linger", "300"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    let mut said =
        BufReader::new(demo.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    let metrics = said.find_map(|line| Some(line.strip_prefix("metrics: ")?.to_owned()));
    let metrics = metrics.expect("it says where");
    if ENABLED {
        let live = engram(&["tail", &metrics, "--json", "--count", "1", "--kind", "search"]);
        assert!(live.status.success(), "{}", String::from_utf8_lossy(&live.stderr));
        assert!(
            lines(&live.stdout).iter().all(|it| it["kind"] == "search" && it["weight"] == 1024.0)
        );
    }
    assert!(said.any(|line| line.starts_with("lingering")), "it runs and ends");
    let page = engram(&["scrape", &metrics, "--raw"]);
    demo.kill().expect("it lingers");
    demo.wait().expect("it ends");
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    let traces: Vec<&str> =
        page.split("trace_id=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    assert_eq!(traces.is_empty(), !ENABLED, "exemplars on the page");
    for trace in &traces {
        let found = engram(&["tail", file, "--json", "--trace", trace]);
        let found = lines(&found.stdout);
        assert_eq!(found.len(), 1, "the event of {trace}");
        assert_eq!(found[0]["trace_id"], *trace);
    }
    std::fs::remove_file(&path).expect("there is a file");
}
