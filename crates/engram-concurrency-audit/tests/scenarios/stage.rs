//! What the rows are played with.

use std::panic::Location;
use std::sync::Mutex as Plain;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engram_concurrency_audit::{AUDITOR, Mutex, RwLock, Severity, spawn};

pub(crate) type Lock = Mutex<()>;
pub(crate) type Shared = RwLock<()>;

static MARKED: Plain<Vec<String>> = Plain::new(Vec::new());

/// The caller's place belongs to the cycle.
#[track_caller]
pub(crate) fn mark() {
    let place = Location::caller();
    MARKED.lock().unwrap().push(format!("{}:{}", place.file(), place.line()));
}

pub(crate) fn marked() -> Vec<String> {
    MARKED.lock().unwrap().clone()
}

/// Takes one lock inside another, both at the caller's place.
#[track_caller]
pub(crate) fn nest(outer: &Lock, inner: &Lock) {
    mark();
    let _outer = outer.lock();
    let _inner = inner.lock();
}

/// Locks of one class.
pub(crate) fn locks(count: usize) -> Vec<Lock> {
    (0..count).map(|_| Mutex::new(())).collect()
}

/// Leaks: threads that are stuck never give it back.
pub(crate) fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

static LAST_STEP: Plain<Option<Instant>> = Plain::new(None);
static TOOK: Plain<Option<Duration>> = Plain::new(None);

/// The caller is about to make the deadlock complete.
pub(crate) fn last_step() {
    *LAST_STEP.lock().unwrap() = Some(Instant::now());
}

/// How long the report of a deadlock took, if the row waited for one that has to be quick.
pub(crate) fn took_ms() -> Option<u128> {
    TOOK.lock().unwrap().map(|took| took.as_millis())
}

static IS_SLOW: AtomicBool = AtomicBool::new(false);

/// Whether the row is one in which somebody may still come.
pub(crate) fn is_slow() -> bool {
    // Relaxed: asked by the thread that set it.
    IS_SLOW.load(Ordering::Relaxed)
}

/// Waits for a deadlock to be reported; that has to be quick.
pub(crate) fn expect_deadlock() {
    let started = Instant::now();
    wait_for_deadlock();
    let since = LAST_STEP.lock().unwrap().unwrap_or(started);
    *TOOK.lock().unwrap() = Some(since.elapsed());
}

/// The same, however long it takes: where somebody who runs may still come, the audit waits for a while.
pub(crate) fn expect_slow_deadlock() {
    // Relaxed: as above.
    IS_SLOW.store(true, Ordering::Relaxed);
    wait_for_deadlock();
}

fn wait_for_deadlock() {
    until(|| AUDITOR.findings().iter().any(|it| it.severity == Severity::ErrorActual));
}

/// Waits until something is so; if it never is, the row says so in its verdict.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() && started.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs both at one time.
pub(crate) fn in_two_threads(
    first: impl FnOnce() + Send + 'static,
    second: impl FnOnce() + Send + 'static,
) {
    let first = spawn(first);
    let second = spawn(second);
    first.join().unwrap();
    second.join().unwrap();
}
