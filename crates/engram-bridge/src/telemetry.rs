//! What the bridges say about themselves.

use engram_metrics_core::{Counter, Family, Unit, label_enum, metric_set};

label_enum! {
    /// What became the same on the way from a facade to us.
    pub enum Merged as "of" {
        /// The names of two metrics; the later one got a number behind it.
        Metric = "metric",
        /// The labels of two series, which share one now. Counted when a thread first records into it.
        Series = "series",
        /// The names of two labels of one series; the later one got a number behind it. Counted like that, too.
        Label = "label",
    }
}

label_enum! {
    /// Why a description was ignored.
    pub enum Ignored as "reason" {
        /// Another unit, after something was recorded.
        Late = "late_unit",
        /// One more than there may be.
        Limit = "limit",
    }
}

metric_set! {
    /// The metrics of the bridges; register them beside yours.
    pub struct BridgeMetrics {
        /// Names and labels of a facade that became the same here.
        pub merged: Family<Merged, Counter> = "engram.bridge.merged", Unit::Count("{name}");
        /// Descriptions of a facade that were ignored.
        pub ignored_descriptions: Family<Ignored, Counter> = "engram.bridge.ignored_descriptions",
            Unit::Count("{description}");
        /// Handles that record nothing, given to an allocator that records what the bridge itself allocates.
        pub lost: Counter = "engram.bridge.lost", Unit::Count("{handle}");
        /// Spans whose duration nobody knows, because too many others were open.
        pub untimed_spans: Counter = "engram.bridge.untimed_spans", Unit::Count("{span}");
    }
}

/// The metrics of the bridges.
pub static BRIDGE: BridgeMetrics = BridgeMetrics::new();
