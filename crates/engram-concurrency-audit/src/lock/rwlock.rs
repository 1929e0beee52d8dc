//! An audited reader-writer lock.

use std::fmt;

use lock_api::{RawRwLock, RawRwLockRecursive, RawRwLockUpgrade};
use parking_lot::RawRwLock as Plain;

use super::class::LockClass;
use super::raw::AuditedRaw;

/// A guard that reads.
pub type RwLockReadGuard<'a, T, R = Plain> = lock_api::RwLockReadGuard<'a, AuditedRaw<R>, T>;

/// A guard that writes; [`lock_api::RwLockWriteGuard::downgrade`] makes it read.
pub type RwLockWriteGuard<'a, T, R = Plain> = lock_api::RwLockWriteGuard<'a, AuditedRaw<R>, T>;

/// A guard that reads, and may write once the other readers are gone.
pub type RwLockUpgradableReadGuard<'a, T, R = Plain> =
    lock_api::RwLockUpgradableReadGuard<'a, AuditedRaw<R>, T>;

/// A reader-writer lock that knows where it was made, and says when it is taken in a way that can deadlock.
///
/// Without poisoning. Readers wait behind writers that wait. Compiled out, it is the lock that it wraps.
///
/// ```
/// use engram_concurrency_audit::RwLock;
///
/// let names = RwLock::new(vec!["ada"]);
/// names.write().push("grace");
/// assert_eq!(names.read().len(), 2);
/// ```
pub struct RwLock<T: ?Sized, R = Plain>(lock_api::RwLock<AuditedRaw<R>, T>);

impl<T> RwLock<T> {
    /// A lock of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self(lock_api::RwLock::from_raw(AuditedRaw::new(Plain::INIT), value))
    }

    /// The same, with a level: see [`LockClass::level`].
    #[must_use]
    #[track_caller]
    pub const fn with_level(level: u32, value: T) -> Self {
        Self(lock_api::RwLock::from_raw(AuditedRaw::with_level(level, Plain::INIT), value))
    }

    /// A lock of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass, value: T) -> Self {
        Self(lock_api::RwLock::from_raw(AuditedRaw::of(class, Plain::INIT), value))
    }

    /// A lock of the class of the place that this is called at, among the locks of which it has a place: they
    /// are to be taken by growing keys.
    #[must_use]
    #[track_caller]
    pub const fn ordered_by(key: u64, value: T) -> Self {
        let mut raw = AuditedRaw::new(Plain::INIT);
        raw.set_key(key);
        Self(lock_api::RwLock::from_raw(raw, value))
    }
}

impl<T, R: RawRwLock> RwLock<T, R> {
    /// A lock over any raw lock.
    #[must_use]
    pub const fn over(raw: AuditedRaw<R>, value: T) -> Self {
        Self(lock_api::RwLock::from_raw(raw, value))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized, R: RawRwLock> RwLock<T, R> {
    /// Reads, beside other readers and behind writers that wait.
    #[inline]
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T, R> {
        self.0.read()
    }

    /// Writes, alone.
    #[inline]
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T, R> {
        self.0.write()
    }

    /// Reads if that does not mean waiting.
    #[inline]
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T, R>> {
        self.0.try_read()
    }

    /// Writes if that does not mean waiting.
    #[inline]
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T, R>> {
        self.0.try_write()
    }

    /// The value, while nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// The lock as `lock_api` knows it.
    #[must_use]
    pub const fn as_lock_api(&self) -> &lock_api::RwLock<AuditedRaw<R>, T> {
        &self.0
    }
}

impl<T: ?Sized, R: RawRwLockRecursive> RwLock<T, R> {
    /// Reads, also when this thread reads already: writers that wait do not stop it.
    #[inline]
    #[track_caller]
    pub fn read_recursive(&self) -> RwLockReadGuard<'_, T, R> {
        self.0.read_recursive()
    }
}

impl<T: ?Sized, R: RawRwLockUpgrade> RwLock<T, R> {
    /// Reads, and may write later: [`lock_api::RwLockUpgradableReadGuard::upgrade`].
    #[inline]
    #[track_caller]
    pub fn upgradable_read(&self) -> RwLockUpgradableReadGuard<'_, T, R> {
        self.0.upgradable_read()
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        Self(lock_api::RwLock::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug, R: RawRwLock> fmt::Debug for RwLock<T, R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}
