//! Pattern completion: a part of a memory is given, the rest is filled in.

use engram_metrics_core::{Counter, Family, Histogram, Label, Unit, label_enum, metric_set};

use super::inputs::accepted;
use crate::input::{Elapsed, Input, UnitRatio};

label_enum! {
    /// Which of the two stores completed the pattern.
    pub enum System as "system" { Hippocampal = "hippocampal", Neocortical = "neocortical" }
}

label_enum! {
    /// What became of a completion.
    pub enum CompletionOutcome as "outcome" {
        Veridical = "veridical",
        False = "false",
        Rejected = "rejected",
        Unverified = "unverified",
    }
}

label_enum! {
    /// What a completion that was verified turned out to be.
    pub enum Verdict as "verdict" { Veridical = "veridical", False = "false" }
}

label_enum! {
    /// The tenth that a stated plausibility lies in; upper bounds are inclusive.
    pub enum Confidence as "confidence" {
        Tenth1 = "le_0.1",
        Tenth2 = "le_0.2",
        Tenth3 = "le_0.3",
        Tenth4 = "le_0.4",
        Tenth5 = "le_0.5",
        Tenth6 = "le_0.6",
        Tenth7 = "le_0.7",
        Tenth8 = "le_0.8",
        Tenth9 = "le_0.9",
        Tenth10 = "le_1.0",
    }
}

impl Confidence {
    const ALL: [Self; 10] = [
        Self::Tenth1,
        Self::Tenth2,
        Self::Tenth3,
        Self::Tenth4,
        Self::Tenth5,
        Self::Tenth6,
        Self::Tenth7,
        Self::Tenth8,
        Self::Tenth9,
        Self::Tenth10,
    ];

    /// The tenth of a plausibility.
    #[inline]
    #[must_use]
    pub fn of(plausibility: UnitRatio) -> Self {
        let scaled = plausibility.value() * 10.0;
        // Rounded up and less one, by a comparison: `ceil` is a call on processors without SSE 4.1.
        let whole = scaled as i32;
        let below = whole - i32::from(f64::from(whole) >= scaled);
        Self::ALL[below.clamp(0, 9) as usize]
    }

    /// The middle of the tenth, which stands for the plausibilities in it: off by 0.05 at most.
    #[must_use]
    pub fn middle(self) -> f64 {
        (Label::index(self) as f64 + 0.5) / 10.0
    }
}

/// A completion, as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Completion {
    /// Who completed it.
    pub system: System,
    /// What became of it.
    pub outcome: CompletionOutcome,
    /// How plausible the system said it was, 0..=1.
    pub plausibility: f64,
    /// How long it took.
    pub seconds: f64,
}

metric_set! {
    /// Completions of patterns.
    pub struct CompletionMetrics {
        /// How plausible the systems said their completions were.
        pub plausibility: Family<(System, CompletionOutcome), Histogram> =
            "engram.pattern_completion.plausibility", Unit::Ratio;
        /// Verified completions by the tenth that their plausibility was in: a reliability diagram.
        pub verdicts: Family<(Confidence, Verdict), Counter> =
            "engram.pattern_completion.verdicts", Unit::Count("{completion}");
        /// How long completions took.
        pub duration: Family<System, Histogram> =
            "engram.pattern_completion.duration", Unit::Seconds;
    }
}

/// Completions in this process.
pub static COMPLETION: CompletionMetrics = CompletionMetrics::new();

impl CompletionMetrics {
    /// Records a completion. If one of its numbers is refused, nothing of it is recorded.
    #[inline]
    pub fn record(&self, completion: Completion) {
        let plausibility = UnitRatio::new(completion.plausibility);
        let duration = Elapsed::new(completion.seconds);
        let plausibility = accepted(Input::Plausibility, plausibility);
        let duration = accepted(Input::Duration, duration);
        if let (Some(plausibility), Some(duration)) = (plausibility, duration) {
            self.rate(completion.system, completion.outcome, plausibility);
            self.duration.at(completion.system).record_f64(duration.seconds());
        }
    }

    /// Records how plausible a completion was said to be and what became of it, without its duration.
    #[inline]
    pub fn rate(&self, system: System, outcome: CompletionOutcome, plausibility: UnitRatio) {
        self.plausibility.at((system, outcome)).record_f64(plausibility.value());
        let verdict = match outcome {
            CompletionOutcome::Veridical => Verdict::Veridical,
            CompletionOutcome::False => Verdict::False,
            // Nobody found out whether it was right.
            CompletionOutcome::Rejected | CompletionOutcome::Unverified => return,
        };
        self.verdicts.at((Confidence::of(plausibility), verdict)).increment();
    }
}
