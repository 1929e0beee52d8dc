use super::*;

#[test]
fn pauses_grow_and_end_with_the_patience() {
    let start = Instant::now();
    let mut attempts = Attempts::until(start + Duration::from_secs(30));
    let (mut now, mut pauses) = (start, Vec::new());
    while let Some(pause) = attempts.pause(now, None) {
        now += pause;
        pauses.push(pause);
    }
    assert!(now < start + Duration::from_secs(30));
    assert!((6..=16).contains(&pauses.len()), "{pauses:?}");
    assert!(pauses[0] >= FIRST_PAUSE && pauses[0] <= 2 * FIRST_PAUSE, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 2 * LONGEST_PAUSE), "{pauses:?}");
    assert!(pauses[5] > 4 * pauses[0], "{pauses:?}");
}

#[test]
fn a_server_that_wants_more_time_gets_it_or_there_is_no_other_attempt() {
    let start = Instant::now();
    let mut attempts = Attempts::until(start + Duration::from_secs(30));
    let wanted = Duration::from_secs(20);
    assert_eq!(attempts.pause(start, Some(wanted)), Some(wanted));
    assert_eq!(attempts.pause(start + wanted, Some(wanted)), None);
    assert_eq!(attempts.pause(start, Some(Duration::MAX)), None);
}

#[test]
fn without_patience_there_is_one_whole_attempt() {
    let start = Instant::now();
    let (most, mut attempts) = (Duration::from_secs(10), Attempts::until(start));
    assert_eq!(attempts.begin(start, most), most);
    assert_eq!(attempts.pause(start, None), None);
    assert_eq!(attempts.made, 1);
}

#[test]
fn the_last_attempt_is_cut_short() {
    let start = Instant::now();
    let most = Duration::from_secs(10);
    let mut attempts = Attempts::until(start + most);
    attempts.begin(start, most);
    let late = start + Duration::from_secs(7);
    assert_eq!(attempts.begin(late, most), Duration::from_secs(3));
}

#[test]
fn only_what_may_pass_is_tried_again() {
    assert!([429, 500, 502, 503, 504, 599].into_iter().all(is_passing));
    assert!(![200, 202, 204, 301, 400, 401, 404, 413, 600].into_iter().any(is_passing));
}

#[test]
fn a_pause_is_wanted_in_seconds_or_until_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    for (text, expected) in [
        ("7", Some(7)),
        (" 0 ", Some(0)),
        ("Sun, 06 Nov 1994 08:50:00 GMT", Some(23)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
    ] {
        assert_eq!(retry_after(text, now), expected.map(Duration::from_secs), "{text}");
    }
}
