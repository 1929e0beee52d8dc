//! The one door to atomics and to the auditor's own locks.
//!
//! The auditor is entered from every place a program takes a lock in: allocators, destructors of
//! thread-locals, the child of a `fork`. Its own locks are therefore taken with a bound
//! ([`patiently`]); who cannot have one does without, and counts that.

#[cfg(feature = "pools")]
pub(crate) use std::sync::atomic::AtomicU64;
#[cfg(any(feature = "channels", feature = "atomics", feature = "pools"))]
pub(crate) use std::sync::atomic::{AtomicU32, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::sync::TryLockError;
use std::sync::atomic::AtomicBool;
#[cfg(not(any(feature = "channels", feature = "atomics", feature = "pools")))]
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Takes a lock of the auditor's own, with patience; `None` when it cannot be had.
///
/// Whoever holds it may wait, in an allocator, for a lock that the caller holds: giving up is what
/// keeps the auditor out of the deadlocks that it looks for. It may also have no processor for a while, so that
/// giving up takes a second; but only once, for in the child of a `fork` nobody will ever release it.
pub(crate) fn patiently<T>(lock: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    const SPINS: u32 = 100;
    const PATIENCE: Duration = Duration::from_secs(1);
    const IMPATIENCE: Duration = Duration::from_millis(10);
    static IS_IN_VAIN: AtomicBool = AtomicBool::new(false);
    let mut started = None;
    for attempt in 0.. {
        match lock.try_lock() {
            Ok(guard) => {
                if attempt > SPINS {
                    // Relaxed: how long to wait, nothing else.
                    IS_IN_VAIN.store(false, Ordering::Relaxed);
                }
                return Some(guard);
            }
            // What the lock protects is changed by steps that do not panic.
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if attempt < SPINS => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => {
                // Relaxed: as above.
                let patience =
                    if IS_IN_VAIN.load(Ordering::Relaxed) { IMPATIENCE } else { PATIENCE };
                if started.get_or_insert_with(Instant::now).elapsed() > patience {
                    break;
                }
                std::thread::sleep(Duration::from_micros(50));
            }
        }
    }
    // Relaxed: as above.
    IS_IN_VAIN.store(true, Ordering::Relaxed);
    None
}
