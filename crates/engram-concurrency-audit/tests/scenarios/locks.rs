//! Rows that nobody waits in: orders, recursion, levels.

use std::time::Duration;

use engram_concurrency_audit::{
    AUDITOR, Action, AuditedRaw, Barrier, LockClass, LockOrder, Mutex, Policy, Tracking, spawn,
    track_locks,
};

use super::Expected::{Cycle, Report, Silence, Suppressed, Warning};
use super::Row;
use super::stage::{Lock, Shared, in_two_threads, keep, locks, mark, nest};

rows! {
    l01_both_orders_in_one_thread, Cycle("E0102", "POTENTIAL", 2);
    l01_production_only_warns, Warning("E0102");
    l02_both_orders_at_different_times, Cycle("E0102", "POTENTIAL", 2);
    l03_three_locks_in_a_ring, Cycle("E0102", "POTENTIAL", 3);
    l04_the_ring_is_closed_in_the_middle, Cycle("E0102", "POTENTIAL", 3);
    l06_a_ring_of_a_hundred, Cycle("E0102", "POTENTIAL", 100);
    l06_a_ring_of_a_thousand, Cycle("E0102", "POTENTIAL", 1000);
    l07_four_threads_in_one_order, Silence;
    l08_the_same_mutex_twice, Report("E0101", "ERROR");
    l09_an_inner_try_lock_makes_no_order, Silence;
    l10_a_lock_held_by_try_lock_makes_an_order, Report("E0102", "POTENTIAL");
    l11_inverted_by_try_lock_only, Silence;
    l12_inverted_by_a_timed_lock, Silence;
    l11_a_ring_that_a_try_lock_opens, Silence;
    l13_both_orders_under_one_gate, Suppressed;
    l13_two_different_gates_are_no_gate, Report("E0102", "POTENTIAL");
    l13_readers_of_one_lock_are_no_gate, Report("E0102", "POTENTIAL");
    l15_one_order_before_the_other_thread_began, Suppressed;
    l15_one_order_after_the_other_thread_was_joined, Suppressed;
    l15_one_order_before_a_barrier, Suppressed;
    l15_the_same_order_again_beside_the_child, Report("E0102", "POTENTIAL");
    l16_the_lock_in_the_middle_is_released, Report("E0102", "POTENTIAL");
    l17_hand_over_hand_and_back, Report("E0102", "POTENTIAL");
    l17b_only_what_is_held_counts, Report("E0102", "POTENTIAL");
    l17c_hand_over_hand_onwards, Silence;
    l18_a_lock_at_the_address_of_another, Silence;
    l19_locks_of_requests, Report("E0103", "POTENTIAL");
    l19_locks_of_requests_in_production, Warning("E0103");
    l19_the_same_locks_again_are_told_apart, Report("E0102", "POTENTIAL");
    l21_unsorted_transfers, Cycle("E0102", "POTENTIAL", 2);
    l21_transfers_by_address, Silence;
    l22_philosophers, Cycle("E0102", "POTENTIAL", 5);
    l23_a_window_over_many_locks, Silence;
    l23_a_window_the_other_way, Silence;
    l26_a_level_is_violated_the_first_time, Report("E0105", "ERROR");
    l26_levels_in_order, Silence;
    l27_keys_are_violated, Report("E0106", "ERROR");
    l27_keys_in_order, Silence;
    l28_a_mutex_inside_a_spin_lock, Warning("E0112");
    w11_a_panic_releases, Silence;
    w11_a_lock_is_taken_while_a_panic_unwinds, Silence;
    w15_a_lock_in_a_destructor_of_a_thread, Silence;
    w16_a_lock_is_handed_to_another_thread, Silence;
    w16_a_lock_is_dropped_while_held, Warning("E0107");
    w09_a_thread_ends_holding, Warning("E0108");
    w17_the_callback_takes_audited_locks, Report("E0102", "POTENTIAL");
    w19_a_million_locks_of_a_class, Silence;
    w20_toggled_while_held, Silence;
}

fn l01_both_orders_in_one_thread() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    nest(&a, &b);
    nest(&b, &a);
}

fn l01_production_only_warns() {
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    l01_both_orders_in_one_thread();
}

fn l02_both_orders_at_different_times() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    spawn(|| nest(a, b)).join().unwrap();
    spawn(|| nest(b, a)).join().unwrap();
}

fn l03_three_locks_in_a_ring() {
    let (a, b, c) = (Lock::new(()), Lock::new(()), Lock::new(()));
    nest(&a, &b);
    nest(&b, &c);
    nest(&c, &a);
}

fn l04_the_ring_is_closed_in_the_middle() {
    let (a, b, c) = (Lock::new(()), Lock::new(()), Lock::new(()));
    nest(&a, &b);
    nest(&c, &a);
    nest(&b, &c);
}

fn l06_a_ring_of_a_hundred() {
    let ring = locks(100);
    for at in 0..100 {
        nest(&ring[at], &ring[(at + 1) % 100]);
    }
}

fn l06_a_ring_of_a_thousand() {
    let ring = locks(1000);
    for at in 0..1000 {
        nest(&ring[at], &ring[(at + 1) % 1000]);
    }
}

fn orders() -> usize {
    LockOrder::of_locks().to_json()["edges"].as_array().map_or(0, Vec::len)
}

fn l07_four_threads_in_one_order() {
    let all = keep(locks(4));
    let lap = || {
        for _ in 0..1000 {
            let _guards: Vec<_> = all.iter().map(|lock| lock.lock()).collect();
        }
    };
    lap();
    let before = orders();
    let threads: Vec<_> = (0..4).map(|_| spawn(lap)).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!((before, orders()), (6, 6), "orders after the first lap, and after all");
}

fn l08_the_same_mutex_twice() {
    let a = keep(Lock::new(()));
    let _stuck = std::thread::spawn(|| {
        let _first = a.lock();
        let _second = a.lock();
    });
    super::stage::expect_deadlock();
}

fn l09_an_inner_try_lock_makes_no_order() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    for (outer, inner) in [(&a, &b), (&b, &a)] {
        let _outer = outer.lock();
        let _inner = inner.try_lock();
    }
}

fn l10_a_lock_held_by_try_lock_makes_an_order() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    {
        let _a = a.try_lock();
        let _b = b.lock();
    }
    nest(&b, &a);
}

fn l11_inverted_by_try_lock_only() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    {
        let _a = a.try_lock();
        let _b = b.lock();
    }
    let _b = b.lock();
    let _a = a.try_lock();
}

fn l12_inverted_by_a_timed_lock() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    nest(&a, &b);
    let _b = b.lock();
    let _a = a.try_lock_for(Duration::from_millis(1));
}

fn l13_both_orders_under_one_gate() {
    let (gate, a, b) = (keep(Lock::new(())), keep(Lock::new(())), keep(Lock::new(())));
    let under = |outer: &'static Lock, inner: &'static Lock| {
        move || {
            let _gate = gate.lock();
            nest(outer, inner);
        }
    };
    in_two_threads(under(a, b), under(b, a));
}

fn l13_two_different_gates_are_no_gate() {
    let (one, two) = (keep(Lock::new(())), keep(Lock::new(())));
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    let under = |gate: &'static Lock, outer: &'static Lock, inner: &'static Lock| {
        move || {
            let _gate = gate.lock();
            nest(outer, inner);
        }
    };
    // One after the other: at one time they do deadlock now and then.
    spawn(under(one, a, b)).join().unwrap();
    spawn(under(two, b, a)).join().unwrap();
}

fn l13_readers_of_one_lock_are_no_gate() {
    let (gate, a, b) = (keep(Shared::new(())), keep(Lock::new(())), keep(Lock::new(())));
    let under = |outer: &'static Lock, inner: &'static Lock| {
        move || {
            let _gate = gate.read();
            nest(outer, inner);
        }
    };
    spawn(under(a, b)).join().unwrap();
    spawn(under(b, a)).join().unwrap();
}

fn l15_one_order_before_the_other_thread_began() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    nest(a, b);
    spawn(|| nest(b, a)).join().unwrap();
}

fn l15_one_order_after_the_other_thread_was_joined() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    spawn(|| nest(a, b)).join().unwrap();
    nest(b, a);
}

fn l15_one_order_before_a_barrier() {
    let (a, b, barrier) = (keep(Lock::new(())), keep(Lock::new(())), keep(Barrier::new(2)));
    in_two_threads(
        || {
            nest(a, b);
            barrier.wait();
        },
        || {
            barrier.wait();
            nest(b, a);
        },
    );
}

fn l15_the_same_order_again_beside_the_child() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    nest(a, b);
    let (done, is_done) = std::sync::mpsc::channel();
    let child = spawn(move || {
        nest(b, a);
        done.send(()).unwrap();
    });
    // Not at one time, or they do deadlock now and then. The audit does not know of this.
    is_done.recv().unwrap();
    nest(a, b);
    child.join().unwrap();
}

fn l16_the_lock_in_the_middle_is_released() {
    let (a, b, middle) = (Lock::new(()), Lock::new(()), Lock::new(()));
    {
        let _a = a.lock();
        let middle = middle.lock();
        let _b = b.lock();
        drop(middle);
    }
    nest(&b, &a);
}

fn l17_hand_over_hand_and_back() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    let first = a.lock();
    let _b = b.lock();
    drop(first);
    let _again = a.lock();
}

fn l17b_only_what_is_held_counts() {
    let (a, b, c) = (Lock::new(()), Lock::new(()), Lock::new(()));
    {
        let first = a.lock();
        let _b = b.lock();
        drop(first);
        let _c = c.lock();
    }
    nest(&c, &b);
}

fn l17c_hand_over_hand_onwards() {
    let all = locks(5);
    for _ in 0..3 {
        let mut last = all[0].lock();
        for lock in &all[1..] {
            last = lock.lock();
        }
        drop(last);
    }
    nest(&all[0], &all[4]);
}

fn l18_a_lock_at_the_address_of_another() {
    let a = Lock::new(());
    for round in 0..10 {
        let b = Box::new(Mutex::new(()));
        let c = Box::new(Mutex::new(()));
        if round % 2 == 0 {
            nest(&a, &b);
        } else {
            nest(&b, &a);
        }
        if round % 2 == 0 { nest(&b, &c) } else { nest(&c, &b) }
    }
}

fn request() -> (Lock, Lock) {
    let a = Mutex::new(());
    let b = Mutex::new(());
    (a, b)
}

fn l19_locks_of_requests() {
    let (p, q) = (request(), request());
    nest(&p.0, &p.1);
    nest(&q.1, &q.0);
}

fn l19_locks_of_requests_in_production() {
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    l19_locks_of_requests();
}

/// Of the locks of a place that are many, the class is known and not which one it is; once the classes are
/// taken in both orders, that is known as well.
fn l19_the_same_locks_again_are_told_apart() {
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    let all: &'static Vec<(Lock, Lock)> = keep((0..400).map(|_| request()).collect());
    for (a, b) in all {
        drop((a.lock(), b.lock()));
    }
    for _ in 0..2 {
        spawn(|| nest(&all[399].0, &all[399].1)).join().unwrap();
        spawn(|| nest(&all[399].1, &all[399].0)).join().unwrap();
    }
}

fn l21_unsorted_transfers() {
    let accounts = locks(2);
    nest(&accounts[0], &accounts[1]);
    nest(&accounts[1], &accounts[0]);
}

fn l22_philosophers() {
    let forks = locks(5);
    for at in 0..5 {
        nest(&forks[at], &forks[(at + 1) % 5]);
    }
}

fn l23_a_window_over_many_locks() {
    let all = locks(20_000);
    for window in all.windows(5) {
        let _guards: Vec<_> = window.iter().map(|lock| lock.lock()).collect();
    }
}

fn l23_a_window_the_other_way() {
    let all = locks(20_000);
    for start in (0..all.len() - 5).rev() {
        let _guards: Vec<_> = all[start..start + 5].iter().map(|lock| lock.lock()).collect();
    }
}

static CONFIG: LockClass = LockClass::new("config").level(1);
static STORE: LockClass = LockClass::new("store").level(2);

fn l26_a_level_is_violated_the_first_time() {
    let (config, store) = (Mutex::of(&CONFIG, ()), Mutex::of(&STORE, ()));
    let _store = store.lock();
    let _config = config.lock();
}

fn l26_levels_in_order() {
    let (config, store) = (Mutex::with_level(1, ()), Mutex::with_level(2, ()));
    let _config = config.lock();
    let _store = store.lock();
}

fn accounts() -> Vec<Lock> {
    (0..3).map(|key| Mutex::ordered_by(key, ())).collect()
}

fn l27_keys_are_violated() {
    let accounts = accounts();
    nest(&accounts[2], &accounts[1]);
}

fn l27_keys_in_order() {
    let accounts = accounts();
    nest(&accounts[1], &accounts[2]);
}

fn l28_a_mutex_inside_a_spin_lock() {
    static SPIN: LockClass = LockClass::new("spin").spin();
    use lock_api::RawMutex;
    let spin = Mutex::over(AuditedRaw::of(&SPIN, parking_lot::RawMutex::INIT), ());
    let mutex = Lock::new(());
    let _spin = spin.lock();
    let _mutex = mutex.lock();
}

fn w11_a_panic_releases() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _a = a.lock();
        panic!("unwinds the guard");
    }));
    assert!(unwound.is_err());
    nest(b, a);
    drop(a.lock());
}

fn w15_a_lock_in_a_destructor_of_a_thread() {
    static A: Lock = Mutex::new(());
    static B: Lock = Mutex::new(());
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            nest(&A, &B);
        }
    }
    thread_local!(static LAST: Last = const { Last });
    for _ in 0..10 {
        std::thread::spawn(|| LAST.with(|_| nest(&A, &B))).join().unwrap();
    }
}

fn w16_a_lock_is_dropped_while_held() {
    let a = Box::new(Lock::new(()));
    std::mem::forget(a.lock());
    drop(a);
}

fn w09_a_thread_ends_holding() {
    let a = keep(Lock::new(()));
    spawn(|| std::mem::forget(a.lock())).join().unwrap();
}

fn w17_the_callback_takes_audited_locks() {
    static INSIDE: Lock = Mutex::new(());
    static OTHER: Lock = Mutex::new(());
    let act = |_: &engram_concurrency_audit::Finding| {
        nest(&INSIDE, &OTHER);
        nest(&OTHER, &INSIDE);
        panic!("and panics");
    };
    AUDITOR.set_policy(Policy::testing().with_action(Action::callback(act)));
    l01_both_orders_in_one_thread();
    assert_eq!(AUDITOR.findings().len(), 1);
}

fn w19_a_million_locks_of_a_class() {
    let parent = Lock::new(());
    let _parent = parent.lock();
    let make = |count| {
        for _ in 0..count {
            let child = Mutex::new(());
            drop(child.lock());
        }
    };
    make(10_000);
    let before = (orders(), resident_kib());
    make(990_000);
    let grown = resident_kib().saturating_sub(before.1);
    assert!(orders() == before.0 && grown < 1024, "{} orders, {grown} KiB more", orders());
}

/// Memory of the process, in KiB; 0 where nobody says.
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

fn w20_toggled_while_held() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    let first = a.lock();
    track_locks(Tracking::Off);
    drop(first);
    let second = b.lock();
    track_locks(Tracking::Full);
    drop(second);
    nest(&a, &b);
    mark();
}

fn l11_a_ring_that_a_try_lock_opens() {
    let (a, b, c) = (Lock::new(()), Lock::new(()), Lock::new(()));
    nest(&a, &b);
    nest(&b, &c);
    let _c = c.lock();
    let _a = a.try_lock();
}

fn l21_transfers_by_address() {
    let accounts = locks(8);
    let transfer = |from: &Lock, to: &Lock| {
        let (first, second) =
            if std::ptr::from_ref(from) < std::ptr::from_ref(to) { (from, to) } else { (to, from) };
        let _first = first.lock();
        let _second = second.lock();
    };
    for from in 0..8 {
        for to in (0..8).filter(|to| *to != from) {
            transfer(&accounts[from], &accounts[to]);
        }
    }
}

fn w11_a_lock_is_taken_while_a_panic_unwinds() {
    struct Notes<'a>(&'a Lock);
    impl Drop for Notes<'_> {
        fn drop(&mut self) {
            let _noted = self.0.lock();
        }
    }
    let (a, b) = (Lock::new(()), Lock::new(()));
    let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _notes = Notes(&b);
        let _held = a.lock();
        panic!("the guard goes before the notes are taken");
    }));
    assert!(panics.is_err());
    nest(&b, &a);
}

fn w16_a_lock_is_handed_to_another_thread() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    std::mem::forget(a.lock());
    let other = spawn(|| {
        // SAFETY: the guard was forgotten, and this thread has the lock from now on.
        unsafe { a.as_lock_api().force_unlock() };
        nest(b, a);
    });
    other.join().unwrap();
    drop(b.lock());
    drop(a.lock());
}
