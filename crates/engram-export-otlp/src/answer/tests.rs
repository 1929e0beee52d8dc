use std::time::UNIX_EPOCH;

use super::*;

const NOW: Duration = Duration::from_secs(1_000_000_000);

fn http(status: u16, retry_after: Option<&str>) -> Verdict {
    Answer::Http { status, retry_after }.verdict(UNIX_EPOCH + NOW)
}

fn grpc(code: i32, delay: Option<Duration>) -> Verdict {
    Answer::Grpc { code, delay }.verdict(UNIX_EPOCH + NOW)
}

fn again(is_refused: bool, seconds: Option<u64>) -> Verdict {
    Verdict::Again { after: seconds.map(Duration::from_secs), is_refused }
}

#[test]
fn the_retry_matrix_of_http_is_that_of_the_specification() {
    for status in 100..=599 {
        let wanted = match status {
            200..=299 => Verdict::Accepted,
            429 | 503 => again(true, None),
            502 | 504 => again(false, None),
            _ => Verdict::Final,
        };
        assert_eq!(http(status, None), wanted, "{status}");
    }
}

#[test]
fn the_retry_matrix_of_grpc_is_that_of_the_specification() {
    for code in 0..=17 {
        let wanted = |delay: Option<u64>| match code {
            0 => Verdict::Accepted,
            8 if delay.is_none() => Verdict::Final,
            8 | 11 | 14 => again(true, delay),
            1 | 4 | 10 | 15 => again(false, delay),
            _ => Verdict::Final,
        };
        assert_eq!(grpc(code, None), wanted(None), "{code}");
        assert_eq!(
            grpc(code, Some(Duration::from_secs(3))),
            wanted(Some(3)),
            "{code} with a delay"
        );
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    assert_eq!(http(503, Some("7")), again(true, Some(7)));
    assert_eq!(http(429, Some(" 0 ")), again(true, Some(0)));
    assert_eq!(http(503, Some("Sun, 09 Sep 2001 01:46:50 GMT")), again(true, Some(10)));
    assert_eq!(http(503, Some("Sun, 09 Sep 2001 01:46:30 GMT")), again(true, Some(0)));
    assert_eq!(http(503, Some("soon")), again(true, None));
}

#[test]
fn what_never_left_is_refused_and_what_broke_off_is_unknown() {
    assert_eq!(Answer::NotConnected.verdict(UNIX_EPOCH), again(true, None));
    assert_eq!(Answer::BrokenOff.verdict(UNIX_EPOCH), again(false, None));
}
