//! How long locks are held: one acquisition in a while is timed, and nobody else pays for it.
//!
//! ```text
//!   watcher   asks for a sample, in the word that every acquisition looks at anyway
//!   thread    the first one to take a lock then goes the long way, and puts a hole on top of the lock
//!   release   finds the hole instead of the lock, goes the long way, and finds that the lock is timed
//! ```
//!
//! Samples are spread over time and not over acquisitions: what is taken often is timed often.

use std::cell::Cell;

use engram_metrics_core::Moment;

use crate::reentry;

use super::class::{self, Class};
use super::thread::Thread;

/// The acquisition of this thread that is timed; one at a time.
#[derive(Clone, Copy, Debug)]
enum Timed {
    Nothing,
    /// The one that begins now.
    Next,
    /// The one of this lock.
    Held {
        lock: usize,
        class: &'static Class,
        since: Moment,
    },
}

thread_local! {
    /// Without a destructor, so that locks can be taken while the thread is torn down.
    static TIMED: Cell<Timed> = const { Cell::new(Timed::Nothing) };
}

/// Answers the watcher: the acquisition that this thread begins now is timed. False when another thread was first.
#[cold]
#[inline(never)]
pub(super) fn answer() -> bool {
    let is_first = class::take_sample() && !reentry::is_inside();
    if is_first {
        TIMED.with(|timed| timed.set(Timed::Next));
    }
    is_first
}

/// Before the lock is taken: makes the series, for that allocates, and the lock may be that of the allocator.
pub(super) fn prepare(class: &'static Class) {
    if matches!(TIMED.with(Cell::get), Timed::Next) {
        reentry::unaudited(|| class.series());
    }
}

/// The lock was taken, and is on top of what the thread holds.
pub(super) fn begin(thread: &Thread, lock: usize, class: &'static Class) {
    if matches!(TIMED.with(Cell::get), Timed::Next) {
        thread.held.put_hole();
        let since = Moment::now();
        TIMED.with(|timed| timed.set(Timed::Held { lock, class, since }));
    }
}

/// The lock is about to be released, by whatever way but the short one.
pub(super) fn end(released: usize) {
    if let Timed::Held { lock, class, since } = TIMED.with(Cell::get)
        && lock == released
    {
        TIMED.with(|timed| timed.set(Timed::Nothing));
        reentry::unaudited(|| class.series().held.record(since.elapsed_ticks()));
    }
}

crate::when_enabled! {
    #[cfg(test)]
    mod tests {
        use crate::{LOCKS, LockClass, Mutex};

        use super::*;

        /// Asks until this thread is the one that answers: other tests take locks as well.
        fn hold_until_timed(class: &str, hold: impl Fn()) -> u64 {
            let holds = || LOCKS.hold_duration.at([class]).snapshot().count();
            let before = holds();
            for _ in 0..100_000 {
                class::ask_for_sample();
                hold();
                if holds() != before {
                    break;
                }
            }
            holds() - before
        }

        #[test]
        fn one_acquisition_is_timed_where_one_is_asked_for() {
            static CLASS: LockClass = LockClass::new("timed");
            static OTHER: LockClass = LockClass::new("taken inside of what is timed");
            let (lock, other) = (Mutex::of(&CLASS, ()), Mutex::of(&OTHER, ()));
            let nested = || {
                let outer = lock.lock();
                drop(other.lock());
                drop(outer);
            };
            assert_eq!(hold_until_timed("timed", nested), 1);
            let crossed = || {
                let outer = lock.lock();
                let inner = other.lock();
                drop(outer);
                drop(inner);
            };
            assert_eq!(hold_until_timed("timed", crossed), 1);
        }
    }
}
