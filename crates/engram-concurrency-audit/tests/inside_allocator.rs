//! A global allocator that takes an audited lock: the audit allocates, and must not need what it audits.
//!
//! The lock below the audit is one that spins. Those of `parking_lot` allocate when they have to wait, so that none
//! of them, audited or not, may be in an allocator.

#![cfg(feature = "locks")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use engram_concurrency_audit::{AUDITOR, Action, AuditedRaw, Mutex, Policy, spawn, when_enabled};
use lock_api::{GuardNoSend, RawMutex};

/// A lock that waits without help of anybody.
struct Spinning(AtomicBool);

// SAFETY: whoever turned the flag on has the lock, until he turns it off.
unsafe impl RawMutex for Spinning {
    const INIT: Self = Self(AtomicBool::new(false));

    type GuardMarker = GuardNoSend;

    fn lock(&self) {
        while !self.try_lock() {
            std::thread::yield_now();
        }
    }

    fn try_lock(&self) -> bool {
        // Acquire: what was written under the lock before, by the Release in `unlock`.
        !self.0.swap(true, Ordering::Acquire)
    }

    unsafe fn unlock(&self) {
        // Release: what was written under the lock, for the Acquire in `try_lock`.
        self.0.store(false, Ordering::Release);
    }
}

/// Bytes that are allocated; the lock is what this is about.
static LIVE: Mutex<usize, Spinning> = Mutex::over(AuditedRaw::new(Spinning::INIT), 0);

struct Locked;

// SAFETY: passes everything on to the system's allocator; nothing here unwinds.
unsafe impl GlobalAlloc for Locked {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let mut live = LIVE.lock();
        *live = live.wrapping_add(layout.size());
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        let mut live = LIVE.lock();
        *live = live.wrapping_sub(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Locked = Locked;

static A: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static B: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Allocates while two locks are held.
fn grow(outer: &Mutex<Vec<usize>>, inner: &Mutex<Vec<usize>>) {
    let mut outer = outer.lock();
    let mut inner = inner.lock();
    outer.push(inner.len());
    *inner = vec![0; outer.len() % 100];
}

#[test]
fn an_allocator_can_take_audited_locks_and_the_others_are_audited_still() {
    AUDITOR.set_policy(Policy::testing().with_action(Action::Keep));
    let threads: Vec<_> = (0..8).map(|_| spawn(|| (0..500).for_each(|_| grow(&A, &B)))).collect();
    threads.into_iter().for_each(|it| it.join().expect("taking a lock does not panic"));
    assert_eq!(A.lock().len(), 8 * 500);
    assert_eq!(AUDITOR.findings().len(), 0, "{}", AUDITOR.text());
    // Something is to be reported, which allocates: by two threads that nothing orders.
    let threads =
        [(&A, &B), (&B, &A)].map(|(outer, inner)| std::thread::spawn(|| grow(outer, inner)).join());
    assert!(threads.iter().all(Result::is_ok));
    when_enabled! {
        let findings = AUDITOR.findings();
        assert!(findings.iter().any(|it| it.code == engram_concurrency_audit::ErrorCode::OrderInversion), "{findings:#?}");
    }
}
