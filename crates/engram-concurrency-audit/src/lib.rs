//! Lock order, deadlocks, channels and atomics, audited while the program runs.
//!
//! An auditor says what is wrong as a [`Finding`]: a stable [`ErrorCode`], a [`Severity`], the whole
//! cycle with both places of each step. What happens then is the [`Policy`] of the [`AUDITOR`].
//!
//! # Switched off
//! Without the feature `enabled`, or with `--cfg engram_off` whatever the features say, an audited thing
//! is the thing that it wraps: the same size, the same machine code.

#![cfg_attr(engram_loom, expect(dead_code, reason = "models use what threads share of locks"))]

#[cfg(all(feature = "atomics", not(engram_loom)))]
pub mod atomic;
#[cfg(not(engram_loom))]
mod auditor;
#[cfg(all(feature = "channels", not(engram_loom)))]
pub mod channel;
#[cfg(not(engram_loom))]
mod finding;
mod gate;
#[cfg(not(engram_loom))]
mod legacy;
#[cfg(feature = "locks")]
mod lock;
#[cfg(all(feature = "pools", not(engram_loom)))]
pub mod pool;
#[cfg(not(engram_loom))]
mod reentry;
#[cfg(not(engram_loom))]
mod sync;
#[cfg(all(any(feature = "channels", feature = "atomics", feature = "pools"), not(engram_loom)))]
mod thread_number;

pub use gate::ENABLED;
#[cfg(not(engram_loom))]
pub use legacy::LegacyMetricsAdapter;

#[cfg(not(engram_loom))]
pub use {
    auditor::{
        AUDIT, AUDITOR, Action, AuditMetrics, Auditor, Callback, Level, Policy, Suppression,
    },
    finding::{Confidence, Edge, ErrorCode, Finding, Place, Severity, Site},
};

#[cfg(all(feature = "tokio", not(engram_loom)))]
pub use lock::tokio;
#[cfg(all(feature = "locks", not(engram_loom)))]
pub use lock::{
    ArcMutexGuard, AuditedRaw, Barrier, Broken, Condvar, ForeignLock, JoinHandle, LOCK_AUDITOR,
    LOCKS, LazyLock, LockAuditor, LockClass, LockMetrics, LockOrder, Mutex, MutexGuard, NotAnOrder,
    Once, OnceLock, Polled, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
    Scope, ScopedJoinHandle, Tracking, report, save_report, scope, spawn, spawn_with, track_locks,
    watch_locks, watch_polls,
};
