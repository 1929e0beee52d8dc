//! Rows of atomics.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::{Arc, Barrier as Plain};

use engram_concurrency_audit::atomic::{
    ATOMICS, AuditedCell, Group, WatchedBool, WatchedU64, Watching, check_layout, fence,
};
use engram_concurrency_audit::{AUDITOR, spawn};

use super::Expected::{Quiet, Report, Warning};
use super::Row;
use super::stage::keep;

rows! {
    a01_orderings_that_cannot_be, Report("E0301", "ERROR");
    a02_a_failure_that_releases, Report("E0301", "ERROR");
    a03_a_failure_stronger_than_success, Quiet;
    a04_a_release_that_is_loaded_relaxed, Warning("E0302");
    a05_an_acquire_of_a_relaxed_store, Warning("E0303");
    a06_a_counter, Quiet;
    a07_published_relaxed, Report("E0312", "ERROR");
    a08_published_with_release, Quiet;
    a08_continued_by_an_update, Quiet;
    a08_broken_by_a_store, Report("E0312", "ERROR");
    a09_published_by_fences, Quiet;
    a11_two_writers_lose_an_update, Report("E0304", "ERROR");
    a12_one_writer_loses_nothing, Quiet;
    a13_two_writers_on_one_line, Warning("E0306");
    a13_one_writer_on_one_line, Quiet;
    a15_a_misaligned_address, Report("E0307", "ERROR");
    a16_a_value_on_two_lines, Warning("E0308");
    a17_read_while_written, Report("E0305", "ERROR");
    a17_read_in_between, Quiet;
    a18_seqcst_on_one_counter, Warning("E0311");
    a18_seqcst_on_two_flags, Quiet;
    a19_stores_overtaken_by_loads, Warning("E0313");
    a20_a_fence_in_the_void, Warning("E0309");
    a20_a_fence_between_accesses, Quiet;
    a21_an_exchange_that_fails, Warning("E0310");
    a22_an_update_by_one_writer, Warning("E0314");
    a23_exclusive_between_phases, Quiet;
}

fn a01_orderings_that_cannot_be() {
    let flag = WatchedU64::new(7);
    let orders: [Ordering; 2] = [Release, AcqRel];
    assert!(orders.map(|order| flag.load(order)) == [7, 7]);
    for order in [Acquire, AcqRel] {
        flag.store(8, order);
    }
    assert_eq!(flag.load(Relaxed), 8);
    fence(std::hint::black_box(Relaxed));
    assert_eq!(AUDITOR.findings().len(), 3);
}

fn a02_a_failure_that_releases() {
    let flag = WatchedU64::new(7);
    for failure in [Release, AcqRel] {
        assert_eq!(flag.compare_exchange(7, 7, SeqCst, failure), Ok(7));
        assert_eq!(flag.compare_exchange_weak(1, 2, SeqCst, failure), Err(7));
    }
}

fn a03_a_failure_stronger_than_success() {
    let flag = WatchedU64::new(7);
    assert_eq!(flag.compare_exchange(1, 2, Relaxed, Acquire), Err(7));
    assert_eq!(flag.compare_exchange(7, 2, Relaxed, Acquire), Ok(7));
    ATOMICS.audit();
}

fn in_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn(work).join().unwrap()
}

fn a04_a_release_that_is_loaded_relaxed() {
    let flag = keep(WatchedBool::new(false));
    flag.store(true, Release);
    in_thread(|| (0..1000).for_each(|_| assert!(flag.load(Relaxed))));
    assert_eq!(ATOMICS.audit(), 1);
    let finding = &AUDITOR.findings()[0];
    assert_eq!(finding.sites.len(), 3);
    assert!(finding.sites.iter().all(|place| place.site.file().ends_with("atomics.rs")));
    assert_ne!(finding.sites[1].site.line(), finding.sites[2].site.line());
}

fn a05_an_acquire_of_a_relaxed_store() {
    let flag = keep(WatchedBool::new(false));
    flag.store(true, Relaxed);
    in_thread(|| assert!(flag.load(Acquire)));
    ATOMICS.audit();
}

fn a06_a_counter() {
    for watching in [Watching::Ledger, Watching::All] {
        ATOMICS.watch(watching);
        let counter = keep(WatchedU64::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| spawn(|| (0..1000).for_each(|_| _ = counter.fetch_add(1, Relaxed))))
            .collect();
        while counter.load(Relaxed) < 4000 {
            std::hint::spin_loop();
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        ATOMICS.audit();
    }
}

/// Writes a cell and raises a flag; reads the cell when it sees the flag.
///
/// The reader looks when all is raised: one that saw a first store of several would have learned from that. What
/// tells it is not watched, and so orders nothing for the audit.
fn publish(raise: fn(&WatchedU64), sees: fn(&WatchedU64) -> bool) {
    ATOMICS.watch(Watching::All);
    let (data, flag) = (keep(AuditedCell::new(0)), keep(WatchedU64::new(0)));
    let raised = Arc::new(Plain::new(2));
    let all_raised = Arc::clone(&raised);
    let writer = spawn(move || {
        // SAFETY: the rows run one operation after the other, whatever the orderings say.
        data.with_mut(|data| unsafe { data.write_volatile(7) });
        raise(flag);
        raised.wait();
    });
    let reader = spawn(move || {
        all_raised.wait();
        assert!(sees(flag), "what was stored last is there");
        // SAFETY: as above.
        assert_eq!(data.with(|data| unsafe { data.read_volatile() }), 7);
    });
    writer.join().unwrap();
    reader.join().unwrap();
    // SAFETY: both threads have ended.
    data.with_mut(|data| unsafe { *data += 1 });
}

fn a07_published_relaxed() {
    publish(|flag| flag.store(1, Relaxed), |flag| flag.load(Relaxed) == 1);
    let sites = &AUDITOR.findings()[0].sites;
    assert_eq!(sites.len(), 2);
    assert!(sites.iter().all(|place| place.site.file().ends_with("atomics.rs")));
}

fn a08_published_with_release() {
    publish(|flag| flag.store(1, Release), |flag| flag.load(Acquire) == 1);
}

fn a08_continued_by_an_update() {
    let raise = |flag: &WatchedU64| {
        flag.store(1, Release);
        flag.fetch_add(1, Relaxed);
    };
    publish(raise, |flag| flag.load(Acquire) == 2);
}

fn a08_broken_by_a_store() {
    let raise = |flag: &WatchedU64| {
        flag.store(1, Release);
        flag.store(2, Relaxed);
    };
    publish(raise, |flag| flag.load(Acquire) == 2);
}

fn a09_published_by_fences() {
    let raise = |flag: &WatchedU64| {
        fence(Release);
        flag.store(1, Relaxed);
    };
    let sees = |flag: &WatchedU64| {
        let is_raised = flag.load(Relaxed) == 1;
        fence(Acquire);
        is_raised
    };
    publish(raise, sees);
}

fn a11_two_writers_lose_an_update() {
    ATOMICS.watch(Watching::All);
    let mean = keep(WatchedU64::new(100));
    let met = Arc::new(Plain::new(2));
    let threads = [10, 20].map(|sample| {
        let met = Arc::clone(&met);
        spawn(move || {
            let before = mean.load(Relaxed);
            met.wait();
            mean.store((before * 9 + sample) / 10, Relaxed);
        })
    });
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let finding = &AUDITOR.findings()[0];
    assert_eq!(finding.sites.len(), 4, "{finding}");
}

fn a12_one_writer_loses_nothing() {
    ATOMICS.watch(Watching::All);
    let mean = keep(WatchedU64::new(100));
    let writer = spawn(|| {
        for sample in 0..500 {
            let before = mean.load(Relaxed);
            mean.store((before * 9 + sample) / 10, Relaxed);
        }
    });
    (0..500).for_each(|_| _ = mean.load(Relaxed));
    writer.join().unwrap();
    ATOMICS.audit();
}

#[repr(C, align(64))]
struct Pair {
    hits: WatchedU64,
    misses: WatchedU64,
}

fn pair() -> &'static Pair {
    ATOMICS.watch(Watching::All);
    let pair = keep(Pair { hits: WatchedU64::new(0), misses: WatchedU64::new(0) });
    ATOMICS.name(&pair.hits, "hits");
    ATOMICS.name(&pair.misses, "misses");
    pair
}

fn a13_two_writers_on_one_line() {
    let pair = pair();
    let hits = spawn(|| (0..2000).for_each(|_| _ = pair.hits.fetch_add(1, Relaxed)));
    let misses = spawn(|| (0..2000).for_each(|_| _ = pair.misses.fetch_add(1, Relaxed)));
    hits.join().unwrap();
    misses.join().unwrap();
    assert_eq!(ATOMICS.audit(), 1);
    assert_eq!(AUDITOR.findings()[0].resource, "hits, misses");
}

fn a13_one_writer_on_one_line() {
    let pair = pair();
    for _ in 0..2000 {
        pair.hits.fetch_add(1, Relaxed);
        pair.misses.fetch_add(1, Relaxed);
    }
    ATOMICS.audit();
}

fn a15_a_misaligned_address() {
    assert!(!check_layout(0x1004, 8));
}

fn a16_a_value_on_two_lines() {
    assert!(!check_layout(0x1038, 16));
}

fn group() -> (&'static Group, &'static [WatchedU64; 2]) {
    (keep(Group::new("range")), keep([WatchedU64::new(0), WatchedU64::new(0)]))
}

fn a17_read_while_written() {
    let (group, [low, high]) = group();
    group.update(|| {
        low.store(1, Relaxed);
        let torn = in_thread(|| group.read(|| (low.load(Relaxed), high.load(Relaxed))));
        assert_eq!(torn, (1, 0));
        high.store(1, Relaxed);
    });
}

fn a17_read_in_between() {
    let (group, [low, high]) = group();
    for number in 0..100 {
        group.update(|| [low, high].into_iter().for_each(|half| half.store(number, Relaxed)));
        let (low, high) = in_thread(|| group.read(|| (low.load(Relaxed), high.load(Relaxed))));
        assert_eq!(low, high);
    }
}

fn a18_seqcst_on_one_counter() {
    let counter = WatchedU64::new(0);
    counter.fetch_add(1, SeqCst);
    ATOMICS.audit();
}

fn a18_seqcst_on_two_flags() {
    let flags = [WatchedU64::new(0), WatchedU64::new(0)];
    flags.iter().for_each(|flag| flag.store(1, SeqCst));
    ATOMICS.audit();
}

fn a19_stores_overtaken_by_loads() {
    ATOMICS.watch(Watching::All);
    ATOMICS.advise(true);
    let flags = keep([WatchedU64::new(0), WatchedU64::new(0)]);
    for (own, other) in [(0, 1), (1, 0)] {
        in_thread(move || {
            flags[own].store(1, Release);
            flags[other].load(Acquire);
        });
    }
}

fn a20_a_fence_in_the_void() {
    ATOMICS.watch(Watching::All);
    fence(SeqCst);
    fence(SeqCst);
}

fn a20_a_fence_between_accesses() {
    ATOMICS.watch(Watching::All);
    let flag = WatchedU64::new(0);
    flag.store(1, Relaxed);
    fence(SeqCst);
    flag.load(Relaxed);
    ATOMICS.audit();
}

fn a21_an_exchange_that_fails() {
    ATOMICS.watch(Watching::All);
    let flag = WatchedU64::new(0);
    (0..2000).for_each(|_| _ = flag.compare_exchange(1, 2, Relaxed, Relaxed));
    ATOMICS.audit();
}

fn a22_an_update_by_one_writer() {
    ATOMICS.advise(true);
    let counter = keep(WatchedU64::new(0));
    (0..10).for_each(|_| _ = counter.fetch_add(1, Relaxed));
    in_thread(|| counter.load(Relaxed));
    ATOMICS.audit();
}

fn a23_exclusive_between_phases() {
    ATOMICS.watch(Watching::All);
    let mut counter = Arc::new(WatchedU64::new(0));
    let mut data = AuditedCell::new(0);
    for phase in 1..4 {
        let shared = Arc::clone(&counter);
        in_thread(move || (0..10).for_each(|_| _ = shared.fetch_add(1, Relaxed)));
        *Arc::get_mut(&mut counter).unwrap().get_mut() += 1;
        *data.get_mut() = phase;
    }
    assert_eq!(counter.load(Relaxed), 33);
    ATOMICS.audit();
}
