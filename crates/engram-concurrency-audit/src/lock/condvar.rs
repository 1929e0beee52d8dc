//! An audited condition variable.

use std::panic::Location;
use std::sync::{Condvar as Plain, PoisonError};
use std::time::Duration;

use lock_api::{MutexGuard, RawMutex};

use crate::gate::ENABLED;

use super::raw::AuditedRaw;
use super::thread::At;
use super::waiting::warn_if_holding;
use super::waits::{self, Side, Wait};

/// A condition variable for the audited mutexes of any raw lock.
///
/// Wake-ups without a notification happen, as everywhere: wait in a loop, or by [`wait_while`](Self::wait_while).
///
/// ```
/// use engram_concurrency_audit::{Condvar, Mutex};
///
/// let (ready, changed) = (Mutex::new(true), Condvar::new());
/// let mut guard = ready.lock();
/// changed.wait_while(&mut guard, |ready| !*ready);
/// ```
#[derive(Debug, Default)]
pub struct Condvar {
    /// Taken before the user's mutex is released: a notification in between is not lost.
    queue: std::sync::Mutex<()>,
    plain: Plain,
}

impl Condvar {
    /// A condition variable that nobody waits for.
    #[must_use]
    pub const fn new() -> Self {
        Self { queue: std::sync::Mutex::new(()), plain: Plain::new() }
    }

    /// Releases the mutex, waits for a notification, and takes the mutex again.
    #[track_caller]
    pub fn wait<R: RawMutex, T: ?Sized>(&self, guard: &mut MutexGuard<'_, AuditedRaw<R>, T>) {
        let at = Location::caller();
        self.outside(guard, at, |queue| {
            waits::blocking(Wait::Condition, self.address(), at, || {
                drop(self.plain.wait(queue).unwrap_or_else(PoisonError::into_inner));
            });
        });
    }

    /// The same until `condition` does not hold any more.
    #[track_caller]
    pub fn wait_while<R: RawMutex, T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, AuditedRaw<R>, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(guard) {
            self.wait(guard);
        }
    }

    /// The same for at most so long; false when the time is over.
    #[track_caller]
    pub fn wait_for<R: RawMutex, T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, AuditedRaw<R>, T>,
        timeout: Duration,
    ) -> bool {
        self.outside(guard, Location::caller(), |queue| {
            let woken = self.plain.wait_timeout(queue, timeout);
            !woken.unwrap_or_else(PoisonError::into_inner).1.timed_out()
        })
    }

    /// Wakes one thread that waits.
    pub fn notify_one(&self) {
        self.notify(Plain::notify_one);
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        self.notify(Plain::notify_all);
    }

    fn notify(&self, notify: impl FnOnce(&Plain)) {
        let _queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if ENABLED {
            // Anybody may. Said while the queue is locked: whoever waits already is told.
            waits::take_part(self.address(), Side::Gives, usize::MAX);
        }
        notify(&self.plain);
    }

    /// Runs `wait` while the mutex is released; taking it again is an acquisition like any other.
    fn outside<R: RawMutex, T: ?Sized, V>(
        &self,
        guard: &mut MutexGuard<'_, AuditedRaw<R>, T>,
        at: At,
        wait: impl FnOnce(std::sync::MutexGuard<'_, ()>) -> V,
    ) -> V {
        let mutex = MutexGuard::mutex(guard);
        // SAFETY: released and taken again before the guard is used: it is borrowed meanwhile.
        let raw = unsafe { mutex.raw() };
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the guard proves that this thread has the lock.
        unsafe { raw.unlock() };
        if ENABLED {
            warn_if_holding("waits for a notification", at);
        }
        let result = wait(queue);
        raw.lock_at(at);
        result
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Drop for Condvar {
    fn drop(&mut self) {
        if ENABLED {
            waits::forget_resource(self.address());
        }
    }
}
