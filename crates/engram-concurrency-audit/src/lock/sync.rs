//! The door of the locks to atomics: cells that one thread writes, and references that appear once.

pub(in crate::lock) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use std::sync::atomic::AtomicPtr;

/// A number that one thread writes and any thread may read: a plain load and a plain store.
#[derive(Debug)]
pub(in crate::lock) struct Owned32(AtomicU32);

impl Owned32 {
    pub(in crate::lock) const fn new(value: u32) -> Self {
        Self(AtomicU32::new(value))
    }

    #[inline(always)]
    pub(in crate::lock) fn load(&self) -> u32 {
        // Relaxed: the owner reads its own value; others read it while the owner waits, below the lock of `Waiting`.
        self.0.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(in crate::lock) fn store(&self, value: u32) {
        // Relaxed: published by the lock of `Waiting`.
        self.0.store(value, Ordering::Relaxed);
    }
}

/// As [`Owned32`], of 64 bits.
#[derive(Debug)]
pub(in crate::lock) struct Owned64(AtomicU64);

impl Owned64 {
    pub(in crate::lock) const fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    #[inline(always)]
    pub(in crate::lock) fn load(&self) -> u64 {
        // Relaxed: as in `Owned32`.
        self.0.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(in crate::lock) fn store(&self, value: u64) {
        // Relaxed: as in `Owned32`.
        self.0.store(value, Ordering::Relaxed);
    }
}

/// A reference that appears once, or changes, while others read it.
#[derive(Debug)]
pub(in crate::lock) struct AtomicRef<T: 'static>(AtomicPtr<T>);

impl<T: Sync> AtomicRef<T> {
    pub(in crate::lock) const fn none() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    #[inline(always)]
    pub(in crate::lock) fn load(&self) -> Option<&'static T> {
        // Acquire: sees what was written before the Release store in `store`.
        let pointer = self.0.load(Ordering::Acquire);
        // SAFETY: null, or made by `store` of a reference that lives as long as the process.
        unsafe { pointer.as_ref() }
    }

    #[inline(always)]
    pub(in crate::lock) fn store(&self, value: &'static T) {
        // Release: publishes what `value` refers to, to the Acquire load in `load`.
        self.0.store(std::ptr::from_ref(value).cast_mut(), Ordering::Release);
    }
}
