//! Verdicts, and the end.

use engram_metrics_core::when_enabled;

use super::*;

#[test]
fn kinds_that_are_off_and_events_that_are_too_weak_do_not_pass() {
    let filter = Filter::new();
    let verdicts = || [(0, 0.5), (1, 0.5), (62, f32::NAN)].map(|(kind, it)| filter.judge(kind, it));
    when_enabled! { assert_eq!(verdicts(), [Verdict::Keep(1); 3]); }
    filter.set_kinds(1 << 1 | 1 << 62);
    filter.set_least(1, 0.6);
    filter.set_least(62, 1e9);
    assert_eq!(verdicts()[..2], [Verdict::FilteredOut; 2]);
    when_enabled! { assert_eq!(verdicts()[2], Verdict::Keep(1), "what is no number is not weak"); }
    filter.set_least(1, 0.5);
    when_enabled! { assert_eq!(verdicts()[1], Verdict::Keep(1), "the least is strong enough"); }
}

#[test]
fn a_filter_that_is_closed_stays_closed() {
    let filter = Filter::new();
    assert!(!filter.is_closed());
    filter.set_kinds(0);
    assert!(!filter.is_closed(), "no kinds are not the end");
    filter.close();
    filter.set_kinds(u64::MAX);
    assert!(filter.is_closed());
    assert_eq!(filter.judge(3, 1.0), Verdict::FilteredOut);
}
