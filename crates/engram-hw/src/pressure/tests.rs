use std::ops::ControlFlow;

use super::*;

#[test]
fn shares_are_between_0_and_1_and_totals_are_microseconds() {
    let text = "some avg10=0.18 avg60=0.34 avg300=0.10 total=159886802\n\
                full avg10=1.00 avg60=100.00 avg300=0.10 total=159229614\n";
    let pressure = Pressure::parse(text).unwrap();
    let full = pressure.full.unwrap();
    assert_eq!((full.share_10s, full.share_60s), (0.01, 1.0));
    assert_eq!(pressure.some.unwrap().total, Duration::from_micros(159_886_802));
}

#[test]
fn interrupts_have_only_one_line() {
    let pressure = Pressure::parse("full avg10=0.00 avg60=0.00 avg300=0.00 total=8494").unwrap();
    assert_eq!(pressure.some, None);
    assert_eq!(pressure.full.unwrap().total, Duration::from_micros(8_494));
}

#[test]
fn what_no_kernel_writes_is_malformed() {
    for text in [
        "",
        "\n",
        "some",
        "some avg10=0.00",
        "much avg10=0.00 avg60=0.00 avg300=0.00 total=0",
        "some avg10=NaN avg60=0.00 avg300=0.00 total=0",
        "some avg10=101 avg60=0.00 avg300=0.00 total=0",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=-1",
    ] {
        assert_eq!(Pressure::parse(text).unwrap_err().reason, Reason::Malformed, "{text:?}");
    }
}

#[test]
fn a_total_that_started_again_is_no_time() {
    let at = |seconds| Stall { total: Duration::from_secs(seconds), ..Stall::default() };
    assert_eq!(at(5).since(&at(2)), Duration::from_secs(3));
    assert_eq!(at(1).since(&at(2)), Duration::ZERO);
}

#[test]
fn a_trigger_is_taken_with_a_window_for_everybody_and_refused_with_what_to_do() {
    let file = std::path::Path::new("/proc/pressure/cpu");
    let trigger = |limit, window| {
        Trigger::new(file, Duration::from_millis(limit), Duration::from_millis(window))
    };
    let Ok(mut taken) = trigger(1_999, 2_000) else {
        eprintln!("not run: {}", trigger(1_999, 2_000).unwrap_err());
        return;
    };
    // Whether it fires is up to what else runs; it hands on one look after the other until it is told to stop.
    let mut looks = 0;
    let watched = taken.watch(Duration::ZERO, |_| {
        looks += 1;
        if looks == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((watched, looks), (Ok(()), 3));
    assert!(trigger(3_000, 2_000).is_err(), "a limit longer than the window");
    if let Err(refused) = trigger(500, 1_000) {
        assert_eq!(refused.reason, Reason::Permission, "{refused}");
        assert!(refused.to_string().contains("two seconds"), "{refused}");
    }
}
