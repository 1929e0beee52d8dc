//! Fences that are followed.

use std::panic::Location;

use super::sync::{self, Order, Ordering};
use super::validator::state;
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::reentry;

/// A fence, as [`std::sync::atomic::fence`]; a relaxed one is a finding instead of a panic, and does nothing.
#[inline]
#[track_caller]
pub fn fence(order: Ordering) {
    if crate::ENABLED {
        note(Order::of(order), Location::caller());
    }
    // Relaxed: no fence can be; said by `note`.
    if !crate::ENABLED || order != Ordering::Relaxed {
        sync::fence(order);
    }
}

/// A fence costs tens of nanoseconds; a lock beside it is in proportion.
#[cold]
fn note(order: Order, at: &'static Location<'static>) {
    if reentry::is_inside() {
        return;
    }
    let finding = reentry::unaudited(|| {
        if order == Order::Relaxed {
            let message = "a fence cannot be Relaxed".to_owned();
            let finding = Finding::new(ErrorCode::InvalidOrdering, "fence", message);
            return Some(finding.at("is asked for", Site::of(at)));
        }
        let mut state = state();
        state.facts.acquire_fences |= order.acquires();
        state.facts.release_fences |= order.releases();
        state.facts.seqcst_fences |= order == Order::SeqCst;
        if state.is_following() { state.fence(order, at) } else { None }
    });
    if let Some(finding) = finding {
        AUDITOR.report(finding);
    }
}
