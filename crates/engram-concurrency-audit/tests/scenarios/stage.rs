//! What the rows are played with.

use std::panic::Location;
use std::sync::Mutex as Plain;
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

/// Waits for a deadlock to be reported, and says how long that took.
pub(crate) fn expect_deadlock() {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(5) {
        if AUDITOR.findings().iter().any(|it| it.severity == Severity::ErrorActual) {
            println!("reported after {:?}", started.elapsed());
            return;
        }
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
