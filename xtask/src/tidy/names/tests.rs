use super::*;

fn count(path: &str, text: &str) -> usize {
    check(&Source::parse(path, text).unwrap()).len()
}

#[test]
fn empty_names_are_found() {
    for path in ["a/src/mod.rs", "a/src/utils.rs", "a/src/helpers/ring.rs", "a/src/common.rs"] {
        assert_eq!(count(path, ""), 1, "{path}");
    }
    assert_eq!(count("a/src/ring.rs", "fn f() {}"), 0);
}

#[test]
fn code_in_a_table_of_contents_is_found() {
    assert_eq!(count("crates/a/src/lib.rs", "mod ring;\nfn f() {}\nstruct S;\n"), 2);
    assert_eq!(count("crates/a/src/lib.rs", "mod ring { fn f() {} }"), 1);
    assert_eq!(count("crates/a/src/lib.rs", "macro_rules! m { () => { fn f() {} } }"), 1);
}

#[test]
fn a_table_of_contents_passes() {
    let text = "//! Docs.\n#![forbid(unsafe_code)]\nmod ring;\npub use ring::Ring;\nm! {}\n";
    assert_eq!(count("crates/a/src/lib.rs", text), 0);
}
