//! What a registry shows, refuses and says; with telemetry on and off.

#[path = "support/page.rs"]
mod page;

use std::sync::Arc;

use engram_metrics_core::{
    Collect, Counter, Descriptor, ENABLED, ExplicitHistogram, Family, Gauge, Histogram, Kind,
    Labels, Named, RECORDER, RegisterError, Registry, Unit, UpDownCounter, Value, Visit,
    label_enum, metric_set,
};

use page::page;

/// `n` with telemetry compiled in, nothing without.
fn if_on<T: Default>(n: T) -> T {
    if ENABLED { n } else { T::default() }
}

label_enum! { enum Size as "size" { Small = "small", Medium = "medium", Large = "large" } }

metric_set! {
    /// Metrics of a kitchen.
    struct Kitchen {
        /// Cups of tea
        /// that were made.
        cups: Counter = "kitchen.cups", Unit::Count("{cup}");
        /// Time to make one.
        brewing: Histogram = "kitchen.brewing", Unit::Seconds;
        /// Share of the pot that is left.
        level: Gauge = "kitchen.level", Unit::Ratio;
        /// Cups on the shelf.
        clean: UpDownCounter = "kitchen.clean", Unit::Count("{cup}");
        /// Sugar, by size.
        sugar: Family<Size, Counter> = "kitchen.sugar", Unit::Count("{cube}");
        /// Spilt tea.
        spilt: ExplicitHistogram = "kitchen.spilt", Unit::Bytes,
            ExplicitHistogram::new(Unit::Bytes, &[1.0, 10.0]);
    }
}

#[test]
fn a_metric_set_describes_its_fields_in_order() {
    static KITCHEN: Kitchen = Kitchen::new();
    let descriptors: Vec<_> = (0..).map_while(|index| KITCHEN.descriptor(index)).collect();
    if !ENABLED {
        assert!(descriptors.is_empty());
        return;
    }
    let names: Vec<_> = descriptors.iter().map(|what| (what.name(), what.kind())).collect();
    assert_eq!(
        names,
        [
            ("kitchen.cups", Kind::Counter),
            ("kitchen.brewing", Kind::Histogram),
            ("kitchen.level", Kind::Gauge),
            ("kitchen.clean", Kind::UpDownCounter),
            ("kitchen.sugar", Kind::Counter),
            ("kitchen.spilt", Kind::Histogram),
        ]
    );
    assert_eq!(descriptors[0].help(), "Cups of tea that were made.");
    assert_eq!(descriptors[1].unit(), Unit::Seconds);
}

#[test]
fn a_registry_shows_every_series_in_the_order_of_registration() {
    static KITCHEN: Kitchen = Kitchen::new();
    let registry = Registry::new();
    registry.register(&KITCHEN).expect("registered once");
    KITCHEN.cups.add(2);
    KITCHEN.level.set(0.5);
    KITCHEN.clean.add(-1);
    KITCHEN.sugar.at(Size::Large).add(3);
    KITCHEN.spilt.record(4);
    let expected = [
        "kitchen.cups{} 2",
        "kitchen.brewing{} 0 values",
        "kitchen.level{} 0.5",
        "kitchen.clean{} -1",
        "kitchen.sugar{size=small} 0",
        "kitchen.sugar{size=medium} 0",
        "kitchen.sugar{size=large} 3",
        "kitchen.spilt{} 1 values",
    ];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
}

/// A metric made at run time.
fn named(name: &'static str, unit: Unit) -> Arc<Named<Counter>> {
    let what = Descriptor::new(name, "Something.", unit, Kind::Counter).expect("a valid name");
    Arc::new(Named::new(what, Counter::new()))
}

#[test]
fn instances_are_gathered_under_their_metric_and_told_apart_by_labels() {
    let registry = Registry::new();
    let (one, other, two) = (
        named("store.writes", Unit::Bytes),
        named("queue.length", Unit::Bytes),
        named("store.writes", Unit::Bytes),
    );
    registry.register_shared(&[("shard", "1")], one.clone()).expect("new");
    registry.register_shared(&[], other).expect("new");
    registry.register_shared(&[("shard", "2"), ("zone", "b")], two.clone()).expect("new labels");
    one.add(10);
    two.add(20);
    let expected =
        ["store.writes{shard=1} 10", "store.writes{shard=2,zone=b} 20", "queue.length{} 0"];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));

    let one: Arc<dyn Collect> = one;
    registry.remove(&one);
    registry.remove(&one);
    let expected = ["store.writes{shard=2,zone=b} 20", "queue.length{} 0"];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
}

#[test]
fn the_labels_of_an_instance_come_before_those_of_the_series() {
    static LEFT: Kitchen = Kitchen::new();
    let registry = Registry::new();
    registry.register_with(&[("house", "left")], &LEFT).expect("registered once");
    let page = page(&registry);
    assert_eq!(page.contains(&"kitchen.sugar{house=left,size=small} 0".to_owned()), ENABLED);
}

#[test]
fn a_source_that_clashes_is_refused_as_a_whole() {
    static KITCHEN: Kitchen = Kitchen::new();
    let registry = Registry::new();
    let sugar = named("kitchen_sugar", Unit::Count("{cube}"));
    registry.register_shared(&[], sugar).expect("new");
    // Equal to `kitchen.sugar` on a Prometheus page, but with other help.
    let refused = registry.register(&KITCHEN);
    assert_eq!(refused.is_err(), ENABLED);
    assert_eq!(page(&registry), if_on(vec!["kitchen_sugar{} 0".to_owned()]));
}

#[test]
fn an_invalid_instance_label_is_refused() {
    let registry = Registry::new();
    for name in ["", "Shard", "a-b", "a.b", "__a", "1a", "a_"] {
        let refused = registry.register_shared(&[(name, "x")], named("a.b", Unit::Bytes));
        assert_eq!(refused, Err(RegisterError::InvalidLabel { name: name.to_owned() }));
    }
}

#[test]
fn a_name_is_checked_at_run_time_too() {
    let make = |name: &str| Descriptor::new(name.to_owned(), "", Unit::Ratio, Kind::Gauge);
    for name in ["a", "a.b_c9", &"a".repeat(255)] {
        assert_eq!(make(name).map(|what| what.name().to_owned()), Ok(name.to_owned()));
    }
    for name in ["", "A", "1", ".a", "_a", "a.", "a_", "a b", "ä", &"a".repeat(256)] {
        let refused = make(name).expect_err("not a name");
        assert!(refused.to_string().contains(&format!("{name:?}")));
    }
}

#[test]
fn a_registry_can_be_used_while_it_is_collected() {
    static REGISTRY: Registry = Registry::new();
    struct Registering;
    impl Visit for Registering {
        fn metric(&mut self, _: &Descriptor) {
            let again = REGISTRY.register_shared(&[], named("second", Unit::Bytes));
            assert_eq!(again, Ok(()));
        }
        fn series(&mut self, _: Labels<'_>, _: Value<'_>) {}
    }
    REGISTRY.register_shared(&[], named("first", Unit::Bytes)).expect("new");
    REGISTRY.collect(&mut Registering);
    assert_eq!(page(&REGISTRY), if_on(vec!["first{} 0".to_owned(), "second{} 0".to_owned()]));
}

#[test]
fn what_is_switched_off_ignores_records_and_keeps_what_it_has() {
    static KITCHEN: Kitchen = Kitchen::new();
    let registry = Registry::new();
    registry.register(&KITCHEN).expect("registers");
    let record = || {
        KITCHEN.cups.increment();
        KITCHEN.brewing.record(1);
        KITCHEN.level.add(1.0);
        KITCHEN.clean.add(-1);
        KITCHEN.sugar.at(Size::Small).increment();
        KITCHEN.spilt.record_f64(1.0);
    };
    let values = || {
        let histograms = [KITCHEN.brewing.snapshot(), KITCHEN.spilt.snapshot()];
        let [brewing, spilt] = histograms.map(|it| it.count());
        let sugar = KITCHEN.sugar.at(Size::Small).value();
        [KITCHEN.cups.value(), brewing, KITCHEN.clean.value().unsigned_abs(), sugar, spilt]
    };
    assert_eq!(registry.switch_all(false), if_on(5), "all but the gauge");
    record();
    assert_eq!(values(), [0; 5], "off before the first record");
    assert_eq!(KITCHEN.level.value().to_bits(), if_on(1.0_f64).to_bits());
    registry.switch_all(true);
    record();
    assert_eq!(values(), if_on([1; 5]));
    assert_eq!(registry.switch("kitchen.cups", false), ENABLED);
    record();
    assert_eq!(values(), if_on([1, 2, 2, 2, 2]));
    registry.switch("kitchen.cups", false);
    registry.switch("kitchen.cups", true);
    record();
    assert_eq!(values(), if_on([2, 3, 3, 3, 3]));
    assert!(!registry.switch("kitchen.level", false), "a gauge can not be switched");
}

#[test]
fn a_metric_that_was_recorded_and_never_read_is_counted() {
    static READ: Counter = Counter::new();
    let registry = Registry::new();
    registry.register(&RECORDER).expect("registered once");
    let unread = || {
        let page = page(&registry);
        let unread = page.iter().find_map(|line| line.strip_prefix("engram.metrics.unread{} "));
        unread.map_or(0, |unread| unread.parse::<i64>().expect("a whole number"))
    };
    // Other tests come and go meanwhile; the difference shows when they stand still for a moment.
    let changes_by = |change: i64, act: &dyn Fn()| {
        (0..1000).any(|_| {
            let before = unread();
            act();
            unread() - before == change
        })
    };
    assert!(changes_by(if_on(1), &|| {
        let _ = Box::leak(Box::new(recorded()));
    }));
    assert!(changes_by(0, &|| {
        let _ = recorded();
    }));
    assert!(changes_by(0, &|| {
        READ.increment();
        let _ = READ.value();
    }));
}

/// A counter that was recorded into.
fn recorded() -> Counter {
    let counter = Counter::new();
    counter.increment();
    counter
}

#[test]
fn nothing_is_visited_when_telemetry_is_off() {
    static KITCHEN: Kitchen = Kitchen::new();
    let registry = Registry::default();
    registry.register(&KITCHEN).expect("registered once");
    registry.register_shared(&[], named("a.b", Unit::Bytes)).expect("new");
    assert_eq!(page(&registry).is_empty(), !ENABLED);
}

engram_metrics_core::when_enabled! {
    #[test]
    fn an_error_names_both_places() {
        let registry = Registry::new();
        let line = line!();
        registry.register_shared(&[], named("a.b", Unit::Bytes)).expect("new");
        let Err(error) = registry.register_shared(&[], named("a.b", Unit::Bytes)) else {
            panic!("registered twice");
        };
        let RegisterError::Duplicate(conflict) = &error else { panic!("{error:?}") };
        assert_eq!((conflict.first.line(), conflict.second.line()), (line + 1, line + 2));
        assert_eq!(conflict.name, "a.b");
        for place in [conflict.first, conflict.second] {
            assert!(place.file().ends_with("registry.rs"));
            assert!(error.to_string().contains(&place.to_string()), "{error}");
        }

        let Err(error) = registry.register_shared(&[("x", "y")], named("a.b", Unit::Ratio)) else {
            panic!("another unit");
        };
        let RegisterError::Mismatch(conflict) = &error else { panic!("{error:?}") };
        assert_eq!(conflict.first.line(), line + 1);
        assert!(error.to_string().contains(&conflict.second.to_string()), "{error}");
    }
}
