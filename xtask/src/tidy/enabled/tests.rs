use super::*;

fn in_source(path: &str, text: &str) -> usize {
    check_source(&Source::parse(path, text).unwrap()).len()
}

fn in_manifest(text: &str) -> Vec<usize> {
    let manifest = Manifest::parse("Cargo.toml", text).unwrap();
    check_manifest(&manifest).into_iter().map(|it| it.line).collect()
}

#[test]
fn a_second_place_that_knows_is_found() {
    let path = "crates/a/src/counter.rs";
    assert_eq!(in_source(path, "#[cfg(feature = \"enabled\")] fn f() {}"), 1);
    assert_eq!(in_source(path, "fn f() -> bool { cfg!(not(feature = \"enabled\")) }"), 1);
    assert_eq!(in_source(path, "#[cfg(not(engram_off))] fn f() {}"), 1);
    assert_eq!(in_source(path, "#[cfg(feature = \"other\")] fn f() {}"), 0);
}

#[test]
fn the_gate_knows() {
    assert_eq!(in_source("crates/a/src/gate.rs", "#[cfg(feature = \"enabled\")] fn f() {}"), 0);
    assert_eq!(in_source("crates/a/tests/gate.rs", "#[cfg(feature = \"enabled\")] fn f() {}"), 1);
}

#[test]
fn switching_it_on_for_everybody_is_found() {
    let text = "[dependencies]\n\nengram-hw = { workspace = true, features = [\"enabled\"] }\n";
    assert_eq!(in_manifest(text), [3]);
}

#[test]
fn default_features_of_ours_are_found() {
    assert_eq!(in_manifest("[workspace.dependencies]\nengram-hw = { path = \"a\" }\n"), [2]);
    assert_eq!(in_manifest("[dependencies]\nengram-hw = \"0.1\"\n"), [2]);
    let text = "[dependencies]\nengram-hw = { workspace = true, default-features = true }\n";
    assert_eq!(in_manifest(text), [2]);
}

#[test]
fn another_name_hides_nothing() {
    let entry = "core2 = { package = \"engram-metrics-core\", path = \"a\" }";
    assert_eq!(in_manifest(&format!("[dependencies]\n{entry}\n")), [2]);
}

#[test]
fn only_enabled_and_default_forward_it() {
    assert_eq!(in_manifest("[features]\nfast = [\"engram-hw/enabled\"]\n"), [1]);
    let text = "[features]\ndefault = [\"enabled\"]\nenabled = [\"engram-hw/enabled\"]\n";
    assert_eq!(in_manifest(text), [0; 0]);
}

#[test]
fn inheriting_and_third_parties_are_left_alone() {
    let text = "[workspace.dependencies]\nengram-hw = { path = \"a\", default-features = false }\n\
                [dependencies]\nengram-hw = { workspace = true }\nserde = \"1\"\n";
    assert_eq!(in_manifest(text), [0; 0]);
}
