//! Every interleaving of two threads that look up series of one family, and of its number.
//!
//! The counts of references are those of `Arc`, which is not ours to model.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::index::{Index, Wanted};
use super::number::{Number, Numbers};
use crate::sync::{AtomicU64, Ordering};

/// Runs `explore` under every interleaving and compares what it returned with `expected`.
fn outcomes<O: Ord + Debug + Send + 'static>(
    expected: impl IntoIterator<Item = O>,
    explore: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let collected = seen.clone();
    loom::model(move || {
        let outcome = explore();
        collected.lock().expect("models do not unwind past this").insert(outcome);
    });
    let expected: BTreeSet<O> = expected.into_iter().collect();
    assert_eq!(*seen.lock().expect("as above"), expected);
}

/// Values whose hash is the same for all, so that they compete for one place.
fn wanted<'a>(values: &'a [&'a str; 1]) -> Wanted<'a, 1> {
    Wanted { hash: 7, values, to_keep: false }
}

/// Adds one to the series of `value`, made if there is none; false when the family is full.
fn record(index: &Index<1, AtomicU64>, value: &str, limit: u32) -> bool {
    let values = [value];
    let found = index.find(wanted(&values)).expect("a model waits");
    let found = found.or_else(|| index.find_or_make(wanted(&values), limit, || AtomicU64::new(0)));
    // Relaxed: added up when the threads are joined.
    found.map(|entry| entry.metric.fetch_add(1, Ordering::Relaxed)).is_some()
}

fn value(index: &Index<1, AtomicU64>, value: &str) -> u64 {
    // Relaxed: the threads that counted are joined.
    index.find(wanted(&[value])).flatten().map_or(0, |entry| entry.metric.load(Ordering::Relaxed))
}

fn two_threads(
    explore: impl Fn(&Index<1, AtomicU64>) + Send + Sync + Copy + 'static,
    meanwhile: impl FnOnce(&Index<1, AtomicU64>),
) -> loom::sync::Arc<Index<1, AtomicU64>> {
    let index = loom::sync::Arc::new(Index::new());
    let theirs = index.clone();
    let thread = loom::thread::spawn(move || explore(&theirs));
    meanwhile(&index);
    thread.join().expect("models do not panic");
    index
}

#[test]
fn two_first_records_of_the_same_values_meet_in_one_series() {
    outcomes([(1, 2)], || {
        let record = |index: &Index<1, AtomicU64>| assert!(record(index, "a", 2));
        let index = two_threads(record, record);
        (index.len().expect("a model waits"), value(&index, "a"))
    });
}

#[test]
fn the_last_free_series_goes_to_one_of_two() {
    outcomes([(1, 1, 0), (1, 0, 1)], || {
        let of = |value: &'static str| {
            move |index: &Index<1, AtomicU64>| {
                record(index, value, 1);
            }
        };
        let index = two_threads(of("a"), of("b"));
        (index.len().expect("a model waits"), value(&index, "a"), value(&index, "b"))
    });
}

#[test]
fn a_series_that_a_handle_was_taken_of_is_not_evicted() {
    outcomes([(true, 1), (false, 0)], || {
        let held = std::cell::Cell::new(false);
        let evict = |index: &Index<1, AtomicU64>| {
            let now = Instant::now();
            // Relaxed: nothing is recorded meanwhile.
            let activity = |metric: &AtomicU64| metric.load(Ordering::Relaxed);
            // The first call sees the series for the first time, and so as active.
            index.evict(now, Duration::ZERO, activity);
            index.evict(now, Duration::ZERO, activity);
        };
        let index = loom::sync::Arc::new(Index::<1, AtomicU64>::new());
        record(&index, "a", 1);
        let theirs = index.clone();
        let thread = loom::thread::spawn(move || evict(&theirs));
        held.set(index.find(Wanted { to_keep: true, ..wanted(&["a"]) }).flatten().is_some());
        thread.join().expect("models do not panic");
        (held.get(), index.len().expect("a model waits"))
    });
}

/// A family's number, and where it comes from.
struct Numbered {
    number: Number,
    numbers: Numbers,
}

impl Numbered {
    fn new() -> loom::sync::Arc<Self> {
        loom::sync::Arc::new(Self { number: Number::new(), numbers: Numbers::new() })
    }
}

#[test]
fn whoever_has_a_number_sees_the_seed() {
    let give = |it: &Numbered| {
        it.number.give(&it.numbers);
    };
    let replace = |it: &Numbered| it.number.replace(&it.numbers);
    let give_and_switch = |it: &Numbered| {
        it.number.give(&it.numbers);
        it.number.switch(false);
    };
    let ways: [fn(&Numbered); 3] = [give, replace, give_and_switch];
    for publish in ways {
        // No number yet, or a number with its seed.
        outcomes([None, Some(true)], move || {
            let shared = Numbered::new();
            let theirs = shared.clone();
            // The reader is the spawned thread, see the models of the storage.
            let reader = loom::thread::spawn(move || {
                let number = theirs.number.load();
                (number != 0).then(|| theirs.numbers.seed() != 0)
            });
            publish(&shared);
            reader.join().expect("models do not panic")
        });
    }
}

#[test]
fn two_threads_that_give_a_number_agree_on_it_and_on_the_seed() {
    // Which of the two numbers it is.
    outcomes([1, 2], || {
        let shared = Numbered::new();
        let give = |it: &Numbered| (it.number.give(&it.numbers), it.numbers.seed());
        let theirs = shared.clone();
        let thread = loom::thread::spawn(move || give(&theirs));
        let mine = give(&shared);
        assert_eq!(mine, thread.join().expect("models do not panic"));
        assert_ne!(mine.1, 0, "who has a number has the seed");
        mine.0
    });
}
