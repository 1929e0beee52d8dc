//! What is initialised once: by whoever comes first, while the others wait.
//!
//! The initialiser holds a lock of the audit's while it runs, of the class of the place that the cell was made at. So
//! it is part of the orders and of who waits for whom: an initialiser that asks for itself is found before it blocks
//! (`E0101`), one that takes a lock which others hold while they ask for the value is an inversion (`E0102`). Who
//! asks for a value that is there and holds no lock pays one load more; who holds one takes the lock, which is free,
//! for the order.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::{Mutex as Plain, OnceLock as Cell, PoisonError};

use lock_api::RawMutex as _;
use parking_lot::RawMutex;

use crate::gate::Live;

use super::raw::AuditedRaw;
use super::thread;

/// A cell that is written once, as [`std::sync::OnceLock`].
///
/// ```
/// use engram_concurrency_audit::OnceLock;
///
/// static LIMIT: OnceLock<u32> = OnceLock::new();
/// assert_eq!(*LIMIT.get_or_init(|| 7), 7);
/// assert_eq!(LIMIT.set(8), Err(8));
/// ```
pub struct OnceLock<T> {
    value: Cell<T>,
    gate: Live<AuditedRaw<RawMutex>>,
}

/// The gate of a cell, held until this is dropped.
struct Held<'a>(Option<&'a AuditedRaw<RawMutex>>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(gate) = self.0 {
            // SAFETY: it was taken where this was made.
            unsafe { gate.unlock() };
        }
    }
}

impl<T> OnceLock<T> {
    /// A cell without a value.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self { value: Cell::new(), gate: Live::new(AuditedRaw::new(RawMutex::INIT)) }
    }

    /// The value, if it is there.
    #[inline]
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value, if it is there; nobody else has the cell.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Writes the value.
    ///
    /// # Errors
    /// With the new value, when there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let _held = self.enter();
        self.value.set(value)
    }

    /// The value; made by `make` if there is none, while others who ask for it wait.
    #[inline]
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        match self.value.get() {
            Some(value) if self.gate.get().is_none() || !thread::holds_any() => value,
            _ => {
                let _held = self.enter();
                self.value.get_or_init(make)
            }
        }
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    #[track_caller]
    fn enter(&self) -> Held<'_> {
        let gate = self.gate.get();
        if let Some(gate) = gate {
            gate.lock_at(Location::caller());
        }
        Held(gate)
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(out)
    }
}

/// Something that is done once, as by [`std::sync::Once`]. What panics is done again by who comes next.
///
/// ```
/// use engram_concurrency_audit::Once;
///
/// static SETUP: Once = Once::new();
/// SETUP.call_once(|| println!("set up"));
/// assert!(SETUP.is_completed());
/// ```
#[derive(Default)]
pub struct Once(OnceLock<()>);

impl Once {
    /// Not done yet.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Does it, unless it was done; waits for whoever is at it.
    #[inline]
    #[track_caller]
    pub fn call_once(&self, act: impl FnOnce()) {
        self.0.get_or_init(act);
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.0.get().is_some()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Once").field("is_completed", &self.is_completed()).finish()
    }
}

/// A value that is made when it is first asked for, as [`std::sync::LazyLock`].
///
/// ```
/// use engram_concurrency_audit::LazyLock;
///
/// static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| "to be".split(' ').collect());
/// assert_eq!(WORDS.len(), 2);
/// ```
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    make: Plain<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value that `make` makes.
    #[must_use]
    #[track_caller]
    pub const fn new(make: F) -> Self {
        Self { value: OnceLock::new(), make: Plain::new(Some(make)) }
    }

    /// Makes the value if nobody did, and returns it.
    ///
    /// # Panics
    /// When making it has panicked before.
    #[inline]
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.get_or_init(|| this.make())
    }

    fn make(&self) -> T {
        let make = self.make.lock().unwrap_or_else(PoisonError::into_inner).take();
        let make = make.expect("a value whose making panicked is not asked for again");
        make()
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[inline]
    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(out)
    }
}
