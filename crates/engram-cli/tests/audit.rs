//! `engram audit` as a shell sees it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use engram_concurrency_audit::{
    AUDITOR, Action, ENABLED, ErrorCode, Mutex, Policy, save_report, spawn,
};

fn engram(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_engram")).args(arguments).output().expect("starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("engram-audit-{}-{name}", std::process::id()))
}

fn path(file: &Path) -> &str {
    file.to_str().expect("UTF-8")
}

/// Takes two locks in both orders and saves what the audit says of it.
fn inversion() -> PathBuf {
    static ACCOUNTS: Mutex<()> = Mutex::new(());
    static JOURNAL: Mutex<()> = Mutex::new(());
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    for (outer, inner) in [(&ACCOUNTS, &JOURNAL), (&JOURNAL, &ACCOUNTS)] {
        let nest = move || {
            let _outer = outer.lock();
            let _inner = inner.lock();
        };
        spawn(nest).join().expect("nests");
    }
    let report = file("report.json");
    save_report(&report).expect("writes");
    report
}

#[test]
fn a_saved_report_is_shown_and_drawn() {
    let report = inversion();
    let shown = engram(&["audit", "show", path(&report)]);
    let picture = file("order.svg");
    let drawn = engram(&["audit", "graph", path(&report), "--svg", path(&picture)]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let svg = std::fs::read_to_string(&picture).expect("is written");
    let dot = text(&engram(&["audit", "graph", path(&report), "--dot"]).stdout);
    let mermaid = text(&engram(&["audit", "graph", path(&report)]).stdout);
    for file in [report, picture] {
        std::fs::remove_file(file).expect("removes it");
    }
    assert!(dot.starts_with("digraph lock_order {\n") && mermaid.starts_with("flowchart LR\n"));
    if !ENABLED {
        assert!(shown.status.success() && text(&shown.stdout) == "no findings\n");
        assert!(svg.contains("no lock was taken inside another one"));
        return;
    }
    let shown_text = text(&shown.stdout);
    assert!(!shown.status.success(), "there is an error among it: {shown_text}");
    assert!(shown_text.starts_with("POTENTIAL E0102 lock order inversion: "), "{shown_text}");
    // Both steps, each with two places.
    assert_eq!(shown_text.matches("tests/audit.rs:").count(), 4, "{shown_text}");
    assert!(shown_text.ends_with("1 POTENTIAL; `engram audit explain CODE` says what they mean\n"));
    assert_eq!(text(&drawn.stderr).matches("2 classes, 2 orders, 2 on a cycle").count(), 1);
    // Two boxes, and two lines for each order: in front of where it was seen, and behind.
    assert_eq!((svg.matches("rx=\"6\"").count(), svg.matches("<path ").count()), (2, 4), "{svg}");
    assert_eq!(svg.matches("taken ").count(), 2);
    assert_eq!((dot.matches("color=red").count(), mermaid.matches("linkStyle").count()), (2, 2));
}

#[test]
fn every_code_is_explained_by_its_page() {
    let listed = text(&engram(&["audit", "explain"]).stdout);
    assert_eq!(listed.lines().count(), ErrorCode::ALL.len());
    for code in [ErrorCode::OrderInversion, ErrorCode::Stalled, ErrorCode::Race] {
        assert!(listed.contains(&format!("{code}  ")), "{listed}");
        let explained = engram(&["audit", "explain", &code.as_str().to_lowercase()]);
        assert!(explained.status.success());
        assert_eq!(text(&explained.stdout), code.page());
    }
    let unknown = engram(&["audit", "explain", "E9999"]);
    assert!(!unknown.status.success() && text(&unknown.stderr).contains("no such finding"));
}

#[test]
fn what_is_no_report_is_an_error_that_names_the_file_and_what_is_missing() {
    let other = file("other.json");
    for (content, missing) in
        [("{}", "version"), ("{\"version\": 2}", "version is 2"), ("no", "line 1")]
    {
        std::fs::write(&other, content).expect("writes");
        let shown = engram(&["audit", "show", path(&other)]);
        let errors = text(&shown.stderr);
        assert!(!shown.status.success() && errors.contains(path(&other)), "{errors}");
        assert!(errors.contains(missing), "{errors}");
    }
    let drawn = engram(&["audit", "graph", path(&other)]);
    assert!(!drawn.status.success(), "{}", text(&drawn.stdout));
    std::fs::remove_file(other).expect("removes it");
}

#[test]
fn the_guide_links_the_page_of_every_code() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/auditing.md");
    let guide = std::fs::read_to_string(guide).expect("the guide is there");
    for code in ErrorCode::ALL {
        let link = format!("[{code} {}](../findings/{code}.md)", code.title());
        assert!(guide.contains(&link), "{link}");
    }
}
