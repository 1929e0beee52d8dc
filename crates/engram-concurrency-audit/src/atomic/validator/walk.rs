//! What one thread does between fences.

use crate::atomic::access::Kind;
use crate::atomic::sync::Order;
use crate::atomic::variable::At;
use crate::finding::{ErrorCode, Finding, Site};

/// The steps of one thread since its last fence.
#[derive(Debug, Default)]
pub(super) struct Walk {
    accesses: u64,
    /// The last fence, if nothing was accessed before it.
    idle_fence: Option<At>,
    /// The last variable that was stored to and may still be on its way.
    stored: Option<usize>,
}

impl Walk {
    /// An access; returns the variable of a store that this load may overtake.
    pub(super) fn step(&mut self, address: usize, kind: Kind, order: Order) -> Option<usize> {
        self.accesses += 1;
        self.idle_fence = None;
        // Ordered with the loads behind it, if those are SeqCst too.
        let is_ordered = order == Order::SeqCst;
        match kind {
            // A locked instruction waits for the stores before it, but C++ promises that for SeqCst alone.
            Kind::Update if is_ordered => self.stored = None,
            Kind::Store => self.stored = (!is_ordered).then_some(address),
            Kind::Load => return self.stored.filter(|stored| *stored != address),
            Kind::Update => {}
        }
        None
    }

    /// A fence; returns what is wrong with the one before.
    pub(super) fn fence(&mut self, order: Order, at: At) -> Option<Finding> {
        let useless = self.end();
        if self.accesses == 0 {
            self.idle_fence = Some(at);
        }
        self.accesses = 0;
        // The one fence that a load does not overtake a store through.
        if order == Order::SeqCst {
            self.stored = None;
        }
        useless
    }

    /// A fence with no access before it, nor since.
    pub(super) fn end(&mut self) -> Option<Finding> {
        let at = self.idle_fence.take()?;
        let message = "no access before it, and none after".to_owned();
        Some(Finding::new(ErrorCode::UselessFence, "fence", message).at("fences", Site::of(at)))
    }
}
