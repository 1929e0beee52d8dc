//! `engram scrape` as a shell sees it.

use std::path::PathBuf;
use std::process::{Command, Output};

use engram_metrics_core::Registry;
use engram_serve::{Endpoint, METRICS};

static REGISTRY: Registry = Registry::new();

fn engram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).output().expect("starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn file(name: &str, page: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("engram-scrape-{}-{name}", std::process::id()));
    std::fs::write(&path, page).expect("writes");
    path
}

#[test]
fn a_page_of_ours_has_no_findings_in_any_text_format_and_does_not_go_back() {
    REGISTRY.register(&METRICS).expect("registers once");
    let endpoint = Endpoint::start(([127, 0, 0, 1], 0).into(), &REGISTRY).expect("starts");
    let url = format!("http://{}/metrics", endpoint.address());
    for text_only in [None, Some("--text")] {
        let arguments: Vec<_> = ["scrape", &url, "--raw"].into_iter().chain(text_only).collect();
        let first = engram(&arguments);
        assert!(first.status.success(), "{}", text(&first.stderr));
        let saved = file("before.txt", &text(&first.stdout));
        let path = saved.to_str().expect("UTF-8");
        let again = engram(&[&arguments[..], &["--check", "--previous", path]].concat());
        // Where telemetry is compiled out the page is a comment, which says so.
        assert!(again.status.success(), "{}", text(&again.stderr));
        assert_eq!(text(&again.stderr), "0 findings\n");
        std::fs::remove_file(saved).expect("removes it");
    }
}

#[test]
fn findings_name_the_line_and_make_it_fail() {
    let page = file("bad.txt", "# HELP a A.\n# TYPE a counter\na 3\n");
    let before = file("good.txt", "# HELP a A.\n# TYPE a counter\na 4\n");
    let [page, before] = [&page, &before].map(|it| it.to_str().expect("UTF-8"));
    let output = engram(&["scrape", page, "--check", "--previous", before]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&format!("{page}:1: a: a counter should end with _total\n")), "{said}");
    assert!(said.contains(&format!("{page}:3: a went back from 4 to 3\n")), "{said}");
    assert!(said.ends_with("2 findings\n"), "{said}");
    assert!(text(&output.stdout).starts_with("a (counter): A.\n"), "{}", text(&output.stdout));
    [page, before].iter().for_each(|path| std::fs::remove_file(path).expect("removes it"));
}

#[test]
fn what_does_not_answer_is_an_error_that_names_it() {
    let output = engram(&["scrape", "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("cannot scrape http://127.0.0.1:1/metrics"), "{said}");
}
