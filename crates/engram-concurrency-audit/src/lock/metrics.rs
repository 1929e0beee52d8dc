//! How long threads waited for locks, by class.

use engram_metrics_core::{Counter, DynamicFamily, Handle, Histogram, Layout, Unit, metric_set};

metric_set! {
    /// What the locks of the program do; register it beside yours.
    pub struct LockMetrics {
        /// Time that threads waited for locks that were taken, by class.
        pub wait_duration: DynamicFamily<1, Histogram> = "engram.lock.wait.duration", Unit::Seconds,
            DynamicFamily::with_layout(["class"], Layout::SECONDS);
        /// Contended acquisitions by a thread on another NUMA node than the contended one before, by class.
        pub handoffs: DynamicFamily<1, Counter> = "engram.lock.node_handoffs",
            Unit::Count("{handoff}"), DynamicFamily::new(["class"]);
        /// Acquisitions that were not audited: the auditor was busy, or a thread held too many locks.
        pub unaudited: Counter = "engram.lock.unaudited", Unit::Count("{acquisition}");
    }
}

/// What the locks of the program do.
pub static LOCKS: LockMetrics = LockMetrics::new();

/// The series of one class.
#[derive(Debug)]
pub(super) struct Waits {
    pub(super) duration: Handle<'static, 1, Histogram>,
    pub(super) handoffs: Handle<'static, 1, Counter>,
}

impl Waits {
    /// Makes them; the page shows them from now on.
    pub(super) fn of(class: &str) -> Self {
        let class = [class];
        Self { duration: LOCKS.wait_duration.handle(class), handoffs: LOCKS.handoffs.handle(class) }
    }
}
