//! An audited mutex.

use std::fmt;
use std::time::Duration;

use lock_api::RawMutex;
use parking_lot::RawMutex as Plain;

use super::class::LockClass;
use super::raw::AuditedRaw;

/// A guard of a [`Mutex`]. It stays in its thread; [`lock_api::MutexGuard::map`] makes a guard of a part.
pub type MutexGuard<'a, T, R = Plain> = lock_api::MutexGuard<'a, AuditedRaw<R>, T>;

/// A guard that keeps its [`Mutex`] alive.
pub type ArcMutexGuard<T, R = Plain> = lock_api::ArcMutexGuard<AuditedRaw<R>, T>;

/// A mutex that knows where it was made, and says when it is taken in a way that can deadlock.
///
/// Over the lock of `parking_lot`, without poisoning. Compiled out, it is the lock that it wraps.
///
/// ```
/// use engram_concurrency_audit::Mutex;
///
/// static TOTAL: Mutex<u64> = Mutex::new(0);
/// *TOTAL.lock() += 1;
/// assert_eq!(*TOTAL.lock(), 1);
/// ```
pub struct Mutex<T: ?Sized, R = Plain>(lock_api::Mutex<AuditedRaw<R>, T>);

impl<T> Mutex<T> {
    /// A mutex of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self(lock_api::Mutex::from_raw(AuditedRaw::new(Plain::INIT), value))
    }

    /// The same, with a level: see [`LockClass::level`].
    #[must_use]
    #[track_caller]
    pub const fn with_level(level: u32, value: T) -> Self {
        Self(lock_api::Mutex::from_raw(AuditedRaw::with_level(level, Plain::INIT), value))
    }

    /// A mutex of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass, value: T) -> Self {
        Self(lock_api::Mutex::from_raw(AuditedRaw::of(class, Plain::INIT), value))
    }

    /// A mutex of the class of the place that this is called at, among the locks of which it has a place: they
    /// are to be taken by growing keys.
    #[must_use]
    #[track_caller]
    pub const fn ordered_by(key: u64, value: T) -> Self {
        let mut raw = AuditedRaw::new(Plain::INIT);
        raw.set_key(key);
        Self(lock_api::Mutex::from_raw(raw, value))
    }
}

impl<T, R: RawMutex> Mutex<T, R> {
    /// A mutex over any raw lock.
    ///
    /// ```
    /// use engram_concurrency_audit::{AuditedRaw, Mutex};
    /// use lock_api::RawMutex;
    ///
    /// let lock = Mutex::over(AuditedRaw::new(parking_lot::RawMutex::INIT), 5);
    /// assert_eq!(*lock.lock(), 5);
    /// ```
    #[must_use]
    pub const fn over(raw: AuditedRaw<R>, value: T) -> Self {
        Self(lock_api::Mutex::from_raw(raw, value))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized, R: RawMutex> Mutex<T, R> {
    /// Takes the lock, and waits until that is possible.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T, R> {
        self.0.lock()
    }

    /// Takes the lock if nobody has it. No order follows from that.
    #[inline]
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T, R>> {
        self.0.try_lock()
    }

    /// The value, while nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Whether somebody has the lock.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.is_locked()
    }

    /// The lock as `lock_api` knows it.
    #[must_use]
    pub const fn as_lock_api(&self) -> &lock_api::Mutex<AuditedRaw<R>, T> {
        &self.0
    }
}

impl<T: ?Sized, R: lock_api::RawMutexTimed<Duration = Duration>> Mutex<T, R> {
    /// Takes the lock, and waits for it at most so long. No order follows from that: it cannot deadlock.
    #[track_caller]
    pub fn try_lock_for(&self, timeout: Duration) -> Option<MutexGuard<'_, T, R>> {
        self.0.try_lock_for(timeout)
    }
}

impl<T: ?Sized, R: lock_api::RawMutexTimed<Duration = Duration>> Mutex<T, R> {
    /// Takes the lock, and waits until that is possible, or until the wait turns out to be part of a deadlock
    /// and the policy is [`Action::Break`](crate::Action::Break): one of the threads then gets the error.
    ///
    /// Costs more than [`lock`](Self::lock) even when nobody has the lock.
    ///
    /// # Errors
    /// When this wait was chosen to break a deadlock.
    #[track_caller]
    pub fn lock_or_break(&self) -> Result<MutexGuard<'_, T, R>, Broken> {
        let at = std::panic::Location::caller();
        // SAFETY: the lock is taken for the guard that is made below, and released by nothing else.
        let raw = unsafe { self.0.raw() };
        if !raw.lock_unless_broken(at) {
            return Err(Broken(()));
        }
        // SAFETY: it was taken above.
        Ok(unsafe { self.0.make_guard_unchecked() })
    }
}

/// The wait for a lock was broken off, for it was part of a deadlock; nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken(());

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the wait for the lock was part of a deadlock")
    }
}

impl std::error::Error for Broken {}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self(lock_api::Mutex::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug, R: RawMutex> fmt::Debug for Mutex<T, R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}
