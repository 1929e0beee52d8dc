use super::*;

fn count(root: &str, other: &str) -> usize {
    let package = Package {
        name: "a".to_owned(),
        manifest: "crates/a/Cargo.toml".to_owned(),
        is_published: true,
        dependencies: Vec::new(),
    };
    let sources = [("crates/a/src/lib.rs", root), ("crates/a/src/b.rs", other)]
        .map(|(path, text)| Source::parse(path, text).unwrap());
    check(&[package], &sources).len()
}

#[test]
fn a_safe_crate_that_does_not_say_so_is_found() {
    assert_eq!(count("//! Docs.\nmod b;", "fn f() {}"), 1);
    assert_eq!(count("mod b;", "// unsafe\n"), 1);
}

#[test]
fn a_program_beside_a_library_says_so_too() {
    let package = Package {
        name: "a".to_owned(),
        manifest: "crates/a/Cargo.toml".to_owned(),
        is_published: true,
        dependencies: Vec::new(),
    };
    let library = Source::parse("crates/a/src/lib.rs", "#![forbid(unsafe_code)]").unwrap();
    let program = Source::parse("crates/a/src/main.rs", "fn main() {}").unwrap();
    assert_eq!(check(&[package], &[library, program]).len(), 1);
}

#[test]
fn a_safe_crate_that_says_so_and_an_unsafe_one_pass() {
    assert_eq!(count("#![forbid(unsafe_code)]\nmod b;", "fn f() {}"), 0);
    assert_eq!(count("mod b;", "fn f() { unsafe { g() } }"), 0);
}
