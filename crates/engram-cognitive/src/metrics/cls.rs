//! Complementary learning systems: which of the two a retrieval came from.

use engram_metrics_core::{Family, Histogram, Unit, metric_set};

use super::consolidation::State;
use super::inputs::accepted;
use crate::input::{ClsWeights, Input};

metric_set! {
    /// Contributions of a fast, hippocampal and a slow, neocortical system.
    pub struct ClsMetrics {
        /// Share of the hippocampal system in one retrieval, by the state of the memory; the neocortical share is the rest.
        pub hippocampal_weight: Family<State, Histogram> =
            "engram.cls.hippocampal.weight", Unit::Ratio;
    }
}

/// Contributions in this process.
pub static CLS: ClsMetrics = ClsMetrics::new();

impl ClsMetrics {
    /// Records one retrieval of a memory in `state`, to which two systems contributed. Weights that do not
    /// sum to 1 are refused and counted.
    #[inline]
    pub fn record(&self, state: State, hippocampal: f64, neocortical: f64) {
        let weights = ClsWeights::new(hippocampal, neocortical);
        if let Some(weights) = accepted(Input::ClsWeights, weights) {
            self.record_weights(state, weights);
        }
    }

    /// The same with weights that were checked before: one record into a histogram.
    #[inline]
    pub fn record_weights(&self, state: State, weights: ClsWeights) {
        self.hippocampal_weight.at(state).record_f64(weights.hippocampal().value());
    }
}
