use super::*;

#[test]
fn paths_of_a_machine_are_found() {
    let text = format!("fine\nsee {}project/file and `{}me/x`\n", MACHINE[0], MACHINE[2]);
    let lines: Vec<_> = check("docs/a.md", &text).into_iter().map(|it| it.line).collect();
    assert_eq!(lines, [2, 2]);
}

#[test]
fn temporary_files_are_named_in_code_alone() {
    let text = format!("see {TEMPORARY}page.txt");
    assert_eq!(check("docs/a.md", &text).len(), 1);
    assert!(check("a/src/b.rs", &text).is_empty());
}

#[test]
fn paths_that_go_on_are_left_alone() {
    let text = format!("src{0} and https://example.org{0} and $HOME{1}", MACHINE[0], MACHINE[1]);
    assert!(check("docs/a.md", &text).is_empty());
}
