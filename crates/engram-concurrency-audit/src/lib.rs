//! Lock order, deadlocks, channels and atomics, audited while the program runs.
//!
//! An auditor says what is wrong as a [`Finding`]: a stable [`ErrorCode`], a [`Severity`], the whole
//! cycle with both places of each step. What happens then is the [`Policy`] of the [`AUDITOR`].
//!
//! # Switched off
//! Without the feature `enabled`, or with `--cfg engram_off` whatever the features say, an audited thing
//! is the thing that it wraps: the same size, the same machine code.

#[cfg(feature = "atomics")]
pub mod atomic;
mod auditor;
#[cfg(feature = "channels")]
pub mod channel;
mod finding;
mod gate;
#[cfg(feature = "locks")]
mod lock;
mod reentry;
mod sync;
#[cfg(any(feature = "channels", feature = "atomics"))]
mod thread_number;

pub use gate::ENABLED;

pub use {
    auditor::{
        AUDIT, AUDITOR, Action, AuditMetrics, Auditor, Callback, Level, Policy, Suppression,
    },
    finding::{Confidence, Edge, ErrorCode, Finding, Place, Severity, Site},
};

#[cfg(feature = "locks")]
pub use lock::{
    ArcMutexGuard, AuditedRaw, Barrier, Broken, Condvar, JoinHandle, LOCKS, LockClass, LockMetrics,
    LockOrder, Mutex, MutexGuard, Polled, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockWriteGuard, Scope, ScopedJoinHandle, Tracking, report, save_report, scope, spawn,
    spawn_with, track_locks, watch_polls,
};
