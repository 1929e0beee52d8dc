//! Exactness and coherence under load, in the numbers that the documentation names.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use engram_metrics_core::{Counter, ENABLED, Histogram, Layout, RECORDER};

/// Runs `work` in this thread while another calls `read` over and over, for the first time before `work` begins:
/// on a busy machine it may not come to a second one. Returns how often.
fn while_reading(mut read: impl FnMut() + Send, work: impl FnOnce()) -> u64 {
    let (done, both) = (AtomicBool::new(false), Barrier::new(2));
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            read();
            let mut reads = 1;
            both.wait();
            // Relaxed: only ends the loop.
            while !done.load(Ordering::Relaxed) {
                read();
                reads += 1;
            }
            reads
        });
        both.wait();
        work();
        // Relaxed: as above.
        done.store(true, Ordering::Relaxed);
        reader.join().expect("reading does not panic")
    })
}

#[test]
fn a_hundred_threads_with_a_million_records_each_are_exact_while_they_die_during_scrapes() {
    const THREADS: u64 = 100;
    const RECORDS: u64 = 1_000_000;
    static TOTAL: Counter = Counter::new();
    let mut before = 0;
    let read = || {
        let now = TOTAL.value();
        assert!(now >= before, "{before} became {now}");
        before = now;
    };
    let reads = while_reading(read, || {
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| (0..RECORDS).for_each(|_| TOTAL.increment()));
            }
        });
    });
    assert!(reads > 0);
    assert_eq!(TOTAL.value(), if ENABLED { THREADS * RECORDS } else { 0 });
}

#[test]
fn a_million_snapshots_under_load_are_each_coherent() {
    const SNAPSHOTS: u64 = 1_000_000;
    /// All values are the same, so that any count has but one sum.
    const VALUE: u64 = 700;
    static SIZES: Histogram = Histogram::with_layout(Layout::new(0, 0, 20, 0));
    let done = AtomicBool::new(false);
    let torn = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut records = 0;
            // Relaxed: only ends the loop.
            while !done.load(Ordering::Relaxed) {
                (0..64).for_each(|_| SIZES.record(VALUE));
                records += 64;
            }
            records
        });
        let (mut before, mut torn) = (0, 0);
        for _ in 0..SNAPSHOTS {
            let snapshot = SIZES.snapshot();
            assert_eq!(snapshot.count(), snapshot.counts().iter().sum::<u64>());
            assert!(snapshot.count() >= before, "{before} became {}", snapshot.count());
            before = snapshot.count();
            if snapshot.torn() == 0 {
                assert_eq!(snapshot.sum_ticks(), snapshot.count() * VALUE);
            } else {
                // Known to lie in the range that the bucket from 512 to 1024 allows.
                let range = snapshot.count() * 513..=snapshot.count() * 1024;
                assert!(range.contains(&snapshot.sum_ticks()));
                torn += 1;
            }
        }
        // Relaxed: as above.
        done.store(true, Ordering::Relaxed);
        let records: u64 = writer.join().expect("recording does not panic");
        assert_eq!(SIZES.snapshot().count(), if ENABLED { records } else { 0 });
        torn
    });
    assert_eq!(RECORDER.torn_snapshots.value(), torn, "each torn snapshot is counted");
}
