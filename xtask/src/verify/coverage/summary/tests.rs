use serde_json::json;

use super::*;

const SUMMARY: &str = r#"{"data":[{"files":[
    {"filename":"/w/crates/a/src/x.rs","summary":{"lines":{"count":10,"covered":9}}},
    {"filename":"/w/crates/a/src/y.rs","summary":{"lines":{"count":10,"covered":10}}},
    {"filename":"/w/crates/ab/src/x.rs","summary":{"lines":{"count":70,"covered":0}}}]}]}"#;

#[test]
fn lines_are_those_of_one_folder() {
    let lines = lines_below(SUMMARY, Path::new("/w/crates/a/src")).unwrap();
    assert_eq!(lines, Lines { run: 19, all: 20 });
    assert_eq!(lines.percent(), Some(95.0));
    assert_eq!(lines_below(SUMMARY, Path::new("/w/crates/c/src")).unwrap().percent(), None);
}

#[test]
fn what_is_no_summary_is_an_error() {
    assert!(lines_below("", Path::new("/")).is_err());
    assert!(lines_below("{}", Path::new("/")).is_err());
}

#[test]
fn programs_are_those_that_test_one_of_the_packages() {
    let of = |package, is_test, program| {
        let manifest = format!("/w/crates/{package}/Cargo.toml");
        let profile = json!({ "test": is_test });
        json!({ "manifest_path": manifest, "profile": profile, "executable": program }).to_string()
    };
    let messages = [
        of("a", true, Some("/w/target/debug/deps/a-1")),
        "running 1 test".to_owned(),
        of("a", false, Some("/w/target/debug/a")),
        of("a", true, None),
        of("ab", true, Some("/w/target/debug/deps/ab-1")),
    ];
    assert_eq!(executables(&messages.join("\n"), &["a", "c"]), ["/w/target/debug/deps/a-1"]);
}
