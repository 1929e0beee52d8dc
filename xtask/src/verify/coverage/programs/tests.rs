use serde_json::json;

use super::*;

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
