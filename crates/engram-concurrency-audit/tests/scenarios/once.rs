//! Rows of what is initialised once, and of locks of somebody else's.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier as Plain, Mutex as Foreign};

use engram_concurrency_audit::{
    ForeignLock, LOCK_AUDITOR, LazyLock, LockClass, Once, OnceLock, spawn,
};

use super::Expected::{Quiet, Report, Suppressed};
use super::Row;
use super::stage::{Lock, expect_deadlock, in_two_threads, keep};

rows! {
    o01_an_initialiser_asks_for_itself, Report("E0101", "ERROR");
    o02_an_initialiser_takes_what_others_hold, Report("E0102", "POTENTIAL");
    o03_two_lazy_values_need_each_other, Report("E0104", "ERROR-ACTUAL");
    o04_many_threads_ask_at_once, Quiet;
    o05_an_initialiser_that_panics_is_followed_by_another, Quiet;
    f01_two_foreign_locks_in_both_orders, Report("E0102", "POTENTIAL");
    f02_a_foreign_lock_and_one_of_ours, Report("E0104", "ERROR-ACTUAL");
    f03_a_foreign_try_adds_no_order, Quiet;
    f03_foreign_readers_in_both_orders, Suppressed;
    f04_numbers_in_both_orders, Report("E0102", "POTENTIAL");
    f04_a_number_that_was_forgotten_is_another_lock, Quiet;
    f05_levels_of_foreign_locks, Report("E0105", "ERROR");
}

fn o01_an_initialiser_asks_for_itself() {
    static CELL: OnceLock<u32> = OnceLock::new();
    std::thread::spawn(|| *CELL.get_or_init(|| *CELL.get_or_init(|| 7)));
    expect_deadlock();
}

/// One thread initialises and takes the lock meanwhile. Later another one has the lock and asks for what is there
/// already: a little earlier it would have waited.
fn o02_an_initialiser_takes_what_others_hold() {
    let (lock, once) = (keep(Lock::new(())), keep(Once::new()));
    let first = spawn(|| once.call_once(|| drop(lock.lock())));
    first.join().unwrap();
    assert!(once.is_completed());
    let second = spawn(|| {
        let _held = lock.lock();
        once.call_once(|| ());
    });
    second.join().unwrap();
}

fn o03_two_lazy_values_need_each_other() {
    static MET: OnceLock<Plain> = OnceLock::new();
    static LEFT: LazyLock<u32> = LazyLock::new(|| {
        MET.get_or_init(|| Plain::new(2)).wait();
        *RIGHT + 1
    });
    static RIGHT: LazyLock<u32> = LazyLock::new(|| {
        MET.get_or_init(|| Plain::new(2)).wait();
        *LEFT + 1
    });
    drop(MET.set(Plain::new(2)));
    std::thread::spawn(|| *LEFT);
    std::thread::spawn(|| *RIGHT);
    expect_deadlock();
}

fn o04_many_threads_ask_at_once() {
    let (cell, made) = (keep(OnceLock::new()), keep(AtomicU32::new(0)));
    let ask = || {
        *cell.get_or_init(|| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            made.fetch_add(1, Ordering::Relaxed)
        })
    };
    let threads: Vec<_> = (0..8).map(|_| spawn(ask)).collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 0));
    assert_eq!(made.load(Ordering::Relaxed), 1);
    assert_eq!(cell.set(5), Err(5));
}

fn o05_an_initialiser_that_panics_is_followed_by_another() {
    std::panic::set_hook(Box::new(|_| {}));
    let cell = keep(OnceLock::new());
    spawn(|| *cell.get_or_init(|| panic!("not this time"))).join().unwrap_err();
    assert_eq!((cell.get(), *cell.get_or_init(|| 7)), (None, 7));
    let lazy: &LazyLock<u32> = keep(LazyLock::new(|| panic!("never")));
    for _ in 0..2 {
        spawn(|| **lazy).join().unwrap_err();
    }
}

/// Holds one inside the other.
fn nest(outer: &'static ForeignLock, inner: &'static ForeignLock) -> impl FnOnce() + Send {
    || {
        outer.acquire(|| ());
        inner.acquire(|| ());
        inner.release();
        outer.release();
    }
}

fn f01_two_foreign_locks_in_both_orders() {
    let (a, b) = (keep(ForeignLock::new()), keep(ForeignLock::new()));
    in_two_threads(nest(a, b), nest(b, a));
}

fn f02_a_foreign_lock_and_one_of_ours() {
    let (foreign, known) = (keep(Foreign::new(())), keep(ForeignLock::new()));
    let (ours, met) = (keep(Lock::new(())), keep(Plain::new(2)));
    std::thread::spawn(|| {
        let _foreign = known.acquire(|| foreign.lock().unwrap());
        met.wait();
        drop(ours.lock());
    });
    std::thread::spawn(|| {
        let _ours = ours.lock();
        met.wait();
        let _foreign = known.acquire(|| foreign.lock().unwrap());
    });
    expect_deadlock();
}

fn f03_a_foreign_try_adds_no_order() {
    let (a, b) = (ForeignLock::new(), ForeignLock::new());
    for (outer, inner) in [(&a, &b), (&b, &a)] {
        outer.acquire(|| ());
        inner.acquired();
        inner.release();
        outer.release();
    }
}

fn f03_foreign_readers_in_both_orders() {
    let (a, b) = (keep(ForeignLock::new()), keep(ForeignLock::new()));
    let read = |outer: &'static ForeignLock, inner: &'static ForeignLock| {
        move || {
            outer.acquire_shared(|| ());
            inner.acquire_shared(|| ());
            inner.release();
            outer.release();
        }
    };
    spawn(read(a, b)).join().unwrap();
    spawn(read(b, a)).join().unwrap();
}

fn nest_numbers(outer: usize, inner: usize) -> impl FnOnce() + Send {
    move || {
        LOCK_AUDITOR.track_acquisition(outer);
        LOCK_AUDITOR.track_acquisition(inner);
        LOCK_AUDITOR.track_release(inner);
        LOCK_AUDITOR.track_release(outer);
    }
}

fn f04_numbers_in_both_orders() {
    in_two_threads(nest_numbers(17, 18), nest_numbers(18, 17));
    assert_eq!(LOCK_AUDITOR.potential_deadlocks().len(), 1);
    assert!(LOCK_AUDITOR.violations().is_empty());
}

fn f04_a_number_that_was_forgotten_is_another_lock() {
    spawn(nest_numbers(17, 18)).join().unwrap();
    LOCK_AUDITOR.forget(17);
    spawn(nest_numbers(18, 17)).join().unwrap();
}

fn f05_levels_of_foreign_locks() {
    static TABLE: LockClass = LockClass::new("table").level(1);
    static ROW: LockClass = LockClass::new("row").level(2);
    let (table, row) = (ForeignLock::of(&TABLE), ForeignLock::of(&ROW));
    row.acquire(|| ());
    table.acquire(|| ());
    assert_eq!(LOCK_AUDITOR.violations().len(), 1);
    table.release();
    row.release();
}
