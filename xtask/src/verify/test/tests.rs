use super::*;

#[test]
fn what_nextest_writes_is_counted() {
    let text = "     Summary [   0.104s] 12 tests run: 12 passed, 1 skipped\n";
    assert_eq!(passed(text), 12);
}

#[test]
fn what_libtest_writes_is_added_up() {
    let text = "test result: ok. 3 passed; 0 failed; 0 ignored\n\
                test a_name_with 9 passed ... ok\n\
                test result: ok. 4 passed; 0 failed; 0 ignored\n";
    assert_eq!(passed(text), 7);
}

#[test]
fn nothing_is_counted_where_nothing_ran() {
    assert_eq!(passed("Finished\n"), 0);
}
