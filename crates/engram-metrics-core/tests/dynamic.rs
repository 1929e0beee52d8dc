//! Families whose label values are strings: exact, bounded, never merged; with telemetry on and off.

#[path = "support/page.rs"]
mod page;

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, ENABLED, ExplicitHistogram, Gauge, Handle, Histogram,
    Labels, Layout, MAX_VALUE_BYTES, Registry, Unit, UpDownCounter, Value, Visit, label_text,
    metric_set,
};

use page::page;

type Counters<const N: usize> = DynamicFamily<N, Counter>;

/// `n` with telemetry compiled in, nothing without.
fn if_on<T: Default>(n: T) -> T {
    if ENABLED { n } else { T::default() }
}

/// Text that lives for ever, and can be reached for ever: to a leak checker it is not lost.
fn kept(text: String) -> &'static str {
    static KEPT: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let text: &'static str = text.leak();
    KEPT.lock().expect("nobody panics with it").push(text);
    text
}

#[test]
fn values_that_read_alike_side_by_side_stay_apart() {
    static FAMILY: Counters<2> = DynamicFamily::new(["first", "second"]);
    let pairs = [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("ab\0", "c"), ("ab", "\0c")];
    for (times, (first, second)) in (1..).zip(pairs) {
        for _ in 0..2 {
            FAMILY.at([first, second]).add(times);
            FAMILY.at_static([first, second]).add(times);
        }
    }
    for (times, (first, second)) in (1..).zip(pairs) {
        assert_eq!(FAMILY.at([first, second]).value(), if_on(4 * times), "{first:?} {second:?}");
    }
    assert_eq!(FAMILY.series(), if_on(pairs.len()));
}

#[test]
fn the_same_text_at_another_address_is_the_same_series() {
    static FAMILY: Counters<1> = DynamicFamily::new(["path"]);
    for _ in 0..100 {
        FAMILY.at([&String::from("/health")]).increment();
        FAMILY.at_static([kept(String::from("/health"))]).increment();
    }
    FAMILY.handle(["/health"]).increment();
    assert_eq!(FAMILY.at(["/health"]).value(), if_on(201));
    assert_eq!(FAMILY.series(), if_on(1));
}

#[test]
fn the_beginning_of_a_static_text_is_another_value() {
    static FAMILY: Counters<1> = DynamicFamily::new(["path"]);
    let path: &'static str = "/words/sleep";
    for _ in 0..3 {
        FAMILY.at_static([path]).increment();
        FAMILY.at_static([&path[..6]]).add(10);
    }
    assert_eq!((FAMILY.at([path]).value(), FAMILY.at(["/words"]).value()), if_on((3, 30)));
}

#[test]
fn four_labels_are_looked_up_as_three_are() {
    static FAMILY: Counters<4> = DynamicFamily::new(["a", "b", "c", "d"]);
    for _ in 0..3 {
        FAMILY.at_static(["1", "2", "3", "4"]).increment();
        FAMILY.at_static(["1", "2", "3", "5"]).increment();
    }
    assert_eq!(FAMILY.at(["1", "2", "3", "4"]).value(), if_on(3));
}

#[test]
fn no_record_is_lost_whoever_makes_the_series() {
    const THREADS: u64 = 8;
    const ROUNDS: u64 = 200;
    static FAMILY: Counters<2> =
        DynamicFamily::<2, Counter>::new(["thread", "round"]).with_limit(300);
    static DONE: AtomicBool = AtomicBool::new(false);
    let total = || {
        let mut total = 0;
        for round in 0..ROUNDS {
            for parity in ["even", "odd"] {
                total += FAMILY.at([parity, &round.to_string()]).value();
            }
        }
        total
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut before = 0;
            // Relaxed: only ends the loop.
            while !DONE.load(Ordering::Relaxed) {
                let now = total();
                assert!(now >= before, "{before} became {now}");
                before = now;
            }
        });
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    for round in
                        (0..ROUNDS).cycle().skip(thread as usize * 17).take(10 * ROUNDS as usize)
                    {
                        let parity = if thread % 2 == 0 { "even" } else { "odd" };
                        FAMILY.at([parity, &round.to_string()]).increment();
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|it| it.join().expect("recording does not panic"));
        // Relaxed: only ends the loop.
        DONE.store(true, Ordering::Relaxed);
        reader.join().expect("no total goes back");
    });
    // 400 series are wanted and 300 may be: what has no series of its own is in the overflow.
    assert_eq!(total() + FAMILY.overflowed(), if_on(THREADS * 10 * ROUNDS));
    assert_eq!(FAMILY.series(), if_on(300));
}

#[test]
fn more_series_than_a_thread_remembers_are_exact() {
    static FAMILY: Counters<1> = DynamicFamily::new(["number"]);
    let values: Vec<&'static str> = (0..1500).map(|number| kept(number.to_string())).collect();
    for _ in 0..3 {
        for value in &values {
            FAMILY.at([value]).increment();
            FAMILY.at_static([value]).increment();
        }
    }
    assert!(values.iter().all(|value| FAMILY.at([value]).value() == if_on(6)));
}

metric_set! {
    struct Web {
        /// Requests.
        requests: Counters<2> = "web.requests", Unit::Count("{request}"),
            DynamicFamily::<2, Counter>::new(["method", "path"]).with_limit(2);
        /// Open connections.
        open: DynamicFamily<1, UpDownCounter> = "web.open", Unit::Count("{connection}"),
            DynamicFamily::new(["peer"]);
        /// Load.
        load: DynamicFamily<1, Gauge> = "web.load", Unit::Ratio, DynamicFamily::new(["peer"]);
        /// Latency.
        latency: DynamicFamily<1, Histogram> = "web.latency", Unit::Seconds,
            DynamicFamily::<1, Histogram>::with_layout(["path"], Layout::SECONDS);
        /// Waits.
        wait: DynamicFamily<1, ExplicitHistogram> = "web.wait", Unit::Seconds,
            DynamicFamily::<1, ExplicitHistogram>::with_bounds(["path"], Unit::Seconds, &[0.1, 1.0]);
    }
}

#[test]
fn beyond_its_limit_a_family_has_one_more_series_and_says_how_often() {
    static WEB: Web = Web::new();
    let registry = Registry::new();
    registry.register_with(&[("instance", "a")], &WEB).expect("registers");
    for path in ["/a", "/b", "/c", "/a", "/d"] {
        WEB.requests.at(["GET", path]).increment();
    }
    WEB.requests.at(["GET", &"x".repeat(MAX_VALUE_BYTES + 1)]).increment();
    WEB.open.at(["p"]).add(-2);
    WEB.load.at(["p"]).set(0.5);
    WEB.load.at(["p"]).add(0.25);
    WEB.latency.at(["/a"]).record_duration(Duration::from_millis(2));
    WEB.latency.at_static(["/a"]).record_f64(0.002);
    WEB.wait.at(["/a"]).record_f64(0.2);
    let expected = [
        "web.requests{instance=a,method=GET,path=/a} 2",
        "web.requests{instance=a,method=GET,path=/b} 1",
        "web.requests{instance=a,otel_metric_overflow=true} 3",
        "web.open{instance=a,peer=p} -2",
        "web.load{instance=a,peer=p} 0.75",
        "web.latency{instance=a,path=/a} 2 values",
        "web.wait{instance=a,path=/a} 1 values",
        "engram.metrics.overflow{instance=a,family=web.requests} 3",
        "engram.metrics.overflow{instance=a,family=web.open} 0",
        "engram.metrics.overflow{instance=a,family=web.load} 0",
        "engram.metrics.overflow{instance=a,family=web.latency} 0",
        "engram.metrics.overflow{instance=a,family=web.wait} 0",
    ];
    assert_eq!(page(&registry), if_on(expected.map(str::to_owned).to_vec()));
    assert_eq!(WEB.latency.at(["/a"]).snapshot().count(), if_on(2));
    assert_eq!(WEB.wait.at(["/a"]).snapshot().count(), if_on(1));
}

#[test]
fn a_value_that_is_too_long_has_no_series_of_its_own() {
    static FAMILY: Counters<1> = DynamicFamily::new(["query"]);
    let long = "x".repeat(MAX_VALUE_BYTES + 1);
    FAMILY.at([&long[..MAX_VALUE_BYTES]]).increment();
    FAMILY.at([&long]).increment();
    assert_eq!((FAMILY.series(), FAMILY.overflowed()), (if_on(1), if_on(1)));
    assert_eq!(FAMILY.at([&long]).value(), 0);
}

#[test]
fn a_series_that_idles_is_evicted_and_starts_again_at_zero() {
    const IDLE: Duration = Duration::from_secs(600);
    static FAMILY: Counters<1> =
        DynamicFamily::<1, Counter>::new(["session"]).with_limit(3).with_eviction(IDLE);
    let start = Instant::now();
    let held = FAMILY.handle(["held"]);
    FAMILY.at(["idle"]).add(5);
    FAMILY.at_static(["busy"]).increment();
    assert_eq!(FAMILY.evict_idle(start), 0);
    assert_eq!(
        FAMILY.evict_idle(start + IDLE - Duration::from_secs(1)),
        0,
        "not idle for long enough"
    );
    FAMILY.at_static(["busy"]).increment();
    assert_eq!(FAMILY.evict_idle(start + IDLE), if_on(1));
    assert_eq!((FAMILY.series(), FAMILY.at(["idle"]).value()), (if_on(2), 0));
    // This thread still remembers the series that was evicted; there is room for its successor.
    FAMILY.at(["idle"]).increment();
    assert_eq!((FAMILY.at(["idle"]).value(), FAMILY.overflowed()), if_on((1, 0)));
    held.increment();
    assert_eq!(FAMILY.at(["held"]).value(), if_on(1), "a handle keeps its series");
    drop(held.clone());
    drop(held);
    let later = start + IDLE + Duration::from_secs(1);
    assert_eq!(FAMILY.evict_idle(later), 0, "the handle recorded");
    assert_eq!(FAMILY.evict_idle(later + IDLE), if_on(3));
    assert_eq!(FAMILY.series(), 0);
}

#[test]
fn a_family_without_eviction_keeps_everything() {
    static FAMILY: Counters<1> = DynamicFamily::new(["session"]);
    FAMILY.at(["idle"]).increment();
    let start = Instant::now();
    let years = Duration::from_secs(1_000_000_000);
    assert_eq!([start, start + years, start + 2 * years].map(|now| FAMILY.evict_idle(now)), [0; 3]);
    assert_eq!(FAMILY.at(["idle"]).value(), if_on(1));
}

#[test]
fn evicting_under_load_never_shows_one_series_as_another() {
    static FAMILY: DynamicFamily<1, Gauge> =
        DynamicFamily::<1, Gauge>::new(["number"]).with_limit(8).with_eviction(Duration::ZERO);
    static DONE: AtomicBool = AtomicBool::new(false);
    struct Same;
    impl Visit for Same {
        fn metric(&mut self, _: &Descriptor) {}

        fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
            let pairs: Vec<_> = labels.iter().collect();
            assert!(labels.text().is_none_or(|text| text == label_text(&pairs)));
            let mut labels = labels.iter();
            match (labels.next(), value) {
                (Some(("number", number)), Value::Float(value)) if value != 0.0 => {
                    assert_eq!(number, value.to_string());
                }
                _ => {}
            }
        }
    }
    std::thread::scope(|scope| {
        let writers = [0_u64, 5, 11].map(|first| {
            scope.spawn(move || {
                for number in (1..40).cycle().skip(first as usize).take(20_000) {
                    FAMILY.at([&number.to_string()]).set(f64::from(number));
                }
            })
        });
        let reader = scope.spawn(|| {
            // Relaxed: only ends the loop.
            while !DONE.load(Ordering::Relaxed) {
                engram_metrics_core::Instrument::collect(&FAMILY, &mut Same);
            }
        });
        writers.into_iter().for_each(|it| it.join().expect("recording does not panic"));
        // Relaxed: only ends the loop.
        DONE.store(true, Ordering::Relaxed);
        reader.join().expect("every series showed its own value");
    });
}

#[test]
fn a_new_family_knows_nothing_of_one_that_was_at_its_address() {
    for _ in 0..50 {
        let counters: Counters<1> = DynamicFamily::new(["name"]);
        counters.at(["same"]).increment();
        counters.at_static(["same"]).increment();
        assert_eq!(counters.at(["same"]).value(), if_on(2));
        let gauges: DynamicFamily<1, Gauge> = DynamicFamily::new(["name"]);
        gauges.at(["same"]).add(0.5);
        assert_eq!(gauges.at(["same"]).value().to_bits(), if_on(0.5_f64).to_bits());
    }
}

#[test]
fn a_family_that_moves_keeps_its_series() {
    let family: Counters<1> = DynamicFamily::new(["name"]);
    family.at_static(["a"]).increment();
    let moved = Box::new(family);
    moved.at_static(["a"]).increment();
    assert_eq!(moved.at(["a"]).value(), if_on(2));
}

#[test]
fn a_record_inside_the_destructor_of_a_thread_local_counts() {
    static FAMILY: Counters<1> = DynamicFamily::new(["when"]);
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            FAMILY.at(["late"]).increment();
            FAMILY.at_static(["late"]).increment();
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<Last>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    for _ in 0..20 {
        let work = || {
            BEFORE.with(|last| *last.borrow_mut() = Some(Last));
            FAMILY.at(["early"]).increment();
            AFTER.with(|last| *last.borrow_mut() = Some(Last));
        };
        std::thread::spawn(work).join().expect("recording does not panic");
    }
    assert_eq!((FAMILY.at(["early"]).value(), FAMILY.at(["late"]).value()), if_on((20, 80)));
}

#[test]
fn handles_can_be_sent_and_outlast_what_they_count() {
    static FAMILY: Counters<1> = DynamicFamily::<1, Counter>::new(["name"]).with_limit(1);
    let handle: Handle<'static, 1, Counter> = FAMILY.handle(["a"]);
    let none_left = FAMILY.at(["b"]).handle();
    assert_eq!((handle.is_overflow(), none_left.is_overflow()), (!ENABLED, true));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (handle, none_left) = (handle.clone(), none_left.clone());
            scope.spawn(move || {
                for _ in 0..1000 {
                    handle.increment();
                    none_left.increment();
                }
            });
        }
    });
    assert_eq!((handle.value(), none_left.value()), if_on((4000, 4000)));
}

#[test]
fn a_metric_can_be_switched_off_and_on_by_name() {
    static WEB: Web = Web::new();
    let registry = Registry::new();
    registry.register(&WEB).expect("registers");
    let record = || {
        WEB.requests.at(["GET", "/a"]).increment();
        WEB.requests.at_static(["GET", "/a"]).increment();
        WEB.open.at(["p"]).add(1);
    };
    record();
    assert_eq!(registry.switch("web.requests", false), ENABLED);
    record();
    assert_eq!((WEB.requests.at(["GET", "/a"]).value(), WEB.open.at(["p"]).value()), if_on((2, 2)));
    registry.switch("web.requests", true);
    record();
    assert_eq!(WEB.requests.at(["GET", "/a"]).value(), if_on(4));
    assert!(!registry.switch("web.unknown", false));
    assert_eq!(registry.switch_all(false), if_on(5));
    record();
    assert_eq!((WEB.requests.at(["GET", "/a"]).value(), WEB.open.at(["p"]).value()), if_on((4, 3)));
}

#[test]
fn static_text_that_is_very_long_or_of_many_labels_is_read_instead() {
    static ONE: Counters<1> = DynamicFamily::new(["text"]);
    static SEVEN: Counters<7> = DynamicFamily::new(["a", "b", "c", "d", "e", "f", "g"]);
    let long: &'static str = kept("x".repeat(70_000));
    for _ in 0..3 {
        // Their lengths are the same in sixteen bits.
        ONE.at_static([&long[..4]]).increment();
        ONE.at_static([&long[..4 + 65_536]]).increment();
        SEVEN.at_static(["1", "2", "3", "4", "5", "6", "7"]).increment();
        SEVEN.at_static(["1", "2", "3", "4", "5", "6", "8"]).increment();
    }
    assert_eq!((ONE.at(["xxxx"]).value(), ONE.overflowed()), if_on((3, 3)));
    assert_eq!(SEVEN.at(["1", "2", "3", "4", "5", "6", "7"]).value(), if_on(3));
}
