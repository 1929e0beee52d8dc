//! Reconsolidation: a memory that was reactivated can be changed for a while.

use engram_metrics_core::{
    Counter, ExplicitHistogram, Family, Histogram, Unit, UpDownCounter, label_enum, metric_set,
};

use super::inputs::accepted;
use crate::input::{Elapsed, Input, UnitRatio};

/// How long a memory can be changed after it was reactivated: what was given right after reactivation
/// impaired it, what was given six hours later did not (Nader, Schafe and LeDoux 2000).
pub const WINDOW_SECONDS: f64 = 21_600.0;

/// A minute to a week; the end of the window is a bound.
const AGES: &[f64] =
    &[60.0, 600.0, 3_600.0, 10_800.0, WINDOW_SECONDS, 43_200.0, 86_400.0, 604_800.0];

/// Ticks of 2^-10 s: a million attempts hours after reactivation have a sum of centuries.
const RESOLUTION: u8 = 10;

label_enum! {
    /// What became of an attempt to change a memory.
    pub enum ReconsolidationOutcome as "outcome" {
        Updated = "updated",
        Restored = "restored",
        WindowClosed = "rejected_window_closed",
        NotReactivated = "rejected_not_reactivated",
        Conflict = "rejected_conflict",
    }
}

metric_set! {
    /// Attempts to change memories.
    pub struct ReconsolidationMetrics {
        /// Attempts, by what became of them.
        pub attempts: Family<ReconsolidationOutcome, Counter> =
            "engram.reconsolidation.attempts", Unit::Count("{attempt}");
        /// Time from the reactivation of a memory to the attempt to change it.
        pub elapsed: ExplicitHistogram =
            "engram.reconsolidation.elapsed", Unit::Seconds, ExplicitHistogram::with_resolution(AGES, RESOLUTION);
        /// Changes that were made although the window was closed: each of them is an error.
        pub late_updates: Counter =
            "engram.reconsolidation.late_updates", Unit::Count("{attempt}");
        /// Memories that can be changed.
        pub labile: UpDownCounter = "engram.reconsolidation.labile", Unit::Count("{memory}");
        /// How much of a memory a change replaced.
        pub update: Histogram = "engram.reconsolidation.update", Unit::Ratio;
    }
}

/// Attempts of this process.
pub static RECONSOLIDATION: ReconsolidationMetrics = ReconsolidationMetrics::new();

impl ReconsolidationMetrics {
    /// What has to become of an attempt at `now`, the memory having been reactivated at `since`: `None` if
    /// the window is open. Both are seconds of one clock. The window contains its beginning and not its end.
    #[must_use]
    pub fn refusal(since: Option<f64>, now: f64) -> Option<ReconsolidationOutcome> {
        match since.map(|since| Elapsed::between(since, now)) {
            None => Some(ReconsolidationOutcome::NotReactivated),
            Some(Ok(age)) if age.seconds() < WINDOW_SECONDS => None,
            Some(_) => Some(ReconsolidationOutcome::WindowClosed),
        }
    }

    /// Records an attempt to change a memory that was reactivated at `since`.
    #[inline]
    pub fn attempt(&self, outcome: ReconsolidationOutcome, since: f64, now: f64) {
        if let Some(age) = accepted(Input::ReconsolidationAge, Elapsed::between(since, now)) {
            self.attempts.at(outcome).increment();
            self.elapsed.record_f64(age.seconds());
            if outcome == ReconsolidationOutcome::Updated && age.seconds() >= WINDOW_SECONDS {
                self.late_updates.increment();
            }
        }
    }

    /// Records an attempt to change a memory that nobody had reactivated: there is no time since.
    #[inline]
    pub fn not_reactivated(&self) {
        self.attempts.at(ReconsolidationOutcome::NotReactivated).increment();
    }

    /// Records how much of a memory a change replaced.
    #[inline]
    pub fn updated(&self, share: f64) {
        if let Some(share) = accepted(Input::Update, UnitRatio::new(share)) {
            self.update.record_f64(share.value());
        }
    }
}
