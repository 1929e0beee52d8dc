//! What each thread asks of a variable's ledger when it operates on it: put together beforehand, for an operation has
//! no time for that.
//!
//! A thread writes its own, and whoever wants all operations to take the cold path overwrites those of all threads.

use std::cell::Cell;

use super::sync::{AtomicU64, Ordering};
use super::validator;

/// By the number of the operation: its bit, and that of the thread. [`NEVER`] where the thread has not done it yet.
#[derive(Debug)]
struct Asks([AtomicU64; OPERATIONS]);

thread_local! {
    /// Without a destructor, so that variables can be used while the thread is torn down.
    static OWN: Asks = const { Asks([const { AtomicU64::new(NEVER) }; OPERATIONS]) };
    /// Takes [`OWN`] off the list when the thread ends; touched once.
    static LISTED: Listed = const { Listed(Cell::new(false)) };
}

/// What this thread asks for by this operation.
#[inline(always)]
pub(super) fn own(operation: usize) -> u64 {
    // Relaxed: a hint; who misses that all is followed from now on is known by the ledger, and seen the next time.
    OWN.with(|own| own.0[operation].load(Ordering::Relaxed))
}

/// This thread will ask for that.
pub(super) fn set_own(operation: usize, asks: u64) {
    // Relaxed: as in `own`.
    OWN.with(|own| own.0[operation].store(asks, Ordering::Relaxed));
}

/// The threads that ask for anything but [`NEVER`].
#[derive(Debug, Default)]
pub(super) struct Threads(Vec<*const Asks>);

// SAFETY: what the pointers lead to is made of atomics, and there while it is on the list: its thread takes it off
// before it ends.
unsafe impl Send for Threads {}

impl Threads {
    /// Puts this thread on the list; false when it is being torn down and could not be taken off.
    pub(super) fn enter(&mut self) -> bool {
        let enter = |listed: &Listed| {
            if !listed.0.replace(true) {
                self.0.push(OWN.with(std::ptr::from_ref));
            }
        };
        LISTED.try_with(enter).is_ok()
    }

    /// Sends all operations of all threads through the cold path, until they are known again.
    pub(super) fn forget(&self) {
        for asks in &self.0 {
            // SAFETY: on the list.
            let asks = unsafe { &**asks };
            // Relaxed: as in `own`.
            asks.0.iter().for_each(|it| it.store(NEVER, Ordering::Relaxed));
        }
    }

    fn leave(&mut self) {
        let own = OWN.with(std::ptr::from_ref);
        self.0.retain(|asks| !std::ptr::eq(*asks, own));
        (0..OPERATIONS).for_each(|operation| set_own(operation, NEVER));
    }
}

#[derive(Debug)]
struct Listed(Cell<bool>);

impl Drop for Listed {
    fn drop(&mut self) {
        if self.0.get() {
            crate::reentry::unaudited(|| validator::state().threads.leave());
        }
    }
}

/// A bit that no ledger has: what asks for it is never known.
pub(super) const NEVER: u64 = 1 << 15;

/// Numbers of operations, some of which no operation has.
const OPERATIONS: usize = 16;
