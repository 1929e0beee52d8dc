//! What pages show as Rust is a part of a program that is built and tested.

use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 7] = [
    "README.md",
    "crates/engram-trace/README.md",
    "docs/guide/exporting.md",
    "docs/guide/auditing.md",
    "docs/guide/cognition.md",
    "docs/guide/hardware.md",
    "docs/guide/tracing-events.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of all examples of all crates.
fn examples() -> Vec<String> {
    let crates = fs::read_dir(root().join("crates")).expect("a folder");
    let folders = crates.filter_map(|it| Some(it.ok()?.path().join("examples")));
    let files = folders.filter_map(|it| fs::read_dir(it).ok()).flatten();
    files.filter_map(|it| fs::read_to_string(it.ok()?.path()).ok()).collect()
}

#[test]
fn what_pages_show_is_in_an_example() {
    let examples = examples();
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).expect(page);
        let shown: Vec<_> = text.split("```rust").skip(1).collect();
        assert!(!shown.is_empty(), "{page} shows nothing");
        for block in shown {
            let (_, code) = block.split_once('\n').expect("lines");
            let (code, _) = code.split_once("```").expect("an end");
            let is_there = examples.iter().any(|example| example.contains(code.trim_end()));
            assert!(is_there, "{page} shows what is in no example:\n{code}");
        }
    }
}
