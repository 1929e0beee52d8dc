use super::*;

const LISTED: &[Subject] = &[Subject { package: "a", gates: &[Gate::Models] }];

fn messages(table: &[Subject], text: &str) -> Vec<String> {
    let package = Package {
        name: "a".to_owned(),
        manifest: "crates/a/Cargo.toml".to_owned(),
        is_published: true,
        dependencies: Vec::new(),
    };
    let source = Source::parse("crates/a/src/sync.rs", text).unwrap();
    check(table, &[package], &[source]).into_iter().map(|it| it.message).collect()
}

#[test]
fn models_that_no_gate_runs_are_found() {
    let text = "#[cfg(engram_loom)]\nmod loom {}";
    assert_eq!(messages(&[], text), ["a has models that no gate runs"]);
    assert_eq!(messages(&[Subject { package: "a", gates: &[] }], text).len(), 1);
    assert_eq!(messages(LISTED, text), [] as [&str; 0]);
}

#[test]
fn a_crate_without_models_needs_no_row() {
    assert_eq!(messages(&[], "//! Not for engram_loom.\nfn f() {}"), [] as [&str; 0]);
}

#[test]
fn a_row_about_a_crate_that_is_gone_is_found() {
    let gone = [LISTED[0], Subject { package: "b", gates: &[] }];
    assert_eq!(messages(&gone, ""), ["the table of crates and gates has a row about b"]);
}
