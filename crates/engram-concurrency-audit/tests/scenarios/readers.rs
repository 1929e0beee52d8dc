//! Rows about readers and writers that wait for nobody for ever.

use std::sync::{Arc, Barrier as Plain};
use std::time::Duration;

use engram_concurrency_audit::{RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard, spawn};

use super::Expected::{Report, Silence, Warning};
use super::Row;
use super::stage::{Lock, Shared, expect_deadlock, in_two_threads, keep};

rows! {
    r01_read_and_write_in_both_orders, Report("E0102", "POTENTIAL");
    r03_readers_in_both_orders, Silence;
    r03_readers_in_both_orders_and_writers, Warning("E0102");
    r04_read_twice, Warning("E0109");
    r04_read_twice_with_a_writer, Report("E0109", "ERROR");
    r05_read_recursively, Silence;
    r06_read_then_write, Report("E0110", "ERROR");
    r06_write_then_read, Report("E0110", "ERROR");
    r07_upgrade, Silence;
    r08_upgrade_waits_for_readers, Silence;
    r09_readers_in_one_order, Silence;
    r10_downgrade, Silence;
    r13_no_strong_cycle, Silence;
}

fn r01_read_and_write_in_both_orders() {
    let (a, b) = (Shared::new(()), Lock::new(()));
    {
        let _a = a.read();
        let _b = b.lock();
    }
    let _b = b.lock();
    let _a = a.write();
}

fn readers(a: &'static Shared, b: &'static Shared) -> impl FnOnce() + Send + 'static {
    || {
        let _a = a.read();
        let _b = b.read();
    }
}

fn r03_readers_in_both_orders() {
    let (a, b) = (keep(Shared::new(())), keep(Shared::new(())));
    in_two_threads(readers(a, b), readers(b, a));
}

fn r03_readers_in_both_orders_and_writers() {
    let (a, b) = (keep(Shared::new(())), keep(Shared::new(())));
    in_two_threads(readers(a, b), readers(b, a));
    drop(a.write());
    drop(b.write());
}

fn r04_read_twice() {
    let lock = Shared::new(());
    let _first = lock.read();
    let _second = lock.read();
}

fn r04_read_twice_with_a_writer() {
    let lock = Shared::new(());
    drop(lock.write());
    r04(&lock);
}

fn r04(lock: &Shared) {
    let _first = lock.read();
    let _second = lock.read();
}

fn r05_read_recursively() {
    let lock = Shared::new(());
    let _first = lock.read_recursive();
    let _second = lock.read_recursive();
}

fn r06_read_then_write() {
    let lock = keep(Shared::new(()));
    let _stuck = std::thread::spawn(|| {
        let _read = lock.read();
        let _write = lock.write();
    });
    expect_deadlock();
}

fn r06_write_then_read() {
    let lock = keep(Shared::new(()));
    let _stuck = std::thread::spawn(|| {
        let _write = lock.write();
        let _read = lock.read();
    });
    expect_deadlock();
}

fn r07_upgrade() {
    let lock = Shared::new(());
    let guard = lock.upgradable_read();
    let _write = RwLockUpgradableReadGuard::upgrade(guard);
}

fn r08_upgrade_waits_for_readers() {
    let (lock, both) = (keep(Shared::new(())), Arc::new(Plain::new(2)));
    let met = Arc::clone(&both);
    let reader = spawn(move || {
        let _read = lock.read();
        met.wait();
        std::thread::sleep(Duration::from_millis(80));
    });
    let guard = lock.upgradable_read();
    both.wait();
    drop(RwLockUpgradableReadGuard::upgrade(guard));
    reader.join().unwrap();
}

fn r09_readers_in_one_order() {
    let all: &'static [Shared] = keep([const { RwLock::new(()) }; 4]);
    let lap = || {
        for _ in 0..500 {
            let _guards: Vec<_> = all.iter().map(|lock| lock.read()).collect();
        }
    };
    in_two_threads(lap, lap);
    in_two_threads(lap, lap);
}

fn r10_downgrade() {
    let (lock, other) = (keep(Shared::new(())), keep(Shared::new(())));
    let guard = lock.write();
    let _read = RwLockWriteGuard::downgrade(guard);
    let reader = spawn(|| {
        let _other = other.read();
        let _read = lock.read();
    });
    reader.join().unwrap();
    let _other = other.read();
}

fn r13_no_strong_cycle() {
    let (one, two, three) = (Shared::new(()), Shared::new(()), Shared::new(()));
    {
        let _one = one.write();
        let _two = two.write();
    }
    {
        let _two = two.read_recursive();
        let _three = three.read_recursive();
    }
    let _three = three.read_recursive();
    let _one = one.write();
}
