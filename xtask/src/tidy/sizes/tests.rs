use super::*;

fn count(text: &str) -> usize {
    check(&Source::parse("crates/a/src/b.rs", text).unwrap()).len()
}

fn function(statements: usize) -> String {
    format!("fn f() {{\n{}}}\n", "    g();\n".repeat(statements))
}

#[test]
fn a_long_function_is_found() {
    assert_eq!(count(&function(FUNCTION_LINES - 2)), 0);
    assert_eq!(count(&function(FUNCTION_LINES - 1)), 1);
    assert_eq!(count(&format!("impl S {{ {} }}", function(FUNCTION_LINES))), 1);
}

#[test]
fn comments_and_empty_lines_cost_nothing() {
    let comments = format!("fn f() {{\n{}\n\n}}\n", "    // Why.\n".repeat(FUNCTION_LINES));
    assert_eq!(count(&comments), 0);
}

#[test]
fn a_long_file_is_found() {
    assert_eq!(count(&"const _: () = ();\n".repeat(FILE_LINES)), 0);
    assert_eq!(count(&"const _: () = ();\n".repeat(FILE_LINES + 1)), 1);
}
