use super::*;

#[test]
fn the_totals_of_cachegrind_are_read() {
    let text = "==1== I   refs:      1,442,078\n\
                ==1== D   refs:        100,000  (70,000 rd   + 30,000 wr)\n\
                ==1== D1  misses:        2,873  ( 2,090 rd   +    783 wr)\n";
    assert_eq!(counted(text), Some(Counted { instructions: 1_442_078, misses: 2_873 }));
}

#[test]
fn a_program_that_did_not_run_has_no_totals() {
    assert_eq!(counted("==1== Process terminating with default action of signal 4 (SIGILL)"), None);
}

#[test]
fn many_misses_are_found() {
    let cost = |misses| [Cost { operation: "record".to_owned(), instructions: 1.0, misses }];
    assert_eq!(misses(&cost(1_000)).count(), 1);
    assert_eq!(misses(&cost(999)).count(), 0);
}

#[test]
fn an_event_may_write_one_line_and_not_two() {
    let cost = |misses| [Cost { operation: "event".to_owned(), instructions: 1.0, misses }];
    assert_eq!(misses(&cost(10_999)).count(), 0);
    assert_eq!(misses(&cost(11_000)).count(), 1);
}
