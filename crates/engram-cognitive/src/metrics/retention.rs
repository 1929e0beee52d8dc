//! Retention: what is left of a memory after a while.

use engram_metrics_core::{Counter, Family, Unit, label_enum, metric_set};

use super::interference::RecallOutcome;
use crate::input::Elapsed;

label_enum! {
    /// The delay between study and test. The bounds are the delays of Ebbinghaus (1885).
    pub enum Delay as "delay" {
        Le20Min = "le_20m",
        Le1Hour = "le_1h",
        Le9Hours = "le_9h",
        Le1Day = "le_1d",
        Le2Days = "le_2d",
        Le6Days = "le_6d",
        Le31Days = "le_31d",
        Gt31Days = "gt_31d",
    }
}

label_enum! {
    /// Whether repetitions followed each other at once.
    pub enum Schedule as "schedule" { Massed = "massed", Spaced = "spaced" }
}

/// Upper bounds in seconds, inclusive.
const BOUNDS: [(f64, Delay); 7] = [
    (1_200.0, Delay::Le20Min),
    (3_600.0, Delay::Le1Hour),
    (32_400.0, Delay::Le9Hours),
    (86_400.0, Delay::Le1Day),
    (172_800.0, Delay::Le2Days),
    (518_400.0, Delay::Le6Days),
    (2_678_400.0, Delay::Le31Days),
];

impl Delay {
    /// The class of a delay.
    #[must_use]
    pub fn of(elapsed: Elapsed) -> Self {
        let within = BOUNDS.iter().find(|(bound, _)| elapsed.seconds() <= *bound);
        within.map_or(Self::Gt31Days, |(_, delay)| *delay)
    }
}

metric_set! {
    /// What is left after a while.
    pub struct RetentionMetrics {
        /// Tests of what was studied, by how long ago that was.
        pub trials: Family<(Delay, RecallOutcome), Counter> =
            "engram.retention.trials", Unit::Count("{trial}");
        /// Tests of what was studied several times, by the schedule.
        pub spacing: Family<(Schedule, RecallOutcome), Counter> =
            "engram.spacing.trials", Unit::Count("{trial}");
    }
}

/// Retention in this process.
pub static RETENTION: RetentionMetrics = RetentionMetrics::new();

impl RetentionMetrics {
    /// Counts tests of items.
    #[inline]
    pub fn test(&self, delay: Delay, outcome: RecallOutcome, items: u64) {
        self.trials.at((delay, outcome)).add(items);
    }

    /// Counts tests of items that were studied several times.
    #[inline]
    pub fn repeated(&self, schedule: Schedule, outcome: RecallOutcome, items: u64) {
        self.spacing.at((schedule, outcome)).add(items);
    }
}
