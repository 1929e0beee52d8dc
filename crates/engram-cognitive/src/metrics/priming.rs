//! Priming: a word comes faster after one that is related to it.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

use super::RESPONSES;
use super::inputs::accepted;
use crate::input::{Elapsed, Input};

label_enum! {
    /// How prime and target are related where they are.
    pub enum Relation as "type" {
        Semantic = "semantic",
        Associative = "associative",
        Repetition = "repetition",
    }
}

label_enum! {
    /// Which arm of the experiment a trial belongs to.
    pub enum Relatedness as "relatedness" {
        Related = "related",
        Unrelated = "unrelated",
        Neutral = "neutral",
    }
}

label_enum! {
    /// Stimulus onset asynchrony: the time from the prime to the target.
    pub enum Asynchrony as "soa" {
        Le200Ms = "le_200ms",
        Le500Ms = "le_500ms",
        Le1200Ms = "le_1200ms",
        Gt1200Ms = "gt_1200ms",
    }
}

label_enum! {
    /// What a prime did to its target.
    pub enum PrimingEffect as "outcome" {
        Facilitated = "facilitated",
        Inhibited = "inhibited",
        None = "none",
    }
}

impl Asynchrony {
    /// The class of a time in seconds; bounds are inclusive.
    #[must_use]
    pub fn of(elapsed: Elapsed) -> Self {
        match elapsed.seconds() {
            seconds if seconds <= 0.2 => Self::Le200Ms,
            seconds if seconds <= 0.5 => Self::Le500Ms,
            seconds if seconds <= 1.2 => Self::Le1200Ms,
            _ => Self::Gt1200Ms,
        }
    }
}

metric_set! {
    /// Primed responses.
    pub struct PrimingMetrics {
        /// Time from target to response.
        pub response: Family<(Relation, Relatedness, Asynchrony), Histogram> =
            "engram.priming.response", Unit::Seconds,
            Family::<(Relation, Relatedness, Asynchrony), Histogram>::with_layout(RESPONSES);
        /// Primes by what they did to their target.
        pub events: Family<(Relation, PrimingEffect), Counter> =
            "engram.priming.events", Unit::Count("{prime}");
    }
}

/// Primed responses of this process.
pub static PRIMING: PrimingMetrics = PrimingMetrics::new();

impl PrimingMetrics {
    /// Records one response.
    #[inline]
    pub fn respond(&self, trial: (Relation, Relatedness, Asynchrony), seconds: f64) {
        if let Some(response) = accepted(Input::ResponseTime, Elapsed::new(seconds)) {
            self.response.at(trial).record_f64(response.seconds());
        }
    }

    /// Counts a prime by what it did.
    #[inline]
    pub fn prime(&self, relation: Relation, effect: PrimingEffect) {
        self.events.at((relation, effect)).increment();
    }
}
