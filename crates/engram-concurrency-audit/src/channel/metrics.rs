//! What the monitor counts.

use engram_metrics_core::{Counter, Family, Unit, label_enum, metric_set};

use super::recovery::Action;

label_enum! {
    /// What was done about a channel in trouble.
    pub enum Recovery as "action" {
        /// It was given more room.
        Grow = "grow",
        /// The oldest messages were dropped.
        DropOldest = "drop_oldest",
        /// All messages were dropped.
        Drain = "drain",
        /// The consumer was started again.
        Restart = "restart",
        /// A function was called.
        Call = "call",
    }
}

impl Recovery {
    pub(super) const fn of(action: &Action) -> Self {
        match action {
            Action::Grow => Self::Grow,
            Action::DropOldest(_) => Self::DropOldest,
            Action::Drain => Self::Drain,
            Action::Restart => Self::Restart,
            Action::Call(_) => Self::Call,
        }
    }
}

metric_set! {
    /// What is done about channels; register it beside [`CHANNELS`](super::CHANNELS), which counts what they do.
    pub struct ChannelMetrics {
        /// Recoveries that were done, by action.
        pub recoveries: Family<Recovery, Counter> = "engram.channel.recoveries", Unit::Count("{recovery}");
        /// Recoveries that could not be done, by action.
        pub refused_recoveries: Family<Recovery, Counter> = "engram.channel.refused_recoveries",
            Unit::Count("{recovery}");
        /// Changes of a channel's room while the program runs.
        pub resizes: Counter = "engram.channel.resizes", Unit::Count("{resize}");
        /// Events that a listener had no room for.
        pub lost_events: Counter = "engram.channel.lost_events", Unit::Count("{event}");
    }
}

/// What is done about channels.
pub static CHANNEL: ChannelMetrics = ChannelMetrics::new();
