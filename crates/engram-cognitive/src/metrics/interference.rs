//! Interference: memories that get into each other's way.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

use super::RESPONSES;
use super::inputs::accepted;
use crate::input::{Elapsed, Input};

label_enum! {
    /// Whether what was learnt before interferes, or what was learnt after.
    pub enum Interference as "type" { Proactive = "proactive", Retroactive = "retroactive" }
}

label_enum! {
    /// Which arm of the experiment a trial belongs to.
    pub enum Condition as "condition" { Interference = "interference", Control = "control" }
}

label_enum! {
    /// What became of an item that was to be recalled.
    pub enum RecallOutcome as "outcome" { Recalled = "recalled", Forgotten = "forgotten" }
}

label_enum! {
    /// How many lists back an intruding item was studied.
    pub enum Lag as "lag" { One = "1", Two = "2", ThreePlus = "3_plus" }
}

label_enum! {
    /// How many facts share the concept that was asked about.
    pub enum Fan as "fan" { One = "1", Two = "2", Three = "3", FourPlus = "4_plus" }
}

label_enum! {
    /// Whether what was asked about had been studied.
    pub enum Probe as "probe" { Target = "target", Foil = "foil" }
}

impl Lag {
    /// The class of a number of lists; the current list is no lag.
    #[must_use]
    pub const fn of(lists: u32) -> Option<Self> {
        match lists {
            0 => None,
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => Some(Self::ThreePlus),
        }
    }
}

impl Fan {
    /// The class of a number of facts; a concept without facts has no fan.
    #[must_use]
    pub const fn of(facts: u32) -> Option<Self> {
        match facts {
            0 => None,
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            _ => Some(Self::FourPlus),
        }
    }
}

metric_set! {
    /// Interference between memories.
    pub struct InterferenceMetrics {
        /// Recall with and without interfering material.
        pub trials: Family<(Interference, Condition, RecallOutcome), Counter> =
            "engram.interference.trials", Unit::Count("{trial}");
        /// Items recalled with the wrong list, by how far back theirs was.
        pub intrusions: Family<Lag, Counter> =
            "engram.interference.intrusions", Unit::Count("{item}");
        /// Time to recognise or to refuse a fact.
        pub fan_response: Family<(Fan, Probe), Histogram> =
            "engram.fan.response", Unit::Seconds, Family::<(Fan, Probe), Histogram>::with_layout(RESPONSES);
    }
}

/// Interference in this process.
pub static INTERFERENCE: InterferenceMetrics = InterferenceMetrics::new();

impl InterferenceMetrics {
    /// Counts items of one trial.
    #[inline]
    pub fn trial(&self, arm: (Interference, Condition, RecallOutcome), items: u64) {
        self.trials.at(arm).add(items);
    }

    /// Counts an item that was recalled `lists` lists too late; one of the current list is none.
    #[inline]
    pub fn intrude(&self, lists: u32) {
        if let Some(lag) = Lag::of(lists) {
            self.intrusions.at(lag).increment();
        }
    }

    /// Records how long an answer took.
    #[inline]
    pub fn respond(&self, fan: Fan, probe: Probe, seconds: f64) {
        if let Some(response) = accepted(Input::ResponseTime, Elapsed::new(seconds)) {
            self.fan_response.at((fan, probe)).record_f64(response.seconds());
        }
    }
}
