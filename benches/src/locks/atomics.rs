//! Watched atomics, with the ledger that is always on.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use engram_concurrency_audit::atomic::WatchedU64;

use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;

/// What ours wrap.
pub(super) const WRAPPED: &str = "std atomic";

static WATCHED: WatchedU64 = WatchedU64::new(0);
static PLAIN: AtomicU64 = AtomicU64::new(0);

/// A contender for both.
macro_rules! both {
    ($operation:ident, |$it:ident, $at:ident| $act:expr) => {{
        let ($it, plain) = (&WATCHED, &PLAIN);
        let ours = contender!(ENGRAM, $operation, |$at| $act).alone();
        let $it = plain;
        vec![ours, contender!(WRAPPED, $operation, |$at| $act).alone()]
    }};
}

// Relaxed, in all three: what is timed has no partner.

pub(super) fn loads(operation: &'static str) -> Vec<Contender> {
    both!(operation, |it, _at| black_box(it.load(Ordering::Relaxed)))
}

pub(super) fn stores(operation: &'static str) -> Vec<Contender> {
    both!(operation, |it, at| it.store(u64::from(at), Ordering::Relaxed))
}

pub(super) fn updates(operation: &'static str) -> Vec<Contender> {
    both!(operation, |it, _at| it.fetch_add(1, Ordering::Relaxed))
}
