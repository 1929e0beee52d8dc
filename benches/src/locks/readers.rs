//! Reader-writer locks, read by one thread.

use std::sync::PoisonError;

use super::lock::{DETECTING, TRACING, WRAPPED};
use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;

/// A reader alone.
pub(super) fn reads(operation: &'static str) -> Vec<Contender> {
    /// One lock, made before.
    macro_rules! read {
        ($name:expr, $lock:ty, |$it:ident| $read:expr) => {{
            let $it = <$lock>::new(0_u64);
            contender!($name, operation, |_at| drop($read)).alone()
        }};
    }
    vec![
        read!(ENGRAM, engram_concurrency_audit::RwLock<u64>, |lock| lock.read()),
        read!(WRAPPED, parking_lot::RwLock<u64>, |lock| lock.read()),
        read!("std", std::sync::RwLock<u64>, |lock| lock
            .read()
            .unwrap_or_else(PoisonError::into_inner)),
        read!(DETECTING, parking_lot_detecting::RwLock<u64>, |lock| lock.read()),
        read!(TRACING, tracing_mutex::stdsync::tracing::RwLock<u64>, |lock| lock
            .read()
            .unwrap_or_else(PoisonError::into_inner)),
        #[cfg(feature = "deloxide")]
        read!(super::lock::DELOXIDE, deloxide::RwLock<u64>, |lock| lock.read()),
    ]
}
