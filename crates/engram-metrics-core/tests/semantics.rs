//! What users may rely on, through the public interface alone; with telemetry on and off.

#[path = "support/page.rs"]
mod page;

use std::cell::RefCell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use engram_metrics_core::{
    Counter, Descriptor, ENABLED, Family, Gauge, Histogram, Kind, Label, LabelSet, Layout, Named,
    RECORDER, Reading, Registry, StateSet, Unit, UpDownCounter, UsePairs, label_enum,
};

use page::page;

/// `n` with telemetry compiled in, nothing without.
fn if_on<T: Default>(n: T) -> T {
    if ENABLED { n } else { T::default() }
}

/// Runs `work` in `threads` threads that start together, and joins them.
fn together(threads: usize, work: impl Fn(usize) + Sync) {
    let start = Barrier::new(threads);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(thread);
            });
        }
    });
}

/// Runs `work` while another thread calls `read` again and again.
fn while_reading(mut read: impl FnMut() + Send, work: impl FnOnce()) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Relaxed: only says when to stop.
            while !done.load(Ordering::Relaxed) {
                read();
            }
        });
        work();
        // Relaxed: as above.
        done.store(true, Ordering::Relaxed);
    });
}

/// Checks that what it is given never gets smaller.
fn never_backwards() -> impl FnMut(u64) + Send {
    let mut last = 0;
    move |now| {
        assert!(now >= last, "{now} after {last}");
        last = now;
    }
}

#[test]
fn no_increment_is_lost_when_threads_die_during_scrapes() {
    const THREADS: u64 = 100;
    const RECORDS: u64 = 100_000;
    static TOTAL: Counter = Counter::new();
    let mut check = never_backwards();
    while_reading(
        || check(TOTAL.value()),
        || {
            for _ in 0..THREADS / 4 {
                together(4, |_| (0..RECORDS).for_each(|_| TOTAL.increment()));
            }
        },
    );
    assert_eq!(TOTAL.value(), if_on(THREADS * RECORDS));
}

#[test]
fn a_hundred_threads_at_once_give_exact_totals() {
    static TOTAL: Counter = Counter::new();
    static SIZES: Histogram = Histogram::for_unit(Unit::Bytes);
    together(100, |thread| {
        for value in 0..2_000 {
            TOTAL.add(thread as u64);
            SIZES.record(value);
        }
    });
    assert_eq!(TOTAL.value(), if_on(2_000 * (99 * 100 / 2)));
    let snapshot = SIZES.snapshot();
    assert_eq!(snapshot.count(), if_on(200_000));
    assert_eq!(snapshot.sum_ticks(), if_on(100 * (1_999 * 2_000 / 2)));
    assert_eq!(snapshot.max(), ENABLED.then_some(1_999.0));
}

#[test]
fn a_histogram_never_goes_backwards_in_any_bucket() {
    static SIZES: Histogram = Histogram::with_layout(Layout::COUNT);
    const CHANGES: u64 = 2_000;
    let (mut before, mut rounds) = (vec![0; Layout::COUNT.buckets()], 0);
    let (mut before_count, changes) = (0, AtomicU64::new(0));
    let read = || {
        let snapshot = SIZES.snapshot();
        for (before, now) in before.iter_mut().zip(snapshot.counts()) {
            assert!(now >= before);
            *before = *now;
        }
        // A reader that stands still between the records of the others would see nothing.
        let is_changed = snapshot.count() != before_count || !ENABLED;
        before_count = snapshot.count();
        // Relaxed: only says when it is enough.
        changes.fetch_add(u64::from(is_changed), Ordering::Relaxed);
    };
    while_reading(read, || {
        // Relaxed: as above. The second bound is for a reader that has failed.
        while changes.load(Ordering::Relaxed) < CHANGES && rounds < 2_000 {
            together(3, |_| (0..5_000).for_each(|value| SIZES.record(value)));
            rounds += 1;
        }
    });
    assert_eq!(SIZES.snapshot().count(), if_on(rounds * 3 * 5_000));
}

#[test]
fn thousands_of_short_threads_share_few_shards() {
    static TOTAL: Counter = Counter::new();
    for _ in 0..3_000 {
        std::thread::spawn(|| TOTAL.increment()).join().expect("recording does not panic");
    }
    assert_eq!(TOTAL.value(), if_on(3_000));
    let registry = Registry::new();
    registry.register(&RECORDER).expect("registered once");
    let page = page(&registry);
    let shards = page.iter().find_map(|line| line.strip_prefix("engram.metrics.shards{} "));
    let shards = shards.map(|shards| shards.parse::<usize>().expect("a whole number"));
    // All tests of this binary together never run more than a few hundred threads at a time.
    assert!(shards.is_none_or(|shards| (1..1_000).contains(&shards)), "{shards:?}");
    assert_eq!(shards.is_some(), ENABLED);
}

#[test]
fn a_record_inside_the_destructor_of_a_thread_local_counts() {
    static LATE: Counter = Counter::new();
    static LATE_SIZES: Histogram = Histogram::for_unit(Unit::Bytes);
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            LATE.increment();
            LATE_SIZES.record(7);
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<Last>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    let threads = 20;
    for _ in 0..threads {
        // One is destroyed before the recorder's own local and one behind it, whatever the order is;
        // and in a third thread the destructor makes the first record of all.
        let work = || {
            BEFORE.with(|last| *last.borrow_mut() = Some(Last));
            LATE.increment();
            AFTER.with(|last| *last.borrow_mut() = Some(Last));
        };
        std::thread::spawn(work).join().expect("recording does not panic");
        let only_at_the_end = || AFTER.with(|last| *last.borrow_mut() = Some(Last));
        std::thread::spawn(only_at_the_end).join().expect("recording does not panic");
    }
    assert_eq!(LATE.value(), if_on(4 * threads));
    assert_eq!(LATE_SIZES.snapshot().count(), if_on(3 * threads));
}

#[test]
fn a_record_while_panicking_counts() {
    static CAUGHT: Counter = Counter::new();
    struct OnUnwind;
    impl Drop for OnUnwind {
        fn drop(&mut self) {
            CAUGHT.increment();
        }
    }
    let unwound = std::thread::spawn(|| {
        let _guard = OnUnwind;
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(unwound.join().is_err());
    assert_eq!(CAUGHT.value(), if_on(1));
}

#[test]
fn one_thread_may_take_away_what_another_added() {
    static OPEN: UpDownCounter = UpDownCounter::new();
    together(8, |thread| {
        let change = if thread % 2 == 0 { 3 } else { -2 };
        (0..10_000).for_each(|_| OPEN.add(change));
    });
    assert_eq!(OPEN.value(), if_on(4 * 10_000));
    OPEN.add(-50_000);
    assert_eq!(OPEN.value(), if_on(-10_000));
    OPEN.add(i64::MIN);
    OPEN.add(i64::MIN);
    assert_eq!(OPEN.value(), if_on(-10_000), "modulo 2^64");
}

#[test]
fn a_counter_wraps() {
    let counter = Counter::new();
    counter.add(u64::MAX);
    counter.add(3);
    counter.add_from_interrupt(5);
    assert_eq!(counter.value(), if_on(7));
}

#[test]
fn a_gauge_loses_no_addition() {
    static LOAD: Gauge = Gauge::new();
    LOAD.set(0.5);
    together(4, |_| (0..1_000).for_each(|_| LOAD.add(0.25)));
    assert_eq!(LOAD.value(), if_on(1_000.5));
    LOAD.set(f64::NEG_INFINITY);
    assert_eq!(LOAD.value(), if_on(f64::NEG_INFINITY));
}

#[test]
fn whoever_looks_at_a_state_set_finds_it_in_one_state() {
    static SIZE: Named<StateSet<Size>> = Named::new(
        Descriptor::fixed("room.size", "", Unit::Count("1"), Kind::StateSet),
        StateSet::new(),
    );
    let state = || {
        let registry = Registry::new();
        registry.register(&SIZE).expect("registers");
        let shown = Reading::of(&registry);
        let number = |size: &str| shown.number("room.size", &[("size", size)]);
        assert_eq!(Size::VALUES.iter().filter_map(|size| number(size)).sum::<f64>(), if_on(1.0));
        Size::VALUES.iter().find(|size| number(size) == Some(1.0)).copied()
    };
    assert_eq!(state(), ENABLED.then_some("small"), "before it was set");
    together(3, |thread| {
        for n in 0..1_000 {
            SIZE.set(SIZES[(n + thread) % 3]);
            if n % 100 == 0 {
                state();
            }
        }
    });
    SIZE.set(Size::Large);
    assert_eq!(state(), ENABLED.then_some("large"));
    assert_eq!(SIZES.map(|it| SIZE.is(it)), [false, false, ENABLED]);
}

#[test]
fn a_state_behind_the_last_is_the_last() {
    #[derive(Clone, Copy)]
    struct Wild(usize);
    impl Label for Wild {
        const KEY: &'static str = "wild";
        const VALUES: &'static [&'static str] = &["a", "b"];
        fn index(self) -> usize {
            self.0
        }
    }
    let set = StateSet::new();
    set.set(Wild(7));
    assert_eq!((set.is(Wild(1)), set.is(Wild(7))), (ENABLED, ENABLED));
}

label_enum! { enum Side as "side" { Left = "left", Right = "right" } }
label_enum! { enum Size as "size" { Small = "small", Medium = "medium", Large = "large" } }
label_enum! { enum Kin as "kin" { Own = "own", Other = "other" } }

const SIDES: [Side; 2] = [Side::Left, Side::Right];
const SIZES: [Size; 3] = [Size::Small, Size::Medium, Size::Large];
const KINS: [Kin; 2] = [Kin::Own, Kin::Other];

#[test]
fn the_series_of_a_family_are_independent() {
    let counters: Family<(Side, Size, Kin), Counter> = Family::new();
    let histograms: Family<(Side, Size), Histogram> = Family::with_layout(Layout::BYTES);
    let all = || {
        let pairs = SIDES.into_iter().flat_map(|side| SIZES.map(|size| (side, size)));
        pairs.flat_map(|(side, size)| KINS.map(|kin| (side, size, kin)))
    };
    together(4, |_| {
        for (n, labels) in all().enumerate() {
            counters.at(labels).add(1 << n);
            (0..n).for_each(|_| histograms.at((labels.0, labels.1)).record(n as u64));
        }
    });
    for (n, labels) in all().enumerate() {
        assert_eq!(counters.at(labels).value(), if_on(4 << n), "{labels:?}");
        let even = n as u64 / 2 * 2;
        let snapshot = histograms.at((labels.0, labels.1)).snapshot();
        assert_eq!(snapshot.count(), if_on(4 * (even + even + 1)), "{labels:?}");
        assert_eq!(snapshot.sum_ticks(), if_on(4 * (even * even + (even + 1) * (even + 1))));
    }
}

#[test]
fn the_index_of_a_label_set_and_its_pairs_agree() {
    let mut index = 0;
    for side in SIDES {
        for size in SIZES {
            for kin in KINS {
                assert_eq!(LabelSet::index((side, size, kin)), index);
                let expected = [
                    ("side", Side::VALUES[Label::index(side)]),
                    ("size", Size::VALUES[Label::index(size)]),
                    ("kin", Kin::VALUES[Label::index(kin)]),
                ];
                <(Side, Size, Kin)>::pairs(index, &mut |pairs| assert_eq!(pairs, expected));
                index += 1;
            }
        }
    }
    assert_eq!(<(Side, Size, Kin)>::COUNT, index);
}

#[test]
fn a_label_set_that_lies_about_its_index_stays_inside_its_family() {
    #[derive(Clone, Copy)]
    struct Liar;
    impl LabelSet for Liar {
        const COUNT: usize = 2;
        fn index(self) -> usize {
            usize::MAX
        }
        fn pairs(index: usize, use_pairs: &mut UsePairs<'_>) {
            use_pairs(&[("liar", ["first", "last"][index])]);
        }
    }
    let family: Family<Liar, Counter> = Family::new();
    let neighbour = Counter::new();
    neighbour.increment();
    family.at(Liar).add(5);
    assert_eq!((family.at(Liar).value(), neighbour.value()), if_on((5, 1)));
}

#[test]
fn metrics_that_are_dropped_leave_nothing_to_their_successors() {
    static ALWAYS: Counter = Counter::new();
    let threads = 4;
    together(threads, |thread| {
        for round in 0..2_000 {
            let counter = Counter::new();
            let histogram = Histogram::with_layout(Layout::new(0, 0, 8, 0));
            let family: Family<Size, Counter> = Family::new();
            assert_eq!((counter.value(), histogram.snapshot().count()), (0, 0));
            let n = (thread * 10_000 + round) as u64;
            counter.add(n);
            histogram.record(n);
            family.at(Size::Medium).add(n);
            ALWAYS.increment();
            assert_eq!(counter.value(), if_on(n));
            let snapshot = histogram.snapshot();
            assert_eq!((snapshot.count(), snapshot.sum_ticks()), if_on((1, n)));
            assert_eq!(snapshot.max(), ENABLED.then_some(n as f64));
            let values = SIZES.map(|size| family.at(size).value());
            assert_eq!(values, if_on([0, n, 0]));
        }
    });
    assert_eq!(ALWAYS.value(), if_on(threads as u64 * 2_000));
}

#[test]
fn a_metric_that_many_threads_recorded_into_is_wiped_in_all_of_them() {
    for round in 0..50 {
        let counter = Counter::new();
        together(6, |_| counter.add(round));
        assert_eq!(counter.value(), if_on(6 * round));
    }
}
