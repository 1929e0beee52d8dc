use super::*;

const AGAIN: Verdict = Verdict::Again { after: None, is_refused: true };
const IN_DOUBT: Verdict = Verdict::Again { after: None, is_refused: false };

fn course(seconds: u64, resends: bool) -> (Course, Instant) {
    let now = Instant::now();
    (Course::new(now + Duration::from_secs(seconds), resends, 7), now)
}

fn delay(next: Next) -> Duration {
    match next {
        Next::Wait { delay, .. } => delay,
        Next::Done(delivery) => panic!("done: {delivery:?}"),
    }
}

#[test]
fn delays_double_with_jitter_up_to_a_limit() {
    let (mut course, now) = course(3600, true);
    let mut least = FIRST_DELAY;
    for _ in 0..10 {
        let delay = delay(course.ended(AGAIN, now));
        assert!(delay >= least && delay <= 2 * LONGEST_DELAY, "{delay:?} after at least {least:?}");
        least = (2 * least).min(LONGEST_DELAY);
    }
}

#[test]
fn courses_do_not_wait_in_step() {
    let now = Instant::now();
    let end = now + Duration::from_secs(60);
    let first = |seed| delay(Course::new(end, true, seed).ended(AGAIN, now));
    assert_ne!(first(1), first(2));
}

#[test]
fn what_the_receiver_asks_for_is_the_least() {
    let (mut course, now) = course(60, true);
    let least = Duration::from_secs(20);
    let after = Some(least);
    assert_eq!(delay(course.ended(Verdict::Again { after, is_refused: true }, now)), least);
}

#[test]
fn a_wait_beyond_the_end_gives_up_at_once() {
    let after = Some(Duration::from_secs(61));
    let (mut refused, now) = course(60, true);
    let next = refused.ended(Verdict::Again { after, is_refused: true }, now);
    assert_eq!(next, Next::Done(Delivery::Refused));
    let (mut in_doubt, now) = course(60, true);
    delay(in_doubt.ended(IN_DOUBT, now));
    let next = in_doubt.ended(Verdict::Again { after, is_refused: true }, now);
    assert_eq!(next, Next::Done(Delivery::Unknown));
}

#[test]
fn a_doubt_stays_unless_the_request_is_taken() {
    let (mut course, now) = course(60, true);
    delay(course.ended(IN_DOUBT, now));
    assert_eq!(course.ended(Verdict::Accepted, now), Next::Done(Delivery::Accepted));
    assert_eq!(course.ended(Verdict::Final, now), Next::Done(Delivery::Unknown));
}

#[test]
fn at_most_once_never_sends_again_what_may_have_arrived() {
    let (mut course, now) = course(60, false);
    delay(course.ended(AGAIN, now));
    assert_eq!(course.ended(IN_DOUBT, now), Next::Done(Delivery::Unknown));
}
