//! Rows in which threads wait, for each other or not.

use std::pin::Pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier as Plain};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use engram_concurrency_audit::{
    AUDITOR, Action, Barrier, Condvar, Confidence, ErrorCode, Mutex, Policy, RwLock, Severity,
    Suppression, scope, spawn, watch_polls,
};

use super::Expected::{Cycle, Report, Silence, Warning};
use super::Row;
use super::stage::{
    Lock, Shared, expect_deadlock, expect_slow_deadlock, keep, last_step, mark, until,
};

rows! {
    r04b_read_again_behind_a_writer, Report("E0104", "ERROR-ACTUAL");
    c01_waits_with_another_lock, Warning("E0111");
    c02_takes_the_mutex_again_inside, Report("E0102", "POTENTIAL");
    c03_the_notifier_needs_what_the_waiter_holds, Report("E0104", "ERROR-ACTUAL");
    c04_wakes_without_a_notification, Silence;
    w01_two_threads, Cycle("E0104", "ERROR-ACTUAL", 2);
    w02_three_threads, Cycle("E0104", "ERROR-ACTUAL", 3);
    w03_reader_and_writer, Cycle("E0104", "ERROR-ACTUAL", 2);
    w04_a_writer_waits_for_readers, Silence;
    w05_held_for_long, Silence;
    w06_joins_who_wants_the_lock, Report("E0104", "ERROR-ACTUAL");
    w06_the_end_of_a_scope_joins_who_wants_the_lock, Report("E0104", "ERROR-ACTUAL");
    w06_the_end_of_a_scope_joins_who_needs_nothing, Silence;
    w08_a_barrier_and_a_lock, Report("E0104", "ERROR-ACTUAL");
    w08_a_barrier_in_its_second_round, Report("E0104", "ERROR-ACTUAL");
    w08_their_parent_may_be_late, Report("E0104", "ERROR-ACTUAL");
    w08_others_have_nothing_to_do_with_it, Report("E0104", "ERROR-ACTUAL");
    w08_their_parent_comes_late, Silence;
    w08_their_parent_comes_after_it_was_presumed, Warning("E0104");
    w08_what_is_presumed_panics_nowhere, Warning("E0104");
    w08_one_of_them_is_replaced, Silence;
    w08_a_hundred_and_one_is_late, Silence;
    c05_who_notifies_for_the_first_time_is_late, Silence;
    w01_a_deadlock_panics_in_one_of_its_threads, Report("E0104", "ERROR-ACTUAL");
    w08_a_barrier_that_is_only_slow, Silence;
    w01_a_broken_deadlock_goes_on, Report("E0104", "ERROR-ACTUAL");
    c05_nobody_notifies, Warning("E0115");
    w12_a_guard_is_held_across_an_await, Warning("E0113");
    w12_another_task_wants_the_guard, Report("E0101", "ERROR");
    w13_nothing_is_held_across_an_await, Silence;
    w14_a_poll_waits_for_a_lock, Warning("E0114");
    w09_the_holder_has_ended, Report("E0104", "ERROR-ACTUAL");
}

fn r04b_read_again_behind_a_writer() {
    let (lock, is_queued) = (keep(Shared::new(())), Arc::new(Plain::new(2)));
    let met = Arc::clone(&is_queued);
    let (has_read, is_read) = channel();
    std::thread::spawn(move || {
        let _first = lock.read();
        has_read.send(()).unwrap();
        met.wait();
        last_step();
        let _second = lock.read();
    });
    is_read.recv().unwrap();
    std::thread::spawn(|| drop(lock.write()));
    // Nobody reads any more once a writer waits.
    until(|| lock.try_read().is_none());
    is_queued.wait();
    expect_deadlock();
}

fn c01_waits_with_another_lock() {
    let (a, b, changed) = (Lock::new(()), Lock::new(()), Condvar::new());
    let _b = b.lock();
    let mut guard = a.lock();
    changed.wait_for(&mut guard, Duration::from_millis(1));
}

fn c02_takes_the_mutex_again_inside() {
    let (a, b, changed) = (Lock::new(()), Lock::new(()), Condvar::new());
    let mut guard = a.lock();
    let _b = b.lock();
    changed.wait_for(&mut guard, Duration::from_millis(1));
}

fn c03_the_notifier_needs_what_the_waiter_holds() {
    let (a, b, changed) = (keep(Lock::new(())), keep(Lock::new(())), keep(Condvar::new()));
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    std::thread::spawn(move || {
        let _b = b.lock();
        met.wait();
        let mut guard = a.lock();
        changed.wait(&mut guard);
    });
    std::thread::spawn(move || {
        other.wait();
        last_step();
        let _b = b.lock();
        changed.notify_one();
    });
    expect_deadlock();
}

fn c04_wakes_without_a_notification() {
    let (ready, changed) = (keep(Mutex::new(0)), keep(Condvar::new()));
    let waiter = spawn(|| {
        let mut guard = ready.lock();
        changed.wait_while(&mut guard, |ready| *ready < 50);
    });
    for _ in 0..50 {
        *ready.lock() += 1;
        changed.notify_all();
        std::thread::sleep(Duration::from_millis(2));
    }
    waiter.join().unwrap();
}

fn w01_two_threads() {
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    let met = Arc::new(Plain::new(2));
    for (outer, inner) in [(a, b), (b, a)] {
        let met = Arc::clone(&met);
        std::thread::spawn(move || {
            let _outer = (outer.lock(), mark());
            met.wait();
            let _inner = (mark(), inner.lock());
        });
    }
    expect_deadlock();
}

fn w01_a_broken_deadlock_goes_on() {
    AUDITOR.set_policy(Policy::testing().with_action(Action::Break));
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    let met = Arc::new(Plain::new(2));
    let threads = [(a, b), (b, a)].map(|(outer, inner)| {
        let met = Arc::clone(&met);
        std::thread::spawn(move || {
            let _outer = outer.lock();
            met.wait();
            inner.lock_or_break().is_ok()
        })
    });
    expect_deadlock();
    let went_on = threads.map(|thread| thread.join().unwrap());
    assert!(went_on.contains(&true) && went_on.contains(&false));
}

fn w02_three_threads() {
    let all: &'static [Lock] = keep([const { Mutex::new(()) }; 3]);
    let met = Arc::new(Plain::new(3));
    for at in 0..3 {
        let met = Arc::clone(&met);
        std::thread::spawn(move || {
            let _outer = (all[at].lock(), mark());
            met.wait();
            let _inner = (mark(), all[(at + 1) % 3].lock());
        });
    }
    expect_deadlock();
}

fn w03_reader_and_writer() {
    let (a, b): (&'static RwLock<()>, &'static Lock) = (keep(RwLock::new(())), keep(Lock::new(())));
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    std::thread::spawn(move || {
        let _a = (a.read(), mark());
        met.wait();
        let _b = (mark(), b.lock());
    });
    std::thread::spawn(move || {
        let _b = (b.lock(), mark());
        other.wait();
        let _a = (mark(), a.write());
    });
    expect_deadlock();
}

fn w04_a_writer_waits_for_readers() {
    let (lock, met) = (keep(Shared::new(())), Arc::new(Plain::new(3)));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let met = Arc::clone(&met);
            spawn(move || {
                let _read = lock.read();
                met.wait();
                std::thread::sleep(Duration::from_millis(100));
            })
        })
        .collect();
    met.wait();
    drop(lock.write());
    readers.into_iter().for_each(|reader| reader.join().unwrap());
}

fn w05_held_for_long() {
    let (lock, met) = (keep(Lock::new(())), Arc::new(Plain::new(2)));
    let other = Arc::clone(&met);
    let holder = spawn(move || {
        let _held = lock.lock();
        other.wait();
        std::thread::sleep(Duration::from_millis(500));
    });
    met.wait();
    drop(lock.lock());
    holder.join().unwrap();
}

fn w06_joins_who_wants_the_lock() {
    let lock = keep(Lock::new(()));
    std::thread::spawn(|| {
        let _held = lock.lock();
        spawn(|| drop(lock.lock())).join().unwrap();
    });
    expect_deadlock();
}

/// One waits at the barrier with a lock that the other needs to get there.
fn held_up(lock: &'static Lock, barrier: &'static Barrier, start: fn(Work)) {
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    start(Box::new(move || {
        let _held = lock.lock();
        met.wait();
        barrier.wait();
    }));
    start(Box::new(move || {
        other.wait();
        drop(lock.lock());
        barrier.wait();
    }));
}

type Work = Box<dyn FnOnce() + Send>;

fn by_std(work: Work) {
    std::thread::spawn(work);
}

fn by_spawn(work: Work) {
    spawn(work);
}

fn w08_a_barrier_and_a_lock() {
    held_up(keep(Lock::new(())), keep(Barrier::new(2)), by_std);
    expect_deadlock();
}

fn w08_a_barrier_in_its_second_round() {
    let (lock, barrier) = (keep(Lock::new(())), keep(Barrier::new(2)));
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    spawn(move || {
        barrier.wait();
        let _held = lock.lock();
        met.wait();
        barrier.wait();
    });
    spawn(move || {
        barrier.wait();
        other.wait();
        last_step();
        drop(lock.lock());
        barrier.wait();
    });
    expect_deadlock();
}

fn w08_their_parent_may_be_late() {
    held_up(keep(Lock::new(())), keep(Barrier::new(2)), by_spawn);
    expect_slow_deadlock();
}

fn w08_others_have_nothing_to_do_with_it() {
    held_up(keep(Lock::new(())), keep(Barrier::new(2)), by_spawn);
    spawn(|| {
        let other = Lock::new(());
        loop {
            drop(other.lock());
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    expect_slow_deadlock();
}

fn is_presumed() -> bool {
    AUDITOR.findings().iter().any(|it| it.severity == Severity::ErrorActual)
}

fn w08_their_parent_comes_late() {
    let (lock, barrier) = (keep(Lock::new(())), keep(Barrier::new(2)));
    held_up(lock, barrier, by_spawn);
    std::thread::sleep(Duration::from_millis(100));
    barrier.wait();
    // Late as it may have come: what was presumed is withdrawn.
    until(|| !is_presumed());
}

fn w08_their_parent_comes_after_it_was_presumed() {
    let (lock, barrier) = (keep(Lock::new(())), keep(Barrier::new(2)));
    held_up(lock, barrier, by_spawn);
    until(is_presumed);
    let said = AUDITOR.findings();
    assert!(said.iter().any(|it| it.confidence == Confidence::Heuristic), "{said:?}");
    barrier.wait();
    until(|| !is_presumed());
}

/// With the action `Panic`: what is presumed ends nobody's wait.
fn w08_what_is_presumed_panics_nowhere() {
    AUDITOR.set_policy(Policy::testing().with_action(Action::Panic));
    w08_their_parent_comes_after_it_was_presumed();
}

/// Of those who were at a barrier one has ended; the others wait for whoever comes in its place.
fn w08_one_of_them_is_replaced() {
    let barrier = keep(Barrier::new(3));
    let stay = [0, 1].map(|_| spawn(|| [barrier.wait(), barrier.wait()]));
    spawn(|| barrier.wait()).join().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    barrier.wait();
    stay.into_iter().for_each(|thread| _ = thread.join().unwrap());
}

/// More than the audit remembers of one barrier: those that it does may all be there.
fn w08_a_hundred_and_one_is_late() {
    let (barrier, begin) = (keep(Barrier::new(100)), keep(Plain::new(100)));
    let early: Vec<_> = (0..99)
        .map(|_| {
            spawn(|| {
                barrier.wait();
                begin.wait();
                barrier.wait();
            })
        })
        .collect();
    barrier.wait();
    begin.wait();
    std::thread::sleep(Duration::from_millis(100));
    barrier.wait();
    early.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Two that notify each other wait for a third, who has never notified.
fn c05_who_notifies_for_the_first_time_is_late() {
    let (ready, changed) = (keep(Mutex::new(0)), keep(Condvar::new()));
    let arrive = |until: u32| {
        let mut guard = ready.lock();
        *guard += 1;
        changed.notify_all();
        changed.wait_while(&mut guard, |ready| *ready < until);
    };
    let early = [0, 1].map(|_| {
        spawn(move || {
            arrive(2);
            arrive(5);
        })
    });
    std::thread::sleep(Duration::from_millis(100));
    *ready.lock() += 1;
    changed.notify_all();
    early.into_iter().for_each(|thread| thread.join().unwrap());
}

fn w01_a_deadlock_panics_in_one_of_its_threads() {
    AUDITOR.set_policy(Policy::testing().with_action(Action::Panic));
    // Else the order panics, before anybody waits.
    AUDITOR.suppress(Suppression::of(ErrorCode::OrderInversion));
    let (a, b) = (keep(Lock::new(())), keep(Lock::new(())));
    let met = Arc::new(Plain::new(2));
    let threads = [(a, b), (b, a)].map(|(outer, inner)| {
        let met = Arc::clone(&met);
        std::thread::spawn(move || {
            let _outer = outer.lock();
            met.wait();
            drop(inner.lock());
        })
    });
    expect_deadlock();
    let went_on = threads.map(|thread| thread.join().is_ok());
    assert!(went_on.contains(&true) && went_on.contains(&false), "{went_on:?}");
}

fn w08_a_barrier_that_is_only_slow() {
    let barrier = keep(Barrier::new(2));
    let early = spawn(|| barrier.wait());
    std::thread::sleep(Duration::from_millis(200));
    barrier.wait();
    early.join().unwrap();
}

fn w06_the_end_of_a_scope_joins_who_wants_the_lock() {
    let lock = keep(Lock::new(()));
    std::thread::spawn(|| {
        let _held = lock.lock();
        last_step();
        scope(|scope| {
            scope.spawn(|| drop(lock.lock()));
        });
    });
    expect_deadlock();
}

fn w06_the_end_of_a_scope_joins_who_needs_nothing() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    let _held = a.lock();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        scope(|scope| {
            scope.spawn(|| {
                let _inner = b.lock();
                std::thread::sleep(Duration::from_millis(30));
            });
            scope.spawn(|| panic!("a thread of a scope may panic"));
        });
    }));
    assert!(outcome.is_err());
}

fn w09_the_holder_has_ended() {
    let lock = keep(Lock::new(()));
    std::thread::spawn(|| std::mem::forget(lock.lock())).join().unwrap();
    std::thread::spawn(|| drop(lock.lock()));
    expect_deadlock();
}

fn c05_nobody_notifies() {
    let (lock, changed) = (keep(Lock::new(())), keep(Condvar::new()));
    std::thread::spawn(|| changed.wait(&mut lock.lock()));
    until(|| !AUDITOR.findings().is_empty());
}

/// Is pending once.
async fn suspended() {
    let mut is_first = true;
    std::future::poll_fn(|_| match std::mem::take(&mut is_first) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    })
    .await;
}

fn poll(task: &mut Pin<Box<impl Future<Output = ()>>>) -> bool {
    task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[expect(clippy::await_holding_lock, reason = "this is what the row is about")]
async fn holds_across(lock: &'static Lock) {
    let guard = lock.lock();
    suspended().await;
    drop(guard);
}

fn w12_a_guard_is_held_across_an_await() {
    let mut task = Box::pin(watch_polls(holds_across(keep(Lock::new(())))));
    assert!(!poll(&mut task) && poll(&mut task));
}

fn w12_another_task_wants_the_guard() {
    let lock = keep(Lock::new(()));
    std::thread::spawn(|| {
        let mut tasks = [0, 1].map(|_| Box::pin(watch_polls(holds_across(lock))));
        tasks.iter_mut().for_each(|task| _ = poll(task));
    });
    expect_deadlock();
}

fn w13_nothing_is_held_across_an_await() {
    let lock = keep(Lock::new(()));
    let mut task = Box::pin(watch_polls(async {
        drop(lock.lock());
        suspended().await;
        drop(lock.lock());
    }));
    let _outer = Lock::new(());
    assert!(!poll(&mut task) && poll(&mut task));
    assert!(AUDITOR.findings().is_empty());
}

fn w14_a_poll_waits_for_a_lock() {
    // Whoever has no processor for as long as the lock is held does not wait for it, and tries again.
    while AUDITOR.findings().is_empty() {
        let (lock, met) = (keep(Lock::new(())), Arc::new(Plain::new(2)));
        let other = Arc::clone(&met);
        let holder = spawn(move || {
            let _held = lock.lock();
            other.wait();
            std::thread::sleep(Duration::from_millis(20));
        });
        met.wait();
        let mut task = Box::pin(watch_polls(async { drop(lock.lock()) }));
        assert!(poll(&mut task));
        holder.join().unwrap();
    }
}
