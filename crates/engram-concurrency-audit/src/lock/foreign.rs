//! Locks that are not ours: their program says when it asks for them, has them and releases them.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Severity};
use crate::gate::{ENABLED, Live};
use crate::reentry;
use crate::sync::{Mutex, patiently};

use super::acquire;
use super::class::{LockClass, Origin};
use super::metrics::LOCKS;
use super::state::{LockState, Mode, Request};
use super::thread::At;

/// A lock of somebody else's - of a library in C, of the kernel, of another process - beside which it is kept.
///
/// ```
/// use engram_concurrency_audit::ForeignLock;
///
/// static DATABASE: ForeignLock = ForeignLock::new();
///
/// let waits = DATABASE.acquire(|| { /* db_lock(handle) */ });
/// // …
/// DATABASE.release();
/// # let () = waits;
/// ```
///
/// The order is checked before `wait` runs; while it runs, this thread waits for the lock. Who has it is
/// whoever called [`acquire`](Self::acquire) and not yet [`release`](Self::release).
#[derive(Debug)]
pub struct ForeignLock(Live<LockState>);

impl ForeignLock {
    /// A lock of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self(Live::new(LockState::new(Origin::Site(Location::caller(), 0))))
    }

    /// A lock of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass) -> Self {
        Self(Live::new(LockState::new(Origin::Declared(class))))
    }

    /// Takes the lock alone, by `wait`, which returns when this thread has it.
    #[track_caller]
    pub fn acquire<R>(&self, wait: impl FnOnce() -> R) -> R {
        self.acquire_as(Mode::Exclusive, Location::caller(), wait)
    }

    /// Takes the lock beside other readers.
    #[track_caller]
    pub fn acquire_shared<R>(&self, wait: impl FnOnce() -> R) -> R {
        self.acquire_as(Mode::Shared, Location::caller(), wait)
    }

    /// The lock was taken without waiting for it, by a try: no order follows from that.
    #[track_caller]
    pub fn acquired(&self) {
        if let Some(state) = self.0.get() {
            acquire::taken(Request { state, mode: Mode::Exclusive, at: Location::caller() });
        }
    }

    /// This thread is about to release the lock.
    pub fn release(&self) {
        if let Some(state) = self.0.get() {
            acquire::release(state);
        }
    }

    fn acquire_as<R>(&self, mode: Mode, at: At, wait: impl FnOnce() -> R) -> R {
        match self.0.get() {
            Some(state) => acquire::around(Request { state, mode, at }, wait),
            None => wait(),
        }
    }
}

impl Default for ForeignLock {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

/// The audit of locks as one interface, for hosts that know their locks by numbers.
///
/// ```
/// use engram_concurrency_audit::LOCK_AUDITOR;
///
/// LOCK_AUDITOR.track_acquisition(17); // right before this thread asks for its lock 17
/// LOCK_AUDITOR.track_release(17); //     right before it releases it
/// assert!(LOCK_AUDITOR.potential_deadlocks().is_empty());
/// ```
#[derive(Debug)]
pub struct LockAuditor(());

/// The audit of the locks of the process.
pub static LOCK_AUDITOR: LockAuditor = LockAuditor(());

impl LockAuditor {
    /// This thread is about to take the lock of that number alone. The order is checked now; from now on the
    /// thread has it. The class of the lock is the place of the first call. What an acquisition that blocks
    /// waits for is not known this way: [`ForeignLock::acquire`] says that as well.
    ///
    /// Numbers beyond the first 4096 are counted as unaudited, until others are [forgotten](Self::forget).
    #[track_caller]
    pub fn track_acquisition(&self, lock: usize) {
        let at = Location::caller();
        if let Some(lock) = of(lock).filter(|_| ENABLED) {
            lock.acquire_as(Mode::Exclusive, at, || ());
        }
    }

    /// This thread is about to release the lock of that number.
    pub fn track_release(&self, lock: usize) {
        if let Some(lock) = of(lock).filter(|_| ENABLED) {
            lock.release();
        }
    }

    /// The lock of that number is gone; the next one of that number is another one.
    pub fn forget(&self, lock: usize) {
        let gone = reentry::unaudited(|| patiently(&FOREIGN)?.as_mut()?.remove(&lock));
        drop(gone);
    }

    /// Findings about what was declared: levels, keys, spin locks.
    #[must_use]
    pub fn violations(&self) -> Vec<Finding> {
        let codes = [ErrorCode::LevelViolation, ErrorCode::KeyViolation, ErrorCode::InvalidContext];
        reported(&codes)
    }

    /// Findings about orders and waits that deadlock, or can; what was proved to be infeasible is none.
    #[must_use]
    pub fn potential_deadlocks(&self) -> Vec<Finding> {
        let codes = [
            ErrorCode::Recursion,
            ErrorCode::OrderInversion,
            ErrorCode::ClassInversion,
            ErrorCode::Deadlock,
            ErrorCode::RecursiveRead,
            ErrorCode::Upgrade,
        ];
        reported(&codes)
    }
}

fn reported(codes: &[ErrorCode]) -> Vec<Finding> {
    let is_one = |it: &Finding| codes.contains(&it.code) && it.severity < Severity::Suppressed;
    AUDITOR.findings().into_iter().filter(is_one).collect()
}

/// The lock of a number; `None` when there is no room for it, or no time.
fn of(number: usize) -> Option<Arc<ForeignLock>> {
    let lock = reentry::unaudited(|| {
        let mut table = patiently(&FOREIGN)?;
        let table = table.get_or_insert_default();
        if table.len() == ROOM && !table.contains_key(&number) {
            return None;
        }
        let make = || Arc::new(ForeignLock(Live::new(LockState::new(Origin::FirstUse))));
        Some(Arc::clone(table.entry(number).or_insert_with(make)))
    });
    if lock.is_none() {
        LOCKS.unaudited.increment();
    }
    lock
}

/// Locks that are known by their numbers.
const ROOM: usize = 4096;

static FOREIGN: Mutex<Option<HashMap<usize, Arc<ForeignLock>>>> = Mutex::new(None);
