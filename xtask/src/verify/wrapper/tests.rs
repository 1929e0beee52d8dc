use std::process::Command;

use super::*;

/// What the script has `/bin/echo` say in place of a compiler.
fn says(wrapper: &Wrapper<'_>, package: &str, arguments: &[&str]) -> String {
    let mut script = Command::new("/bin/sh");
    script.args(["-c", &wrapper.script(), "wrapper", "/bin/echo"]).args(arguments);
    let written = script.env("CARGO_PKG_NAME", package).output().unwrap().stdout;
    String::from_utf8(written).unwrap().trim_end().to_owned()
}

#[test]
fn chosen_members_get_the_flags_and_others_do_not() {
    let wrapper = Wrapper { name: "w", flags: "-Cx=1 -Zy", packages: &["a", "b-c"] };
    assert_eq!(says(&wrapper, "a", &["src/lib.rs"]), "src/lib.rs -Cx=1 -Zy");
    assert_eq!(says(&wrapper, "b-c", &["src/lib.rs"]), "src/lib.rs -Cx=1 -Zy");
    assert_eq!(says(&wrapper, "b", &["src/lib.rs"]), "src/lib.rs");
}

#[test]
fn without_a_choice_every_member_gets_them() {
    let wrapper = Wrapper { name: "w", flags: "-Zy", packages: &[] };
    assert_eq!(says(&wrapper, "whoever", &["src/lib.rs"]), "src/lib.rs -Zy");
}

#[test]
fn a_question_to_the_compiler_is_passed_on_as_it_is() {
    let wrapper = Wrapper { name: "w", flags: "-Zy", packages: &[] };
    assert_eq!(says(&wrapper, "a", &["-", "--print=cfg"]), "- --print=cfg");
}

#[test]
fn other_flags_are_another_file() {
    let folder = std::env::temp_dir().join(format!("engram-wrappers-{}", std::process::id()));
    let path = |flags| Wrapper { name: "w", flags, packages: &[] }.write(&folder).unwrap();
    let (first, second, again) = (path("-Cx=1"), path("-Cx=2"), path("-Cx=1"));
    assert_ne!(first, second);
    assert_eq!(first, again);
    fs::remove_dir_all(folder).unwrap();
}
