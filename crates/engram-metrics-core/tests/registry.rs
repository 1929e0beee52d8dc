//! What a registry shows, refuses and says; with telemetry on and off.

#[path = "support/page.rs"]
mod page;

use std::sync::Arc;

use engram_metrics_core::{
    Collect, Counter, Descriptor, DynamicFamily, ENABLED, ExemplarHistogram, Exemplify,
    ExplicitHistogram, Family, Gauge, Histogram, Info, Kind, Labels, Layout, Named, RECORDER,
    Reading, RegisterError, Registry, SpanId, TraceId, Unit, UpDownCounter, Value, View, Visit,
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

/// A registry that shows `store.writes` of two instances and `queue.length`.
fn warehouse() -> Registry {
    let registry = Registry::new();
    for shard in ["1", "2"] {
        let writes = named("store.writes", Unit::Bytes);
        registry.register_shared(&[("shard", shard)], writes).expect("an instance of its own");
    }
    registry.register_shared(&[], named("queue.length", Unit::Bytes)).expect("new");
    registry
}

#[test]
fn labels_of_the_registry_stand_before_all_others_and_can_be_replaced() {
    let registry = warehouse();
    registry.label_all(&[("region", "eu")]).expect("another name");
    registry.label_all(&[("region", "us"), ("tenant", "a")]).expect("another name");
    registry.register_shared(&[], named("late", Unit::Bytes)).expect("new");
    let expected = [
        "store.writes{region=us,tenant=a,shard=1} 0",
        "store.writes{region=us,tenant=a,shard=2} 0",
        "queue.length{region=us,tenant=a} 0",
        "late{region=us,tenant=a} 0",
    ];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_label_that_would_be_there_twice_is_refused_and_changes_nothing() {
    let registry = warehouse();
    let before = page(&registry);
    let repeated = |name: &str| Err(RegisterError::RepeatedLabel { name: name.to_owned() });
    assert_eq!(registry.label_all(&[("a", "1"), ("b", "2"), ("a", "3")]), repeated("a"));
    assert_eq!(
        registry.register_shared(&[("a", ""), ("a", "")], named("x", Unit::Bytes)),
        repeated("a")
    );
    assert_eq!(
        registry.label_all(&[("Region", "eu")]),
        Err(RegisterError::InvalidLabel { name: "Region".to_owned() })
    );
    if ENABLED {
        assert_eq!(registry.label_all(&[("shard", "3")]), repeated("shard"));
    }
    registry.label_all(&[("region", "eu")]).expect("another name");
    registry.label_all(&[]).expect("no name at all");
    assert_eq!(page(&registry), before);
}

#[test]
fn a_view_drops_or_renames_what_is_registered_before_and_after_it() {
    let registry = warehouse();
    let rename = |from, to| View::rename(from, to).expect("a valid name");
    registry.view(rename("store.writes", "disk.bytes")).expect("a new name");
    registry.view(View::drop("*.length")).expect("dropping cannot clash");
    registry.register_shared(&[], named("stack.length", Unit::Bytes)).expect("new");
    let third = named("store.writes", Unit::Bytes);
    registry.register_shared(&[("shard", "3")], third).expect("an instance of its own");
    let expected = ["disk.bytes{shard=1} 0", "disk.bytes{shard=2} 0", "disk.bytes{shard=3} 0"];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
    // What is recorded, and under which name it can be switched, stays as it was registered.
    assert_eq!(registry.switch("store.writes", false), ENABLED);
    assert!(!registry.switch("disk.bytes", true));
}

#[test]
fn a_view_may_not_give_a_metric_the_name_of_another() {
    assert_eq!(View::rename("a", "B").expect_err("a capital").0, "B");
    if !ENABLED {
        return;
    }
    let registry = warehouse();
    let before = page(&registry);
    let rename = |from, to| View::rename(from, to).expect("a valid name");
    let clash = registry.view(rename("queue.length", "store_writes"));
    assert!(matches!(clash, Err(RegisterError::Clash { .. })), "{clash:?}");
    assert_eq!(page(&registry), before);
    // Nor may a metric that comes later have the name that a view has given.
    registry.view(rename("queue.length", "queue.bytes")).expect("a new name");
    let late = registry.register_shared(&[], named("queue.bytes", Unit::Bytes));
    assert!(matches!(late, Err(RegisterError::Clash { .. })), "{late:?}");
    assert_eq!(page(&registry).len(), before.len());
}

#[test]
fn a_source_that_is_refused_leaves_none_of_its_metrics() {
    metric_set! {
        struct Late {
            /// New.
            early: Counter = "late.early", Unit::Count("{one}");
            /// Not new.
            cups: Counter = "kitchen.cups", Unit::Count("{cup}");
        }
    }
    static KITCHEN: Kitchen = Kitchen::new();
    static LATE: Late = Late::new();
    let registry = Registry::new();
    registry.register(&KITCHEN).expect("new");
    let before = page(&registry);
    assert_eq!(registry.register(&LATE).is_err(), ENABLED);
    assert_eq!(page(&registry), before);
    registry.register_with(&[("room", "2")], &KITCHEN).expect("an instance of its own");
}

#[test]
fn an_exporter_is_told_where_exemplars_are_before_the_series_that_has_them() {
    #[derive(Default)]
    struct Traces {
        pending: u64,
        found: Vec<(String, Vec<u64>)>,
    }
    impl Visit for Traces {
        fn metric(&mut self, descriptor: &Descriptor) {
            self.found.push((descriptor.name().to_owned(), Vec::new()));
        }
        fn series(&mut self, _: Labels<'_>, _: Value<'_>) {
            self.found
                .last_mut()
                .expect("a metric comes first")
                .1
                .push(std::mem::take(&mut self.pending));
        }
        fn exemplify(&mut self, source: &dyn Exemplify) {
            source.exemplars(std::time::SystemTime::now(), &mut |_| self.pending += 1);
        }
    }
    metric_set! {
        struct Traced {
            /// With traces.
            traced: ExemplarHistogram = "a.traced", Unit::Seconds;
            /// Without.
            plain: Histogram = "a.plain", Unit::Seconds;
            /// With traces, by size.
            sizes: Family<Size, ExemplarHistogram> = "a.sizes", Unit::Seconds;
            /// With traces, by any name.
            names: DynamicFamily<1, ExemplarHistogram> = "a.names", Unit::Seconds,
                DynamicFamily::with_exemplars(["name"], Layout::SECONDS);
        }
    }
    static TRACED: Traced = Traced::new();
    let registry = Registry::new();
    registry.register_with(&[("instance", "1")], &TRACED).expect("new");
    TRACED.traced.record_with_exemplar(5, TraceId(1), SpanId(2));
    TRACED.plain.record(5);
    TRACED.sizes.at(Size::Small).record(5);
    for ticks in [5, 1 << 20] {
        TRACED.sizes.at(Size::Medium).record_with_exemplar(ticks, TraceId(1), SpanId(2));
    }
    TRACED.names.at(["ann"]).record_with_exemplar(5, TraceId(1), SpanId(2));
    TRACED.names.at(["bob"]).record(5);
    let mut traces = Traces::default();
    registry.collect(&mut traces);
    let expected = [
        ("a.traced", vec![1]),
        ("a.plain", vec![0]),
        ("a.sizes", vec![0, 2, 0]),
        ("a.names", vec![1, 0]),
        ("engram.metrics.overflow", vec![0]),
    ];
    let expected = expected.map(|(name, exemplars)| (name.to_owned(), exemplars)).to_vec();
    assert_eq!(traces.found, if_on(expected));
}

#[test]
fn two_readings_tell_what_happened_in_between() {
    static KITCHEN: Kitchen = Kitchen::new();
    let registry = Registry::new();
    registry.register_with(&[("room", "1")], &KITCHEN).expect("new");
    KITCHEN.cups.add(40);
    KITCHEN.clean.add(5);
    KITCHEN.brewing.record(1 << 30);
    let before = Reading::of(&registry);
    KITCHEN.cups.add(2);
    KITCHEN.clean.add(-1);
    KITCHEN.level.set(0.5);
    KITCHEN.brewing.record(1 << 31);
    KITCHEN.sugar.at(Size::Small).increment();
    let during = Reading::of(&registry).since(&before);
    let room = ("room", "1");
    let number = |metric: &str| during.number(metric, &[room]);
    assert_eq!(number("kitchen.cups"), ENABLED.then_some(2.0));
    assert_eq!(number("kitchen.clean"), ENABLED.then_some(-1.0));
    assert_eq!(number("kitchen.level"), ENABLED.then_some(0.5));
    assert_eq!(during.number("kitchen.sugar", &[("size", "small"), room]), ENABLED.then_some(1.0));
    assert_eq!(during.number("kitchen.sugar", &[("size", "large"), room]), ENABLED.then_some(0.0));
    let brewing = during.histogram("kitchen.brewing", &[room]);
    assert_eq!(
        brewing.map(|snapshot| (snapshot.count(), snapshot.sum())),
        ENABLED.then_some((1, 2.0))
    );
    assert_eq!(number("kitchen.brewing"), None);
    assert_eq!(during.len(), if_on(8));
}

#[test]
fn facts_are_labels_of_a_series_that_is_one() {
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Info::build())).expect("new");
    let target = Info::target(&[("service_name", "store"), ("host", "a")]).expect("valid labels");
    registry.register_shared(&[], Arc::new(target)).expect("new");
    let expected = [
        concat!("engram.build.info{version=", env!("CARGO_PKG_VERSION"), "} 1"),
        "target.info{service_name=store,host=a} 1",
    ];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
    assert!(matches!(Info::target(&[("a.b", "")]), Err(RegisterError::InvalidLabel { .. })));
    assert!(matches!(
        Info::target(&[("a", ""), ("a", "")]),
        Err(RegisterError::RepeatedLabel { .. })
    ));
}

#[test]
fn metrics_whose_names_meet_on_a_page_are_refused() {
    let metric = |name, unit, kind| -> Arc<dyn Collect> {
        let what = Descriptor::new(name, "", unit, kind).expect("a valid name");
        Arc::new(Named::new(what, Gauge::new()))
    };
    let count = Unit::Count("1");
    for (first, second) in [
        (("x", count, Kind::Gauge), ("x.total", count, Kind::Counter)),
        (("x.total", count, Kind::Gauge), ("x", count, Kind::Counter)),
        (("x.seconds", count, Kind::Gauge), ("x", Unit::Seconds, Kind::Gauge)),
        (("x", count, Kind::Histogram), ("x.count", count, Kind::Gauge)),
        (("x.info", count, Kind::Gauge), ("x", count, Kind::UpDownCounter)),
        (("x", count, Kind::Counter), ("x.created", count, Kind::Gauge)),
    ] {
        for (first, second) in [(first, second), (second, first)] {
            let registry = Registry::new();
            let of = |(name, unit, kind)| metric(name, unit, kind);
            registry.register_shared(&[], of(first)).expect("the first one");
            let refused = registry.register_shared(&[], of(second));
            if !ENABLED {
                continue;
            }
            let error = refused.expect_err("they meet");
            assert!(matches!(error, RegisterError::Clash { .. }), "{error}");
            let said = error.to_string();
            assert!(said.contains(second.0) && said.contains(first.0), "{said}");
        }
    }
}
