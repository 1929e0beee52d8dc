use super::*;

fn lines(text: &str) -> Vec<usize> {
    let body = format!("fn f() {{\n{text}\n}}\n");
    let source = Source::parse("crates/a/src/ring.rs", &body).unwrap();
    check(&source).into_iter().map(|it| it.line - 1).collect()
}

const NONE: [usize; 0] = [];

#[test]
fn an_argued_ordering_passes() {
    assert_eq!(lines("// Relaxed: a statistic.\na.load(Ordering::Relaxed);"), NONE);
    assert_eq!(
        lines("// Acquire: sees it. A second\n// line.\nlet x = a.load(Ordering::Acquire);"),
        NONE
    );
    assert_eq!(
        lines("// Relaxed, both: numbers.\na.u(Ordering::Relaxed, Ordering::Relaxed, add);"),
        NONE
    );
}

#[test]
fn an_ordering_with_a_name_is_argued_for_as_well() {
    assert_eq!(lines("a.load(order!(Acquire, \"a\"));"), [1]);
    let two = "a.load(order!(Acquire, \"a\"));\nb.load(order!(Acquire, \"b\"));";
    assert_eq!(lines(&format!("// Acquire: a.\n{two}")), [3]);
    assert_eq!(lines(&format!("// Acquire, both: a.\n{two}")), NONE);
}

#[test]
fn an_ordering_without_its_comment_is_found() {
    assert_eq!(lines("a.load(Ordering::Relaxed);"), [1]);
    assert_eq!(
        lines("// Relaxed: a.\na.load(Ordering::Relaxed);\nb.load(Ordering::Relaxed);"),
        [3]
    );
    assert_eq!(lines("// Relaxed: a.\nlet x = 1;\nb.load(Ordering::Relaxed);"), [3]);
}

#[test]
fn a_comment_about_another_ordering_is_no_argument() {
    assert_eq!(lines("// Relaxed: a.\na.load(Ordering::Acquire);"), [2]);
    assert_eq!(lines("// It is Acquire: sees it.\na.load(Ordering::Acquire);"), [2]);
    assert_eq!(lines("// Acquire\na.load(Ordering::Acquire);"), [2]);
    assert_eq!(lines("// Acquire:\na.load(Ordering::Acquire);"), [2]);
}

#[test]
fn each_ordering_of_a_long_call_needs_its_line() {
    let call = "match a.cas(\n    head,\n    next(head),\n    Ordering::Release,\n    Ordering::Relaxed,\n) {\n    _ => {}\n}";
    let both = format!("// Release: hands over.\n// Relaxed, on failure: a number.\n{call}");
    assert_eq!(lines(&both), NONE);
    assert_eq!(lines(&format!("// Release: hands over.\n{call}")), [6]);
    assert_eq!(lines(call), [4, 5]);
}

#[test]
fn a_number_argues_for_as_many_statements_in_a_row() {
    let two = "a.load(Ordering::Relaxed);\nb.load(Ordering::Relaxed);";
    assert_eq!(lines(&format!("// Relaxed, both: numbers.\n{two}")), NONE);
    assert_eq!(
        lines(&format!("// Relaxed, both: numbers.\n{two}\nc.load(Ordering::Relaxed);")),
        [4]
    );
    assert_eq!(lines("// Relaxed, both: a.\nlet x = 1;\nb.load(Ordering::Relaxed);"), [3]);
}

#[test]
fn an_argument_does_not_reach_into_a_block() {
    assert_eq!(lines("// Relaxed: a.\nfor x in y {\n    x.load(Ordering::Relaxed);\n}"), [3]);
    assert_eq!(lines("for x in y {\n    // Relaxed: a.\n    x.load(Ordering::Relaxed);\n}"), NONE);
}

#[test]
fn an_argument_reaches_into_a_literal() {
    let literal = "// Relaxed, all: a.\nSome(Head {\n    a: a.load(Ordering::Relaxed),\n    b: b.load(Ordering::Relaxed),\n})";
    assert_eq!(lines(literal), NONE);
}

#[test]
fn macro_bodies_are_looked_into() {
    assert_eq!(lines("m! {\n    a.load(Ordering::Relaxed)\n}"), [2]);
}

#[test]
fn comparisons_parameters_and_imports_of_the_type_are_no_uses() {
    assert_eq!(lines("let x = Ordering::Less;"), NONE);
    assert_eq!(lines("use crate::sync::Ordering;\nfn g(order: Ordering) {}"), NONE);
}

#[test]
fn importing_the_bare_name_is_found() {
    assert_eq!(lines("use crate::sync::Ordering::Relaxed;"), [1]);
    assert_eq!(lines("use crate::sync::Ordering::{Acquire, Release};"), [1]);
    assert_eq!(lines("pub(crate) use crate::sync::Ordering::*;"), [1]);
    assert_eq!(lines("use crate::sync::{\n    A,\n    Ordering::*,\n};"), [3]);
}

#[test]
fn another_name_for_the_type_is_found() {
    assert_eq!(lines("use crate::sync::Ordering as O;"), [1]);
}

#[test]
fn tests_are_exempt() {
    assert_eq!(lines("}\n#[cfg(test)]\nmod tests { fn g() { a.load(Ordering::Relaxed); }"), NONE);
    let source =
        Source::parse("crates/a/src/ring/tests.rs", "const X: O = Ordering::Relaxed;").unwrap();
    assert!(check(&source).is_empty());
}
