//! The one door to atomics and locks.
//!
//! No lock here is taken by a record into a series that the thread has met before. A panic under one of
//! them, out of memory for instance, leaves what it protects complete: each change is one insertion.

use std::sync::PoisonError;

#[cfg(feature = "metrics")]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
#[cfg(feature = "tracing")]
pub(crate) use std::sync::{Mutex, MutexGuard};
#[cfg(feature = "metrics")]
pub(crate) use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Takes the lock together with others that read.
#[cfg(feature = "metrics")]
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock alone.
#[cfg(feature = "metrics")]
pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock.
#[cfg(feature = "tracing")]
pub(crate) fn lock<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
