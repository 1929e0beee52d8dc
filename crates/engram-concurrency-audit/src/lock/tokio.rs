//! Audited locks of `tokio`, whose tasks wait without blocking a thread.
//!
//! They are audited in tasks that are watched ([`watch_polls`](crate::watch_polls)): what such a task holds goes with
//! it from thread to thread, orders are those of the task, and tasks that wait for each other are a deadlock like
//! any other. Outside of such a task they are the locks that they wrap; that is counted in `engram.lock.unaudited`.
//!
//! A task that waits for a lock and for something else at once, a timeout say, counts as waiting for the lock. What
//! a task did before another one awaited its end is not known to be over.

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use ::tokio::sync as raw;

pub use raw::{AcquireError, TryAcquireError, TryLockError};

use crate::gate::Live;

use super::class::{LockClass, Origin};
use super::state::{LockState, Mode, Request};
use super::task::{Asked, Hold};
use super::thread::At;

/// What an acquisition brought: off, nothing.
type Held<'a> = Live<Option<Hold<'a>>>;

type State = Live<LockState>;

/// Takes a lock by `try_take`, or waits for it.
async fn take<'a, G>(
    state: &'a State,
    (mode, at): (Mode, At),
    try_take: impl FnOnce() -> Option<G>,
    wait: impl Future<Output = G>,
) -> (Held<'a>, G) {
    let request = state.get().map(|state| Request { state, mode, at });
    let Some(asked) = request.and_then(Asked::new) else {
        return (Live::new(None), wait.await);
    };
    if let Some(guard) = try_take() {
        return (Live::new(Some(asked.taken())), guard);
    }
    let waits = asked.wait();
    let guard = wait.await;
    drop(waits);
    (Live::new(Some(asked.taken())), guard)
}

/// A lock was taken without waiting: no order follows from that.
fn taken(state: &State, mode: Mode, at: At) -> Held<'_> {
    Live::new(
        state.get().and_then(|state| Asked::by_try(Request { state, mode, at })).map(Asked::taken),
    )
}

/// A mutex of tasks, over [`tokio::sync::Mutex`](::tokio::sync::Mutex).
///
/// ```
/// use engram_concurrency_audit::{tokio::Mutex, watch_polls};
///
/// let total = Mutex::new(1);
/// let add = watch_polls(async { *total.lock().await += 1 });
/// let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// assert!(std::pin::pin!(add).poll(&mut context).is_ready());
/// assert_eq!(total.into_inner(), 2);
/// ```
pub struct Mutex<T: ?Sized> {
    state: State,
    plain: raw::Mutex<T>,
}

/// A guard of a [`Mutex`]; it may go to another thread.
#[derive(Debug)]
pub struct MutexGuard<'a, T: ?Sized> {
    /// Forgotten before the lock is released.
    _held: Held<'a>,
    plain: raw::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    /// A mutex of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { state: here(Location::caller()), plain: raw::Mutex::const_new(value) }
    }

    /// A mutex of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass, value: T) -> Self {
        Self { state: declared(class), plain: raw::Mutex::const_new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.plain.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock, and lets the task wait for it.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        let how = (Mode::Exclusive, Location::caller());
        async move {
            let try_take = || self.plain.try_lock().ok();
            let (held, plain) = take(&self.state, how, try_take, self.plain.lock()).await;
            MutexGuard { _held: held, plain }
        }
    }

    /// Takes the lock if nobody has it.
    ///
    /// # Errors
    /// When somebody has it.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let plain = self.plain.try_lock()?;
        let held = taken(&self.state, Mode::Exclusive, Location::caller());
        Ok(MutexGuard { _held: held, plain })
    }

    /// The value, while nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.plain.get_mut()
    }
}

/// A reader-writer lock of tasks, over [`tokio::sync::RwLock`](::tokio::sync::RwLock): readers wait behind writers
/// that wait.
pub struct RwLock<T: ?Sized> {
    state: State,
    plain: raw::RwLock<T>,
}

/// A guard that reads.
#[derive(Debug)]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    /// As in [`MutexGuard`].
    _held: Held<'a>,
    plain: raw::RwLockReadGuard<'a, T>,
}

/// A guard that writes.
#[derive(Debug)]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    /// As in [`MutexGuard`].
    _held: Held<'a>,
    plain: raw::RwLockWriteGuard<'a, T>,
}

impl<T> RwLock<T> {
    /// A lock of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { state: here(Location::caller()), plain: raw::RwLock::const_new(value) }
    }

    /// A lock of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass, value: T) -> Self {
        Self { state: declared(class), plain: raw::RwLock::const_new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.plain.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Reads, beside other readers and behind writers that wait.
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let how = (Mode::Shared, Location::caller());
        async move {
            let try_take = || self.plain.try_read().ok();
            let (held, plain) = take(&self.state, how, try_take, self.plain.read()).await;
            RwLockReadGuard { _held: held, plain }
        }
    }

    /// Writes, alone.
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let how = (Mode::Exclusive, Location::caller());
        async move {
            let try_take = || self.plain.try_write().ok();
            let (held, plain) = take(&self.state, how, try_take, self.plain.write()).await;
            RwLockWriteGuard { _held: held, plain }
        }
    }

    /// Reads if that does not mean waiting.
    ///
    /// # Errors
    /// When it does.
    #[track_caller]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let plain = self.plain.try_read()?;
        let held = taken(&self.state, Mode::Shared, Location::caller());
        Ok(RwLockReadGuard { _held: held, plain })
    }

    /// Writes if that does not mean waiting.
    ///
    /// # Errors
    /// When it does.
    #[track_caller]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let plain = self.plain.try_write()?;
        let held = taken(&self.state, Mode::Exclusive, Location::caller());
        Ok(RwLockWriteGuard { _held: held, plain })
    }

    /// The value, while nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.plain.get_mut()
    }
}

/// Permits of tasks, over [`tokio::sync::Semaphore`](::tokio::sync::Semaphore).
///
/// Made with one permit it is a mutex, and audited as one. With more, who waits can be let on by any of several, so
/// that its permits are audited as a reader's: the order in which they are taken is known, and no cycle of them alone
/// is a finding.
#[derive(Debug)]
pub struct Semaphore {
    state: State,
    mode: Mode,
    plain: raw::Semaphore,
}

/// A permit, given back when it is dropped.
#[derive(Debug)]
pub struct Permit<'a> {
    /// As in [`MutexGuard`].
    _held: Held<'a>,
    plain: raw::SemaphorePermit<'a>,
}

impl Semaphore {
    /// So many permits, of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(permits: usize) -> Self {
        let mode = if permits == 1 { Mode::Exclusive } else { Mode::Recursive };
        let state = here(Location::caller());
        Self { state, mode, plain: raw::Semaphore::const_new(permits) }
    }

    /// Takes a permit, and lets the task wait for one.
    ///
    /// # Errors
    /// When the semaphore is [closed](Self::close).
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<Permit<'_>, AcquireError>> {
        let how = (self.mode, Location::caller());
        async move {
            let try_take = || self.plain.try_acquire().ok().map(Ok);
            let (held, plain) = take(&self.state, how, try_take, self.plain.acquire()).await;
            Ok(Permit { _held: held, plain: plain? })
        }
    }

    /// Takes a permit if there is one.
    ///
    /// # Errors
    /// When there is none, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<Permit<'_>, TryAcquireError> {
        let plain = self.plain.try_acquire()?;
        Ok(Permit { _held: taken(&self.state, self.mode, Location::caller()), plain })
    }

    /// Permits that nobody has.
    #[must_use]
    pub fn available_permits(&self) -> usize {
        self.plain.available_permits()
    }

    /// No more permits: who waits for one, and who asks for one from now on, gets an error.
    pub fn close(&self) {
        self.plain.close();
    }
}

impl Permit<'_> {
    /// The permit is never given back.
    pub fn forget(self) {
        let Self { _held, plain } = self;
        plain.forget();
    }
}

const fn here(at: At) -> State {
    Live::new(LockState::new(Origin::Site(at, 0)))
}

const fn declared(class: &'static LockClass) -> State {
    Live::new(LockState::new(Origin::Declared(class)))
}

/// A guard gives what the one that it wraps gives.
macro_rules! gives {
    ($($guard:ident $(, $writes:tt)?;)+) => {$(
        impl<T: ?Sized> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.plain
            }
        }

        $(gives!(@ $guard $writes);)?
    )+};
    (@ $guard:ident writes) => {
        impl<T: ?Sized> DerefMut for $guard<'_, T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.plain
            }
        }
    };
}

gives! {
    MutexGuard, writes;
    RwLockReadGuard;
    RwLockWriteGuard, writes;
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(out)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(out)
    }
}
