//! Rows about locks of tasks, polled by hand: who is polled when, and by which thread, is part of the row.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use engram_concurrency_audit::tokio::{Mutex, MutexGuard, RwLock, Semaphore};
use engram_concurrency_audit::{AUDITOR, watch_polls};

use super::Expected::{Quiet, Report, Silence, Suppressed};
use super::Row;
use super::stage::{Lock, expect_deadlock, keep, last_step};

rows! {
    t01_two_tasks_in_both_orders, Report("E0102", "POTENTIAL");
    t02_one_order_in_many_tasks_on_two_threads, Quiet;
    t03_two_tasks_wait_for_each_other, Report("E0104", "ERROR-ACTUAL");
    t04_a_task_takes_a_mutex_twice, Report("E0101", "ERROR");
    t05_one_order_before_the_other_task_began, Suppressed;
    t06_a_lock_of_threads_inside_and_outside, Report("E0102", "POTENTIAL");
    t07_a_semaphore_of_one_in_both_orders, Report("E0102", "POTENTIAL");
    t07_a_semaphore_of_many_in_both_orders, Silence;
    t08_a_guard_is_released_by_another_task, Quiet;
    t09_readers_in_both_orders, Silence;
    w13_a_guard_goes_with_its_task_to_another_thread, Quiet;
    t10_a_task_that_is_dropped_holds_nothing, Quiet;
    t11_an_inverted_try_lock, Silence;
    t12_a_task_waits_and_goes_on, Quiet;
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

fn task(work: impl Future<Output = ()> + Send + 'static) -> Task {
    Box::pin(watch_polls(work))
}

fn poll(task: &mut Task) -> bool {
    task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Polls it to its end, for as long as the machine has time for.
fn finish(mut task: Task) {
    while !poll(&mut task) {}
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

async fn nest(outer: &Mutex<()>, inner: &Mutex<()>) {
    let _outer = outer.lock().await;
    suspended().await;
    let _inner = inner.lock().await;
}

/// Both at different places: of two classes.
fn pair() -> (&'static Mutex<()>, &'static Mutex<()>) {
    (keep(Mutex::new(())), keep(Mutex::new(())))
}

fn t01_two_tasks_in_both_orders() {
    let (a, b) = pair();
    finish(task(nest(a, b)));
    finish(task(nest(b, a)));
}

fn t02_one_order_in_many_tasks_on_two_threads() {
    let (a, b) = pair();
    let run = move || (0..100).for_each(|_| finish(task(nest(a, b))));
    let threads = [std::thread::spawn(run), std::thread::spawn(run)];
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

fn t03_two_tasks_wait_for_each_other() {
    let (a, b) = pair();
    let mut tasks = [task(nest(a, b)), task(nest(b, a))];
    tasks.iter_mut().for_each(|task| assert!(!poll(task)));
    last_step();
    tasks.iter_mut().for_each(|task| assert!(!poll(task)));
    expect_deadlock();
    std::mem::forget(tasks);
}

fn t04_a_task_takes_a_mutex_twice() {
    let (a, _) = pair();
    let mut twice = task(async {
        let _first = a.lock().await;
        suspended().await;
        let _second = a.lock().await;
    });
    assert!(!poll(&mut twice) && !poll(&mut twice));
    std::mem::forget(twice);
}

fn t05_one_order_before_the_other_task_began() {
    let (a, b) = pair();
    finish(task(async {
        nest(a, b).await;
        watch_polls(nest(b, a)).await;
    }));
}

fn t06_a_lock_of_threads_inside_and_outside() {
    let ((a, _), inner) = (pair(), keep(Lock::new(())));
    finish(task(async {
        let _outer = a.lock().await;
        suspended().await;
        let _inner = inner.lock();
    }));
    let _outer = inner.lock();
    finish(task(async { drop(a.lock().await) }));
}

async fn permits(outer: &Semaphore, inner: &Semaphore) {
    let _outer = outer.acquire().await.unwrap();
    suspended().await;
    let _inner = inner.acquire().await.unwrap();
}

fn t07_a_semaphore_of_one_in_both_orders() {
    let (a, b) = (keep(Semaphore::new(1)), keep(Semaphore::new(1)));
    finish(task(permits(a, b)));
    finish(task(permits(b, a)));
}

fn t07_a_semaphore_of_many_in_both_orders() {
    let (a, b) = (keep(Semaphore::new(2)), keep(Semaphore::new(3)));
    finish(task(permits(a, b)));
    finish(task(permits(b, a)));
    finish(task(permits(a, a)));
}

fn t08_a_guard_is_released_by_another_task() {
    let ((a, b), given) = (pair(), std::sync::Mutex::new(None::<MutexGuard<'static, ()>>));
    let given = keep(given);
    let mut giver = task(async {
        let guard = a.lock().await;
        *given.lock().unwrap() = Some(guard);
        suspended().await;
        // It does not hold `a` any more: this is no order.
        drop(b.lock().await);
    });
    assert!(!poll(&mut giver));
    finish(task(async { drop(given.lock().unwrap().take()) }));
    assert!(poll(&mut giver));
    finish(task(nest(b, a)));
}

fn t09_readers_in_both_orders() {
    async fn read(outer: &RwLock<()>, inner: &RwLock<()>) {
        let _outer = outer.read().await;
        suspended().await;
        let _inner = inner.read().await;
    }
    let (a, b) = (keep(RwLock::new(())), keep(RwLock::new(())));
    finish(task(read(a, b)));
    finish(task(read(b, a)));
}

fn w13_a_guard_goes_with_its_task_to_another_thread() {
    let (a, b) = pair();
    let mut moves = task(nest(a, b));
    assert!(!poll(&mut moves));
    // What this thread takes meanwhile is not taken inside of what the task holds.
    let here = keep(Lock::new(()));
    drop(here.lock());
    std::thread::spawn(move || finish(moves)).join().unwrap();
    let _here = here.lock();
    finish(task(async { drop(a.lock().await) }));
}

fn t10_a_task_that_is_dropped_holds_nothing() {
    let (a, b) = pair();
    let mut dropped = task(nest(a, b));
    assert!(!poll(&mut dropped));
    std::thread::spawn(move || drop(dropped)).join().unwrap();
    finish(task(nest(b, a)));
}

fn t11_an_inverted_try_lock() {
    let (a, b) = pair();
    finish(task(nest(a, b)));
    finish(task(async {
        let _outer = b.lock().await;
        let _inner = a.try_lock().unwrap();
    }));
}

fn t12_a_task_waits_and_goes_on() {
    let (a, b) = pair();
    let mut holder = task(async {
        let _held = b.lock().await;
        suspended().await;
    });
    let mut waiter = task(nest(a, b));
    assert!(!poll(&mut holder) && !poll(&mut waiter) && !poll(&mut waiter));
    std::thread::sleep(std::time::Duration::from_millis(60));
    assert!(poll(&mut holder) && poll(&mut waiter));
    assert!(AUDITOR.findings().is_empty());
}
