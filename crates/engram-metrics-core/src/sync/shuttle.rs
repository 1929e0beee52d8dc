//! The door in larger models: shuttle's atomics, which are sequentially consistent. It decides which thread
//! runs next at each of them, and finds schedules, not orderings.

pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
pub(crate) use shuttle::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use std::sync::TryLockError;

#[cfg(test)]
use shuttle::scheduler::{PctScheduler, RandomScheduler};

/// Tries before a lock is given up on: shuttle knows no time.
const TRIES: usize = 20;

fn patiently<G>(take: impl Fn() -> Result<G, TryLockError<G>>) -> Option<G> {
    for _ in 0..TRIES {
        match take() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => shuttle::thread::yield_now(),
        }
    }
    None
}

/// Reads what the lock protects; `None` when it can not be had.
pub(crate) fn read_patiently<T>(lock: &RwLock<T>) -> Option<RwLockReadGuard<'_, T>> {
    patiently(|| lock.try_read())
}

/// Changes what the lock protects; `None` when it can not be had.
pub(crate) fn write_patiently<T>(lock: &RwLock<T>) -> Option<RwLockWriteGuard<'_, T>> {
    patiently(|| lock.try_write())
}

/// Runs a model under as many schedules of each kind: at random, and by priorities that change at three
/// places, which finds what needs one thread to be slow. The same ones every time.
#[cfg(test)]
pub(crate) fn explore(schedules: usize, model: impl Fn() + Copy + Send + Sync + 'static) {
    const SEED: u64 = 0x656e_6772_616d;
    const CHANGES: usize = 3;
    let mut config = shuttle::Config::default();
    // A storage is made on the stack.
    config.stack_size = 1 << 18;
    let random = RandomScheduler::new_from_seed(SEED, schedules);
    shuttle::Runner::new(random, config.clone()).run(model);
    let priorities = PctScheduler::new_from_seed(SEED, CHANGES, schedules);
    shuttle::Runner::new(priorities, config).run(model);
}
