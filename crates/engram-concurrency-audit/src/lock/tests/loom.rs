//! Every interleaving of two threads, one claim per model.
//!
//! Each model lists *all* outcomes that it expects: one that is missing means that the model no longer reaches
//! what it is about. Run with
//! `RUSTFLAGS="--cfg engram_loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p engram-concurrency-audit --lib --release`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::panic::Location;
use std::sync::Mutex;

use loom::sync::Arc;
use loom::thread;

use super::held::{Held, Taken};
use super::numbered::Numbered;
use super::record::Record;
use super::sync::{AtomicRef, AtomicU32, Ordering};
use super::wait::Wait;
use super::word::{AtomicWord, Mode, Word, class_number, word};

/// Runs `explore` under every interleaving and compares what it returned with `expected`.
fn outcomes<O: Ord + Debug + Send + 'static>(
    expected: impl IntoIterator<Item = O>,
    explore: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = std::sync::Arc::new(Mutex::new(BTreeSet::new()));
    let collected = seen.clone();
    loom::model(move || {
        let outcome = explore();
        collected.lock().expect("models do not unwind past this").insert(outcome);
    });
    let expected: BTreeSet<O> = expected.into_iter().collect();
    assert_eq!(*seen.lock().expect("as above"), expected);
}

/// Runs `act` in a thread of the model.
fn spawn<S: Send + Sync + 'static, R: 'static>(
    shared: &Arc<S>,
    act: impl FnOnce(&S) -> R + 'static,
) -> thread::JoinHandle<R> {
    let shared = Arc::clone(shared);
    thread::spawn(move || act(&shared))
}

fn join<R>(thread: thread::JoinHandle<R>) -> R {
    thread.join().expect("threads of models do not panic")
}

/// What stands for a class: made, then published. As everything that is published it is never freed.
fn class() -> &'static AtomicU32 {
    let class = Box::leak(Box::new(AtomicU32::new(0)));
    // Relaxed: published by whoever tells others of it.
    class.store(7, Ordering::Relaxed);
    class
}

fn read(class: &AtomicU32) -> u32 {
    // Relaxed: ordered by how the class was found.
    class.load(Ordering::Relaxed)
}

#[test]
fn whoever_finds_a_class_finds_it_complete() {
    outcomes([None, Some(7)], || {
        let place = Arc::new(AtomicRef::<AtomicU32>::none());
        let writer = spawn(&place, |place| place.store(class()));
        let found = place.load().map(read);
        join(writer);
        assert_eq!(place.load().map(read), Some(7));
        found
    });
}

/// A lock, and the table of classes.
struct Table {
    word: AtomicWord,
    classes: Numbered<AtomicU32, 2>,
}

impl Table {
    fn new() -> Arc<Self> {
        Arc::new(Self { word: AtomicWord::new(), classes: Numbered::new() })
    }

    /// The class of the lock, once it was taken.
    fn class(&self) -> Option<u32> {
        let word = self.word.load();
        let class = || self.classes.get(class_number(word)).expect("a word has a class");
        (word != 0).then(|| read(class()))
    }
}

#[test]
fn whoever_sees_the_word_of_a_lock_finds_its_class() {
    outcomes([None, Some(7)], || {
        let table = Table::new();
        let first = spawn(&table, |table| {
            table.classes.set(1, class());
            table.word.begin(word(1, 1));
        });
        let found = table.class();
        join(first);
        found
    });
}

#[test]
fn a_flag_that_a_third_thread_sets_hides_no_class() {
    outcomes([None, Some(7)], || {
        let table = Table::new();
        let first = spawn(&table, |table| {
            table.classes.set(1, class());
            table.word.begin(word(1, 1));
        });
        let marker = spawn(&table, |table| {
            table.word.change(|word| (word != 0).then_some(word | super::word::READY));
        });
        let found = table.class();
        join(first);
        join(marker);
        found
    });
}

#[test]
fn two_threads_that_take_a_new_lock_at_once_agree_on_its_identity() {
    outcomes([word(1, 1), word(2, 1)], || {
        let table = Table::new();
        let take = |table: &Table, id| {
            table.word.begin(word(id, 1));
            table.word.load()
        };
        let other = spawn(&table, move |table| take(table, 1));
        let mine = take(&table, 2);
        assert_eq!(join(other), mine);
        mine
    });
}

fn taken(lock: usize) -> Taken {
    Taken { lock, word: Mode::Exclusive as Word, at: Location::caller(), key: 0 }
}

fn locks(held: &Held) -> Vec<usize> {
    held.taken().map(|it| it.lock).collect()
}

/// Holds a lock and waits for another one, for a while.
fn waits(record: &Record, holds: usize, wants: usize) {
    record.held.push(taken(holds));
    record.waiting.begin(Wait::Lock(Mode::Exclusive), wants, Location::caller());
    record.waiting.end();
}

/// Whose wait was seen, for what, and what that thread held.
fn look(record: &Record) -> Option<(u32, usize, Vec<usize>)> {
    let mut held = Vec::new();
    let seen = record.look(|now| held = locks(now))?;
    Some((seen.serial, seen.resource, held))
}

#[test]
fn who_looks_at_a_thread_that_waits_sees_all_that_it_holds() {
    outcomes([None, Some((1, 30, vec![10, 20]))], || {
        let record = Arc::new(Record::new());
        let waiter = spawn(&record, |record| {
            record.begin(1);
            record.held.push(taken(10));
            waits(record, 20, 30);
            record.held.pop(20);
        });
        let seen = look(&record);
        join(waiter);
        seen
    });
}

#[test]
fn a_record_that_the_next_thread_leases_is_not_mistaken_for_the_one_before() {
    outcomes([None, Some((1, 11, vec![10])), Some((2, 21, vec![20]))], || {
        let record = Arc::new(Record::new());
        let leases = spawn(&record, |record| {
            for (serial, holds) in [(1, 10), (2, 20)] {
                record.begin(serial);
                waits(record, holds, holds + 1);
                record.end();
            }
        });
        let seen = look(&record);
        join(leases);
        assert_eq!(look(&record), None);
        seen
    });
}

#[test]
fn a_lock_that_somebody_else_releases_is_gone_whatever_its_owner_takes_meanwhile() {
    outcomes([vec![20]], || {
        let record = Arc::new(Record::new());
        record.begin(1);
        record.held.push(taken(10));
        let other = spawn(&record, |record| record.held.release_foreign(10));
        record.held.push(taken(20));
        assert!(join(other));
        locks(&record.held)
    });
}

#[test]
fn a_wait_is_broken_off_only_if_it_is_the_one_that_was_looked_at() {
    // Whether the second wait was broken: only if it was seen.
    outcomes([(None, false), (Some(1), false), (Some(2), true), (Some(2), false)], || {
        let record = Arc::new(Record::new());
        let watcher = spawn(&record, |record| {
            let seen = record.look(|_| ())?;
            record.waiting.break_off(seen.number);
            Some(seen.number)
        });
        waits(&record, 10, 11);
        record.waiting.begin(Wait::Join, 1, Location::caller());
        let is_broken = record.waiting.is_broken();
        record.waiting.end();
        (join(watcher), is_broken)
    });
}
