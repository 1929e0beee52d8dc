//! How long threads waited for locks and held them, by class, and where they waited.

use engram_metrics_core::{Counter, DynamicFamily, Handle, Histogram, Layout, Unit, metric_set};

metric_set! {
    /// What the locks of the program do; register it beside yours.
    pub struct LockMetrics {
        /// Time that threads waited for locks that were taken, by class.
        pub wait_duration: DynamicFamily<1, Histogram> = "engram.lock.wait.duration", Unit::Seconds,
            DynamicFamily::with_layout(["class"], Layout::SECONDS);
        /// Time that locks were held, by class: of one acquisition in a while, see
        /// [`watch_locks`](super::watch_locks).
        pub hold_duration: DynamicFamily<1, Histogram> = "engram.lock.hold.duration", Unit::Seconds,
            DynamicFamily::with_layout(["class"], Layout::SECONDS);
        /// Contended acquisitions, by class and by the place where the lock was asked for. The first eight places of
        /// a class are told apart; the others are `other`.
        pub contentions: DynamicFamily<2, Counter> = "engram.lock.contentions",
            Unit::Count("{acquisition}"), DynamicFamily::new(["class", "site"]);
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
pub(super) struct Series {
    pub(super) waited: Handle<'static, 1, Histogram>,
    pub(super) held: Handle<'static, 1, Histogram>,
    pub(super) handoffs: Handle<'static, 1, Counter>,
}

impl Series {
    /// Makes them; the page shows them from now on.
    pub(super) fn of(class: &str) -> Self {
        let class = [class];
        Self {
            waited: LOCKS.wait_duration.handle(class),
            held: LOCKS.hold_duration.handle(class),
            handoffs: LOCKS.handoffs.handle(class),
        }
    }
}
