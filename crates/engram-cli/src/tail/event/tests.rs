//! Lines that are events, and lines that are not.

use super::*;

const SEARCH: &str = r#"{"v":1,"time":"2026-01-02T03:04:05.6Z","kind":"search","ring":0,"sequence":1,"strength":0.5,"duration":2.9e-7,"trace_id":"ab","fields":{"hops":7,"elapsed":null}}"#;
const GAP: &str = r#"{"v":1,"time":"2026-01-02T03:04:05.6Z","gap":17,"ring":0,"sequence":2}"#;

#[test]
fn what_is_no_event_says_why() {
    let why = |line: &str| Event::read(line).map(|_| ()).expect_err("it is none");
    assert!(why("{").starts_with("no JSON"));
    assert_eq!(why("[1]"), "no object");
    assert_eq!(why("{}"), "without a version");
    assert_eq!(why(r#"{"v":2,"kind":"search"}"#), "version 2, and this program knows 1");
    assert_eq!(why(r#"{"v":1}"#), "neither an event nor a gap");
}

#[test]
fn an_event_is_a_line_for_people() {
    let text = |line: &str| Event::read(line).expect("an event").text();
    assert_eq!(
        text(SEARCH),
        "2026-01-02T03:04:05.6Z search       strength 0.5 duration 290.0ns hops=7 trace ab"
    );
    assert_eq!(text(GAP), "2026-01-02T03:04:05.6Z gap          17 events lost");
}

#[test]
fn kinds_strengths_and_traces_choose() {
    let takes = |kinds: &[&str], min_strength, trace| {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let wanted = Wanted { kinds: &kinds, min_strength, trace };
        [SEARCH, GAP].map(|line| wanted.takes(&Event::read(line).expect("an event")))
    };
    assert_eq!(takes(&[], None, None), [true, true]);
    assert_eq!(takes(&["recall"], None, None), [false, false]);
    assert_eq!(takes(&["recall", "search"], Some(0.5), None), [true, false]);
    assert_eq!(takes(&["gap"], None, None), [false, true]);
    assert_eq!(takes(&[], Some(0.6), None), [false, true], "a gap has no strength");
    assert_eq!(takes(&[], None, Some("ab")), [true, false]);
    assert_eq!(takes(&[], None, Some("cd")), [false, false]);
}
