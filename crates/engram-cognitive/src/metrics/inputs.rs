//! What was not recorded, and why.

use engram_metrics_core::{Counter, Family, Unit, metric_set};

use crate::input::{Input, Reason, Rejection};

metric_set! {
    /// What the other sets of this crate refused.
    pub struct InputMetrics {
        /// Numbers that were to be recorded and had no place there.
        pub rejected: Family<(Input, Reason), Counter> =
            "engram.cognitive.rejected_inputs", Unit::Count("{input}");
    }
}

/// What the sets of this process refused.
pub static INPUTS: InputMetrics = InputMetrics::new();

impl InputMetrics {
    /// Counts a refusal.
    #[cold]
    pub fn reject(&self, input: Input, rejection: Rejection) {
        self.rejected.at((input, rejection.reason())).increment();
    }
}

/// The value, or `None` after its refusal was counted.
#[inline]
pub(super) fn accepted<T>(input: Input, checked: Result<T, Rejection>) -> Option<T> {
    match checked {
        Ok(value) => Some(value),
        Err(rejection) => {
            INPUTS.reject(input, rejection);
            None
        }
    }
}
