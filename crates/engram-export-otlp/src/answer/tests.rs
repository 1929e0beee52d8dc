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

#[test]
fn the_delay_of_a_retry_info_is_read_among_other_details() {
    let message =
        |field: u8, content: &[u8]| [&[field << 3 | 2, content.len() as u8][..], content].concat();
    let any = |name: &str, content: &[u8]| {
        message(3, &[message(1, name.as_bytes()), message(2, content)].concat())
    };
    let delay = |duration: &[u8]| {
        let other = any("type.googleapis.com/google.rpc.DebugInfo", &message(1, &[8, 9]));
        let info = any("type.googleapis.com/google.rpc.RetryInfo", &message(1, duration));
        retry_info(&[vec![8, 14], other, info].concat())
    };
    assert_eq!(delay(&[8, 7]), Some(Duration::from_secs(7)));
    assert_eq!(delay(&[8, 1, 16, 0x80, 0xca, 0xb5, 0xee, 1]), Some(Duration::from_millis(1500)));
    assert_eq!(delay(&[]), Some(Duration::ZERO));
    let negative = [8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!((delay(&negative), delay(&[16, 0xff, 0xff, 0xff, 0xff, 0x7f])), (None, None));
    assert_eq!((retry_info(&[]), retry_info(&[0xff; 9])), (None, None));
}
