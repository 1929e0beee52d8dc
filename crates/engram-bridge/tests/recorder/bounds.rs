engram_metrics_core::when_enabled! {

use engram_bridge::Recorder;
use engram_metrics_core::{Reading, Registry};
use metrics::{counter, gauge, histogram, with_local_recorder};

const OVERFLOW: [(&str, &str); 1] = [("otel_metric_overflow", "true")];

#[test]
fn beyond_its_limit_a_metric_has_one_more_series_and_says_how_often() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY).with_series_limit(10);
    with_local_recorder(&recorder, || {
        for user in 0..100 {
            counter!("visits", "user" => user.to_string()).increment(2);
            counter!("visits", "user" => user.to_string()).increment(1);
            histogram!("stay", "user" => user.to_string()).record(1.0);
        }
    });
    let page = Reading::of(&REGISTRY);
    for user in 0..10 {
        assert_eq!(page.number("visits", &[("user", &user.to_string())]), Some(3.0));
    }
    assert_eq!(page.number("visits", &[("user", "10")]), None);
    assert_eq!(page.number("visits", &OVERFLOW), Some(270.0));
    assert_eq!(page.histogram("stay", &OVERFLOW).map(|it| it.count()), Some(90));
    let overflow = |name| page.number("engram.metrics.overflow", &[("family", name)]);
    assert_eq!((overflow("visits"), overflow("stay")), (Some(180.0), Some(90.0)));
}

#[test]
fn a_label_that_is_too_long_has_no_series_of_its_own() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        counter!("queries", "text" => "x".repeat(1025)).increment(1);
        counter!("queries", "text" => "x".repeat(1024)).increment(1);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("queries", &OVERFLOW), Some(1.0));
    assert_eq!(page.number("queries", &[("text", &"x".repeat(1024))]), Some(1.0));
}

#[test]
fn beyond_the_limit_of_metrics_records_of_a_kind_meet_in_one() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY).with_metric_limit(3);
    with_local_recorder(&recorder, || {
        for number in 0..10 {
            counter!(format!("counter_{number}")).increment(1);
            gauge!(format!("gauge_{number}")).set(f64::from(number));
            histogram!(format!("histogram_{number}")).record(1.0);
        }
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("counter_2", &[]), Some(1.0));
    assert_eq!(page.number("counter_3", &[]), None);
    assert_eq!(page.number("facade.overflow.counter", &OVERFLOW), Some(7.0));
    assert_eq!(page.number("facade.overflow.gauge", &OVERFLOW), Some(9.0));
    let histogram = page.histogram("facade.overflow.histogram", &OVERFLOW);
    assert_eq!(histogram.map(|it| it.count()), Some(7));
}

#[test]
fn a_thread_that_meets_more_series_than_it_remembers_counts_them_all() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY).with_series_limit(20_000);
    with_local_recorder(&recorder, || {
        for _ in 0..3 {
            for user in 0..5000 {
                counter!("visits", "user" => user.to_string()).increment(1);
            }
        }
    });
    let page = Reading::of(&REGISTRY);
    for user in 0..5000 {
        assert_eq!(page.number("visits", &[("user", &user.to_string())]), Some(3.0), "{user}");
    }
}

#[test]
fn descriptions_are_bounded_and_those_beyond_are_counted() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY).with_metric_limit(2);
    let ignored = || engram_bridge::BRIDGE.ignored_descriptions.at(engram_bridge::Ignored::Limit);
    let before = ignored().value();
    with_local_recorder(&recorder, || {
        for name in ["one", "two", "three"] {
            metrics::describe_gauge!(name, "A number.");
        }
    });
    assert!(ignored().value() > before);
}

}
