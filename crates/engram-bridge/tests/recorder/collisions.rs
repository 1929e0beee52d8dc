engram_metrics_core::when_enabled! {

use engram_bridge::{BRIDGE, Merged, Recorder};
use engram_metrics_core::{Counter, Descriptor, Kind, Named, Reading, Registry, Unit};
use metrics::{counter, gauge, with_local_recorder};
use std::sync::Arc;

#[test]
fn names_that_become_the_same_stay_apart_by_a_number() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let before = BRIDGE.merged.at(Merged::Metric).value();
    with_local_recorder(&recorder, || {
        counter!("http-requests").increment(1);
        counter!("http_requests_total").increment(10);
        gauge!("http.requests").set(100.0);
        counter!("http-requests").increment(1);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("http_requests", &[]), Some(2.0));
    assert_eq!(page.number("http_requests_2", &[]), Some(10.0));
    assert_eq!(page.number("http.requests_3", &[]), Some(100.0));
    assert!(BRIDGE.merged.at(Merged::Metric).value() >= before + 3);
}

#[test]
fn a_metric_of_the_application_keeps_its_name() {
    static REGISTRY: Registry = Registry::new();
    let what = Descriptor::fixed("calls", "Calls.", Unit::Count("{call}"), Kind::Counter);
    let ours = Arc::new(Named::new(what, Counter::new()));
    REGISTRY.register_shared(&[], ours.clone()).expect("the registry is empty");
    ours.add(5);
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || counter!("calls").increment(1));
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("calls", &[]), Some(5.0));
    assert_eq!(page.number("calls_2", &[]), Some(1.0));
}

#[test]
fn the_order_of_labels_makes_no_difference() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        counter!("swaps", "a" => "1", "b" => "2").increment(1);
        counter!("swaps", "b" => "2", "a" => "1").increment(1);
        counter!("swaps", "a" => "2", "b" => "1").increment(1);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("swaps", &[("a", "1"), ("b", "2")]), Some(2.0));
    assert_eq!(page.number("swaps", &[("a", "2"), ("b", "1")]), Some(1.0));
}

#[test]
fn the_order_of_labels_makes_no_difference_after_their_names_have_changed() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        counter!("turns", "B" => "1", "a" => "2").increment(1);
        counter!("turns", "b" => "1", "a" => "2").increment(1);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("turns", &[("a", "2"), ("b", "1")]), Some(2.0));
}

#[test]
fn labels_that_read_alike_side_by_side_stay_apart() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        counter!("pairs", "a" => "ab", "b" => "c").increment(1);
        counter!("pairs", "a" => "a", "b" => "bc").increment(2);
        counter!("pairs", "ab" => "ab").increment(4);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("pairs", &[("a", "ab"), ("b", "c")]), Some(1.0));
    assert_eq!(page.number("pairs", &[("a", "a"), ("b", "bc")]), Some(2.0));
    assert_eq!(page.number("pairs", &[("ab", "ab")]), Some(4.0));
}

#[test]
fn labels_that_become_the_same_add_up_in_one_series_and_are_counted() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let before = BRIDGE.merged.at(Merged::Series).value();
    with_local_recorder(&recorder, || {
        counter!("answers", "Status Code" => "200").increment(1);
        counter!("answers", "status-code" => "200").increment(2);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.number("answers", &[("status_code", "200")]), Some(3.0));
    assert!(BRIDGE.merged.at(Merged::Series).value() > before);
}

#[test]
fn two_labels_that_become_the_same_are_both_kept() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let before = BRIDGE.merged.at(Merged::Label).value();
    with_local_recorder(&recorder, || {
        counter!("moves", "from-to" => "a", "from_to" => "b", "le" => "1", "9" => "x").increment(1);
    });
    let page = Reading::of(&REGISTRY);
    let labels = [("from_to", "a"), ("from_to_2", "b"), ("label_le", "1"), ("label_9", "x")];
    assert_eq!(page.number("moves", &labels), Some(1.0));
    assert!(BRIDGE.merged.at(Merged::Label).value() > before);
}

}
