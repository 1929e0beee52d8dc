//! Locks and an atomic, audited or plain: compiled out, nobody can tell which.
//!
//! They are statics. A lock that a function makes for itself is initialised by one store for either, but that of
//! the audited one is as wide as the lock with its padding.

use std::sync::atomic::Ordering;

#[cfg(feature = "instrumented")]
use engram_concurrency_audit::{Mutex, RwLock, atomic::WatchedU64 as Number};
#[cfg(not(feature = "instrumented"))]
use parking_lot::{Mutex, RwLock};
#[cfg(not(feature = "instrumented"))]
use std::sync::atomic::AtomicU64 as Number;

static TOTAL: Mutex<u64> = Mutex::new(0);
static NAMES: RwLock<u64> = RwLock::new(0);
static CALLS: Number = Number::new(0);

/// One more than twice `n`, by way of all of them.
pub(crate) fn work(n: u64) -> u64 {
    nested(n);
    attempted(n);
    // Relaxed, here and below: a statistic of one thread.
    CALLS.load(Ordering::Relaxed) - 1 + *NAMES.read()
}

/// One lock inside another.
#[inline(never)]
fn nested(n: u64) {
    let mut total = TOTAL.lock();
    *NAMES.write() += n;
    *total += *NAMES.read();
    // Relaxed: as above.
    CALLS.store(1, Ordering::Relaxed);
}

/// A lock that is taken only if nobody has it, and one that is read before it is written.
#[inline(never)]
fn attempted(n: u64) {
    if let Some(mut total) = TOTAL.try_lock() {
        *total -= n;
    }
    if let Some(mut names) = NAMES.try_write() {
        *names += n;
    }
    // Relaxed: as above.
    CALLS.fetch_add(1, Ordering::Relaxed);
}
