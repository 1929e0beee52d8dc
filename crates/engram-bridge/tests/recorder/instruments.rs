engram_metrics_core::when_enabled! {

use engram_bridge::Recorder;
use engram_metrics_core::{Descriptor, Labels, Layout, Reading, Registry, Unit, Value, Visit};
use metrics::{
    counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
    with_local_recorder,
};

/// What the registry says a metric is.
fn described(registry: &Registry, name: &str) -> Option<(String, Unit)> {
    struct Find<'a>(&'a str, Option<(String, Unit)>);
    impl Visit for Find<'_> {
        fn metric(&mut self, descriptor: &Descriptor) {
            if descriptor.name() == self.0 {
                self.1 = Some((descriptor.help().to_owned(), descriptor.unit()));
            }
        }
        fn series(&mut self, _: Labels<'_>, _: Value<'_>) {}
    }
    let mut find = Find(name, None);
    registry.collect(&mut find);
    find.1
}

#[test]
fn gauges_are_set_raised_and_lowered() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        gauge!("depth", "queue" => "in").set(7.5);
        gauge!("depth", "queue" => "in").increment(2.0);
        gauge!("depth", "queue" => "in").decrement(4.0);
    });
    assert_eq!(Reading::of(&REGISTRY).number("depth", &[("queue", "in")]), Some(5.5));
}

#[test]
fn a_value_can_be_recorded_many_times_at_once() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        histogram!("batch_bytes").record_many(64.0, 1000);
        histogram!("batch_bytes").record_many(64.0, 0);
        histogram!("batch_bytes").record(32.0);
    });
    let page = Reading::of(&REGISTRY);
    let batch = page.histogram("batch", &[]).expect("recorded");
    assert_eq!((batch.count(), batch.sum()), (1001, 64_032.0));
}

#[test]
fn values_are_converted_to_base_units() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        describe_histogram!("wait_ms", metrics::Unit::Milliseconds, "Waiting.");
        describe_gauge!("age", metrics::Unit::Milliseconds, "Age.");
        describe_counter!("read", metrics::Unit::Kibibytes, "Read.");
        histogram!("wait_ms").record(250.0);
        gauge!("age").set(35.0);
        counter!("read").increment(3);
        counter!("read").absolute(4);
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!(page.histogram("wait", &[]).map(|it| it.sum()), Some(0.25));
    assert_eq!(page.number("age", &[]), Some(0.035));
    assert_eq!(page.number("read", &[]), Some(4096.0));
    assert_eq!(described(&REGISTRY, "wait"), Some(("Waiting.".into(), Unit::Seconds)));
}

#[test]
fn help_may_come_before_or_after_the_first_record_and_is_told_where_it_is_missing() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let help = |name| described(&REGISTRY, name).map(|(help, _)| help);
    with_local_recorder(&recorder, || {
        describe_counter!("before", "Told before.");
        counter!("before").increment(1);
        counter!("after").increment(1);
    });
    assert_eq!(help("before").as_deref(), Some("Told before."));
    assert!(help("after").is_some_and(|help| help.contains("\"after\"")));
    with_local_recorder(&recorder, || describe_counter!("after", "Told after."));
    assert_eq!(help("after").as_deref(), Some("Told after."));
}

#[test]
fn a_unit_that_comes_after_the_first_record_is_counted_and_changes_nothing() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let ignored = || engram_bridge::BRIDGE.ignored_descriptions.at(engram_bridge::Ignored::Late);
    let before = ignored().value();
    with_local_recorder(&recorder, || {
        gauge!("late").set(5.0);
        describe_gauge!("late", metrics::Unit::Milliseconds, "Late.");
        gauge!("late").set(6.0);
    });
    assert_eq!(Reading::of(&REGISTRY).number("late", &[]), Some(6.0));
    assert!(ignored().value() > before);
}

#[test]
fn a_histogram_has_the_buckets_that_its_unit_or_its_owner_wants() {
    static REGISTRY: Registry = Registry::new();
    const FINE: Layout = Layout::new(4, 0, 20, 10);
    let recorder = Recorder::new(&REGISTRY).with_layout("fine_*", FINE);
    with_local_recorder(&recorder, || {
        histogram!("fine_one").record(1.0);
        histogram!("took_seconds").record(1.0);
        histogram!("anything").record(3e9);
    });
    let page = Reading::of(&REGISTRY);
    let error = |name| page.histogram(name, &[]).map(|it| it.quantile(0.5));
    // The quantile is the bound of the bucket, or the value itself where all are the same.
    assert_eq!(error("fine_one"), Some(Some(1.0)));
    assert_eq!(error("took"), Some(Some(1.0)));
    assert_eq!(error("anything"), Some(Some(3e9)));
}

#[test]
fn metrics_are_switched_by_their_name_also_in_series_to_come() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let record = |table: &'static str| {
        with_local_recorder(&recorder, || {
            counter!("rows", "table" => table).increment(1);
            counter!("raised", "table" => table).absolute(5);
            gauge!("fill", "table" => table).set(1.0);
            histogram!("time", "table" => table).record(1.0);
        });
    };
    record("old");
    for name in ["rows", "raised", "fill", "time"] {
        assert!(REGISTRY.switch(name, false));
    }
    record("old");
    record("new");
    let page = Reading::of(&REGISTRY);
    let count = |table| page.histogram("time", &[("table", table)]).map(|it| it.count());
    assert_eq!(page.number("rows", &[("table", "old")]), Some(1.0));
    assert_eq!((count("old"), count("new")), (Some(1), Some(0)));
    assert_eq!(page.number("rows", &[("table", "new")]), Some(0.0));
    assert_eq!(page.number("raised", &[("table", "new")]), Some(0.0));
    assert_eq!(page.number("fill", &[("table", "new")]), Some(0.0));
    REGISTRY.switch_all(true);
    record("new");
    assert_eq!(Reading::of(&REGISTRY).number("fill", &[("table", "new")]), Some(1.0));
}

#[test]
fn what_was_recorded_stays_when_the_recorder_is_gone() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || counter!("brief").increment(1));
    assert_eq!(Reading::of(&REGISTRY).number("brief", &[]), Some(1.0));
    drop(recorder);
    assert_eq!(Reading::of(&REGISTRY).number("brief", &[]), Some(1.0));
}

}
