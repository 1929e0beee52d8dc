//! False memory: what is recalled that was not there, beside what was.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

use super::inputs::accepted;
use crate::input::{Input, UnitRatio};

label_enum! {
    /// How memory was tested.
    pub enum Paradigm as "paradigm" {
        DrmRecall = "drm_recall",
        DrmRecognition = "drm_recognition",
        Misinformation = "misinformation",
        SourceConfusion = "source_confusion",
        ExtralistIntrusion = "extralist_intrusion",
    }
}

label_enum! {
    /// What became of something that was suggested and not there.
    pub enum LureOutcome as "outcome" {
        FalseMemory = "false_memory",
        CorrectRejection = "correct_rejection",
    }
}

label_enum! {
    /// What became of something that was there.
    pub enum ItemOutcome as "outcome" { Hit = "hit", Miss = "miss" }
}

metric_set! {
    /// Tests of memory.
    pub struct FalseMemoryMetrics {
        /// Opportunities for a false memory, one per lure tested, by whether it was one.
        pub lures: Family<(Paradigm, LureOutcome), Counter> =
            "engram.false_memory.trials", Unit::Count("{trial}");
        /// Confidence in the answer about a lure.
        pub confidence: Family<(Paradigm, LureOutcome), Histogram> =
            "engram.false_memory.confidence", Unit::Ratio;
        /// Studied items tested, by whether they were remembered.
        pub items: Family<(Paradigm, ItemOutcome), Counter> =
            "engram.veridical_memory.trials", Unit::Count("{trial}");
    }
}

/// Tests of the memory of this process.
pub static FALSE_MEMORY: FalseMemoryMetrics = FalseMemoryMetrics::new();

impl FalseMemoryMetrics {
    /// Counts one opportunity for a false memory.
    #[inline]
    pub fn trial(&self, paradigm: Paradigm, outcome: LureOutcome) {
        self.lures.at((paradigm, outcome)).increment();
    }

    /// Counts an opportunity with the confidence in the answer, 0..=1. If the confidence is refused, the
    /// opportunity is not counted either.
    #[inline]
    pub fn lure(&self, paradigm: Paradigm, outcome: LureOutcome, confidence: f64) {
        if let Some(confidence) = accepted(Input::Confidence, UnitRatio::new(confidence)) {
            self.trial(paradigm, outcome);
            self.confidence.at((paradigm, outcome)).record_f64(confidence.value());
        }
    }

    /// Counts studied items that were tested.
    #[inline]
    pub fn item(&self, paradigm: Paradigm, outcome: ItemOutcome, items: u64) {
        self.items.at((paradigm, outcome)).add(items);
    }
}
