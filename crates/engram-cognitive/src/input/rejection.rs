//! Why a number is not recorded.

use std::error::Error;
use std::fmt;

use engram_metrics_core::{Label, label_enum};

label_enum! {
    /// What the number was to be.
    pub enum Input as "metric" {
        ClsWeights = "cls_weights",
        Transition = "transition",
        Dwell = "dwell",
        Plausibility = "plausibility",
        Confidence = "confidence",
        Coverage = "coverage",
        Mass = "mass",
        ResponseTime = "response_time",
        Duration = "duration",
        Update = "update",
        ReconsolidationAge = "reconsolidation_age",
    }
}

label_enum! {
    /// What is wrong with it.
    pub enum Reason as "reason" {
        Nan = "nan",
        Infinite = "infinite",
        Negative = "negative",
        AboveOne = "above_one",
        NotNormalised = "not_normalised",
        IllegalTransition = "illegal_transition",
        ClockBackwards = "clock_backwards",
    }
}

/// A number that has no place where it was to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection(Reason);

impl Rejection {
    pub(crate) const fn new(reason: Reason) -> Self {
        Self(reason)
    }

    /// What is wrong.
    #[must_use]
    pub const fn reason(self) -> Reason {
        self.0
    }

    /// What is wrong with a number that is not finite or below zero; `None` if it is neither.
    pub(crate) fn of(value: f64) -> Option<Self> {
        let reason = if value.is_nan() {
            Reason::Nan
        } else if value.is_infinite() {
            Reason::Infinite
        } else if value < 0.0 {
            Reason::Negative
        } else {
            return None;
        };
        Some(Self(reason))
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = Reason::VALUES[Label::index(self.0)];
        write!(f, "the number cannot be recorded: {}", reason.replace('_', " "))
    }
}

impl Error for Rejection {}
