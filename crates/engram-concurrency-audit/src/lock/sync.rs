//! The door of the locks to atomics: cells that one thread writes, and references that appear once. In models
//! the atomics are those of loom.
//!
//! An ordering that carries a claim has a name ([`order!`]), under which a run of the models weakens it.

#[cfg(engram_loom)]
pub(in crate::lock) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(engram_loom)]
pub(in crate::lock) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(engram_loom))]
pub(in crate::lock) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(not(engram_loom))]
pub(in crate::lock) use std::sync::{Mutex, MutexGuard};

#[cfg(engram_loom)]
use loom::sync::atomic::AtomicPtr;
#[cfg(not(engram_loom))]
use std::sync::atomic::AtomicPtr;

/// An ordering other than `Relaxed`, and its name: a constant, except in models.
#[cfg(not(engram_loom))]
macro_rules! order {
    ($order:ident, $site:literal) => {
        $crate::lock::sync::Ordering::$order
    };
}
#[cfg(engram_loom)]
macro_rules! order {
    ($order:ident, $site:literal) => {
        engram_metrics_core::ordering_at($site, $crate::lock::sync::Ordering::$order)
    };
}
pub(in crate::lock) use order;

/// Declares a function `const`, except in models, where constructors of atomics cannot be.
macro_rules! const_unless_modelled {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($arguments:tt)*) -> $result:ty $body:block) => {
        #[cfg(not(engram_loom))]
        $(#[$attribute])*
        $visibility const fn $name($($arguments)*) -> $result $body
        #[cfg(engram_loom)]
        $(#[$attribute])*
        $visibility fn $name($($arguments)*) -> $result $body
    };
}
pub(in crate::lock) use const_unless_modelled;

/// An array of things that are all made alike.
macro_rules! filled {
    ($make:expr; $count:expr) => {{
        #[cfg(not(engram_loom))]
        let filled = [const { $make }; $count];
        #[cfg(engram_loom)]
        let filled = std::array::from_fn::<_, { $count }, _>(|_| $make);
        filled
    }};
}
pub(in crate::lock) use filled;

/// A number that one thread writes and any thread may read: a plain load and a plain store.
#[derive(Debug)]
pub(in crate::lock) struct Owned32(AtomicU32);

impl Owned32 {
    const_unless_modelled! {
        pub(in crate::lock) fn new(value: u32) -> Self {
            Self(AtomicU32::new(value))
        }
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
    const_unless_modelled! {
        pub(in crate::lock) fn new(value: u64) -> Self {
            Self(AtomicU64::new(value))
        }
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
    const_unless_modelled! {
        pub(in crate::lock) fn none() -> Self {
            Self(AtomicPtr::new(std::ptr::null_mut()))
        }
    }

    #[inline(always)]
    pub(in crate::lock) fn load(&self) -> Option<&'static T> {
        // Acquire: sees what was written before the Release store in `store`.
        let pointer = self.0.load(order!(Acquire, "reference.load"));
        // SAFETY: null, or made by `store` of a reference that lives as long as the process.
        unsafe { pointer.as_ref() }
    }

    #[inline(always)]
    pub(in crate::lock) fn store(&self, value: &'static T) {
        // Release: publishes what `value` refers to, to the Acquire load in `load`.
        self.0.store(std::ptr::from_ref(value).cast_mut(), order!(Release, "reference.publish"));
    }
}
