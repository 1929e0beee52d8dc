//! Audited locks: classes, what each thread holds, the order of acquisition, who waits for whom.

mod acquire;
mod barrier;
mod class;
mod clock;
mod condvar;
mod draw;
mod graph;
mod held;
mod join;
mod known;
mod metrics;
mod mutex;
mod order;
mod poll;
#[cfg(test)]
mod program;
mod raw;
mod recent;
mod rwlock;
mod state;
mod sync;
mod thread;
mod waiting;
pub(crate) mod waits;

#[cfg(feature = "channels")]
pub(crate) use waiting::warn_if_holding;

pub use barrier::Barrier;
pub use class::{LockClass, Tracking, track_locks};
pub use condvar::Condvar;
pub use draw::{LockOrder, report, save_report};
pub use join::{JoinHandle, Scope, ScopedJoinHandle, scope, spawn, spawn_with};
pub use metrics::{LOCKS, LockMetrics};
pub use mutex::{ArcMutexGuard, Broken, Mutex, MutexGuard};
pub use poll::{Polled, watch_polls};
pub use raw::AuditedRaw;
pub use rwlock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
