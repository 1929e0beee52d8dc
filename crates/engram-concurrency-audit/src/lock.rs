//! Audited locks: classes, what each thread holds, the order of acquisition, who waits for whom.

mod held;
mod numbered;
mod record;
mod sync;
mod wait;
mod word;

#[cfg(not(engram_loom))]
mod acquire;
#[cfg(not(engram_loom))]
mod barrier;
#[cfg(not(engram_loom))]
mod class;
#[cfg(not(engram_loom))]
mod clock;
#[cfg(not(engram_loom))]
mod condvar;
#[cfg(not(engram_loom))]
mod draw;
#[cfg(not(engram_loom))]
mod foreign;
#[cfg(not(engram_loom))]
mod graph;
#[cfg(not(engram_loom))]
mod hold;
#[cfg(not(engram_loom))]
mod holding;
#[cfg(not(engram_loom))]
mod join;
#[cfg(not(engram_loom))]
mod known;
#[cfg(not(engram_loom))]
mod metrics;
#[cfg(not(engram_loom))]
mod mutex;
#[cfg(not(engram_loom))]
mod once;
#[cfg(not(engram_loom))]
mod order;
#[cfg(not(engram_loom))]
mod place;
#[cfg(not(engram_loom))]
mod poll;
#[cfg(test)]
#[cfg(not(engram_loom))]
mod program;
#[cfg(not(engram_loom))]
mod raw;
#[cfg(not(engram_loom))]
mod recent;
#[cfg(not(engram_loom))]
mod rwlock;
#[cfg(not(engram_loom))]
mod state;
#[cfg(all(feature = "tokio", not(engram_loom)))]
mod task;
#[cfg(all(not(feature = "tokio"), not(engram_loom)))]
#[path = "lock/no_task.rs"]
mod task;
#[cfg(not(engram_loom))]
mod thread;
#[cfg(all(feature = "tokio", not(engram_loom)))]
pub mod tokio;
#[cfg(not(engram_loom))]
mod waiting;
#[cfg(not(engram_loom))]
pub(crate) mod waits;

#[cfg(test)]
#[cfg(engram_loom)]
#[path = "lock/tests/loom.rs"]
mod models;

#[cfg(all(feature = "channels", not(engram_loom)))]
pub(crate) use waiting::warn_if_holding;

#[cfg(not(engram_loom))]
pub use {
    barrier::Barrier,
    class::{LockClass, Tracking, track_locks},
    condvar::Condvar,
    draw::{LockOrder, NotAnOrder, report, save_report},
    foreign::{ForeignLock, LOCK_AUDITOR, LockAuditor},
    join::{JoinHandle, Scope, ScopedJoinHandle, scope, spawn, spawn_with},
    metrics::{LOCKS, LockMetrics},
    mutex::{ArcMutexGuard, Broken, Mutex, MutexGuard},
    once::{LazyLock, Once, OnceLock},
    poll::{Polled, watch_polls},
    raw::AuditedRaw,
    rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard},
    waits::watch_locks,
};
