//! Threads that know who started them, and joins that know whom they wait for.

use std::io;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread as plain;

use crate::gate::ENABLED;

use super::clock::Clock;
use super::thread::{self, At};
use super::waiting::warn_if_holding;
use super::waits::{self, Wait};

/// What a thread knew when it ended.
type End = Arc<Ended>;

#[derive(Debug, Default)]
struct Ended {
    past: OnceLock<(u32, u32, Clock)>,
    /// The same for atomics that are followed.
    #[cfg(feature = "atomics")]
    seen: OnceLock<crate::atomic::Seen>,
    /// Last of all.
    done: OnceLock<()>,
}

/// A thread that was started by [`spawn`].
#[derive(Debug)]
pub struct JoinHandle<T> {
    plain: plain::JoinHandle<T>,
    serial: u32,
    end: End,
}

/// Starts a thread, as [`std::thread::spawn`] does. What this thread did before is over for the new one.
///
/// ```
/// let answer = engram_concurrency_audit::spawn(|| 6 * 7);
/// assert_eq!(answer.join().unwrap(), 42);
/// ```
///
/// # Panics
/// When the system has no thread left.
pub fn spawn<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    spawn_with(plain::Builder::new(), work).expect("the system has a thread left")
}

/// Starts a thread of a name, a stack size.
///
/// # Errors
/// As [`std::thread::Builder::spawn`].
pub fn spawn_with<F, T>(builder: plain::Builder, work: F) -> io::Result<JoinHandle<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (serial, end, work) = followed(work);
    builder.spawn(work).map(|plain| JoinHandle { plain, serial, end })
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. What it did is over for this one.
    ///
    /// # Errors
    /// What the thread panicked with.
    #[track_caller]
    pub fn join(self) -> plain::Result<T> {
        let at = Location::caller();
        if !ENABLED {
            return self.plain.join();
        }
        if !self.plain.is_finished() {
            warn_if_holding("joins a thread", at);
        }
        let join = || self.plain.join();
        let result = waits::blocking(Wait::Join, self.serial as usize, at, join);
        learn(&self.end);
        result
    }

    /// The thread itself.
    #[must_use]
    pub fn thread(&self) -> &plain::Thread {
        self.plain.thread()
    }

    /// Whether the thread has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.plain.is_finished()
    }
}

/// Threads that end before the function that started them; see [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env> {
    plain: &'scope plain::Scope<'scope, 'env>,
    /// All of its threads, for the end of the scope joins those that nobody joined.
    started: Mutex<Vec<(u32, End)>>,
}

/// A thread of a [`Scope`].
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope, T> {
    plain: plain::ScopedJoinHandle<'scope, T>,
    serial: u32,
    end: End,
}

/// Starts threads that borrow, as [`std::thread::scope`] does.
///
/// ```
/// let words = ["to", "be"];
/// let letters: usize = engram_concurrency_audit::scope(|scope| {
///     let threads = words.map(|word| scope.spawn(move || word.len()));
///     threads.into_iter().map(|thread| thread.join().unwrap()).sum()
/// });
/// assert_eq!(letters, 4);
/// ```
#[track_caller]
pub fn scope<'env, T>(run: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> T) -> T {
    let at = Location::caller();
    plain::scope(|plain| {
        let scope = Scope { plain, started: Mutex::default() };
        let result = run(&scope);
        scope.join_all(at);
        result
    })
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread.
    pub fn spawn<F, T>(&self, work: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (serial, end, work) = followed(work);
        if ENABLED {
            self.started().push((serial, Arc::clone(&end)));
        }
        ScopedJoinHandle { plain: self.plain.spawn(work), serial, end }
    }

    /// What the end of the scope is about to do, in sight of the watcher.
    fn join_all(&self, at: At) {
        let all = std::mem::take(&mut *self.started());
        for (serial, end) in all {
            if end.done.get().is_none() {
                warn_if_holding("joins a thread", at);
                waits::blocking(Wait::Join, serial as usize, at, || end.done.wait());
            }
            learn(&end);
        }
    }

    fn started(&self) -> MutexGuard<'_, Vec<(u32, End)>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits until the thread has ended. What it did is over for this one.
    ///
    /// # Errors
    /// What the thread panicked with.
    #[track_caller]
    pub fn join(self) -> plain::Result<T> {
        let at = Location::caller();
        if !ENABLED {
            return self.plain.join();
        }
        if !self.plain.is_finished() {
            warn_if_holding("joins a thread", at);
        }
        let join = || self.plain.join();
        let result = waits::blocking(Wait::Join, self.serial as usize, at, join);
        learn(&self.end);
        result
    }
}

/// Work that begins with what this thread knows, and leaves behind what it knew.
fn followed<F: FnOnce() -> T, T>(work: F) -> (u32, End, impl FnOnce() -> T) {
    let end = End::default();
    let inherited = if ENABLED { thread::fork() } else { None };
    let serial = inherited.as_ref().map_or(0, |(serial, _)| *serial);
    let ended = Arc::clone(&end);
    #[cfg(feature = "atomics")]
    let seen = if ENABLED { crate::atomic::fork() } else { None };
    let run = move || {
        let _done = Done(Arc::clone(&ended));
        if ENABLED {
            thread::begin_with(inherited);
            #[cfg(feature = "atomics")]
            crate::atomic::begin(seen.as_ref());
        }
        let result = work();
        if let Some(past) = Some(()).filter(|()| ENABLED).and_then(|()| thread::so_far()) {
            let _ = ended.past.set(past);
        }
        #[cfg(feature = "atomics")]
        if let Some(seen) = Some(()).filter(|()| ENABLED).and_then(|()| crate::atomic::end()) {
            let _ = ended.seen.set(seen);
        }
        result
    };
    (serial, end, run)
}

/// Says that the work has ended, also when it panics.
struct Done(End);

impl Drop for Done {
    fn drop(&mut self) {
        let _ = self.0.done.set(());
    }
}

fn learn(end: &End) {
    if let Some((child, segment, past)) = end.past.get() {
        thread::learn(|clock| clock.join(*child, *segment, past));
    }
    #[cfg(feature = "atomics")]
    if let Some(seen) = end.seen.get() {
        crate::atomic::join(seen);
    }
}
