//! Many threads that look up series of one family, more than loom can exhaust.

use std::sync::Arc;
use std::time::{Duration, Instant};

use shuttle::thread;

use super::index::{Index, Wanted};
use crate::sync::{AtomicU64, Ordering, RwLock, explore, read_patiently, write_patiently};

const SCHEDULES: usize = 1000;

/// Values whose hash is the same for all, so that they compete for one place.
fn wanted<'a>(values: &'a [&'a str; 1]) -> Wanted<'a, 1> {
    Wanted { hash: 7, values, to_keep: false }
}

/// A family with its overflow, as records meet it.
struct Family {
    index: Index<1, AtomicU64>,
    overflow: AtomicU64,
}

impl Family {
    fn new() -> Arc<Self> {
        Arc::new(Self { index: Index::new(), overflow: AtomicU64::new(0) })
    }

    fn record(&self, value: &str, limit: u32) {
        let values = [value];
        // The lock is not always to be had within the tries; such a record overflows too.
        let found = self.index.find(wanted(&values)).and_then(|found| {
            found.or_else(|| self.index.find_or_make(wanted(&values), limit, || AtomicU64::new(0)))
        });
        let count = found.as_ref().map_or(&self.overflow, |entry| &entry.metric);
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn value(&self, value: &str) -> u64 {
        let found = self.index.find(wanted(&[value])).flatten();
        found.map_or(0, |entry| entry.metric.load(Ordering::Relaxed))
    }
}

const VALUES: [&str; 4] = ["a", "b", "c", "d"];

#[test]
fn every_record_is_in_its_series_or_in_the_overflow() {
    explore(SCHEDULES, || {
        let family = Family::new();
        let threads = (0..8).map(|n| {
            let family = Arc::clone(&family);
            thread::spawn(move || (0..4).for_each(|at| family.record(VALUES[(n + at) % 4], 3)))
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().for_each(|thread| thread.join().expect("threads do not panic"));
        let series: u64 = VALUES.iter().map(|value| family.value(value)).sum();
        let overflow = family.overflow.load(Ordering::Relaxed);
        assert_eq!(series + overflow, 32);
        assert!(VALUES.iter().all(|value| family.value(value) <= 8), "no series has two values");
        assert!(family.index.len().is_some_and(|len| len <= 3), "the limit holds");
    });
}

#[test]
fn a_series_that_is_held_survives_every_eviction() {
    explore(SCHEDULES, || {
        let family = Family::new();
        let holders = (0..4).map(|n| {
            let family = Arc::clone(&family);
            thread::spawn(move || {
                let values = [VALUES[n % 2]];
                for _ in 0..3 {
                    family.record(values[0], 4);
                    let to_keep = Wanted { to_keep: true, ..wanted(&values) };
                    let Some(held) = family.index.find(to_keep).flatten() else { continue };
                    if let Some(found) = family.index.find(wanted(&values)) {
                        let same = found.is_some_and(|found| Arc::ptr_eq(&found, &held));
                        assert!(same, "it was evicted, or made a second time");
                    }
                    held.let_go();
                }
            })
        });
        let evictors = (0..3).map(|_| {
            let family = Arc::clone(&family);
            thread::spawn(move || {
                let activity = |metric: &AtomicU64| metric.load(Ordering::Relaxed);
                for _ in 0..3 {
                    family.index.evict(Instant::now(), Duration::ZERO, activity);
                }
            })
        });
        let threads: Vec<_> = holders.chain(evictors).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("threads do not panic"));
    });
}

#[test]
fn a_lock_whose_holder_is_gone_is_given_up_on_and_nobody_waits_for_ever() {
    explore(SCHEDULES, || {
        let lock = Arc::new(RwLock::new(0_u32));
        let theirs = Arc::clone(&lock);
        // As after `fork`: the thread that held the lock is not there to let go of it.
        let gone = thread::spawn(move || std::mem::forget(theirs.write()));
        let others = (0..6).map(|n| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || match n % 2 {
                0 => drop(read_patiently(&lock)),
                _ => write_patiently(&lock).into_iter().for_each(|mut guard| *guard += 1),
            })
        });
        let others: Vec<_> = others.collect();
        gone.join().expect("threads do not panic");
        others.into_iter().for_each(|thread| thread.join().expect("threads do not panic"));
        assert!(read_patiently(&lock).is_none());
    });
}
