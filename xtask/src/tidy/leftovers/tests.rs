use super::*;

fn count(text: &str) -> usize {
    check(&Source::parse("crates/a/src/b.rs", text).unwrap()).len()
}

#[test]
fn leftovers_are_found() {
    assert_eq!(count("#[test] #[ignore = \"slow\"] fn f() {}"), 1);
    assert_eq!(count("#[test] #[ignore] fn f() {}"), 1);
    assert_eq!(count("#[test] #[cfg_attr(debug_assertions, ignore)] fn f() {}"), 1);
    assert_eq!(count("fn f() { todo!() }"), 1);
    assert_eq!(count("fn f() { todo![] }"), 1);
    assert_eq!(count("fn f() { unimplemented!(\"later\") }"), 1);
    assert_eq!(count("m! { fn f() { dbg!(1); } }"), 1);
}

#[test]
fn words_in_comments_strings_and_names_are_left_alone() {
    assert_eq!(count("// todo!()\nconst TODO: &str = \"dbg!(1)\";\nfn ignore() {}\n"), 0);
}
