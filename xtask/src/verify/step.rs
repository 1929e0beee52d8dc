//! What all steps have in common.

use std::process::ExitCode;

use anyhow::Result;

use super::context::Context;

/// One thing that `verify` makes sure of.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// What would go unnoticed without it.
    pub(super) why: &'static str,
    /// An error counts as a failure.
    pub(super) run: fn(&Context) -> Result<Outcome>,
}

/// How a step went, with a figure or a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    pub(super) note: String,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// It should have run and could not; in continuous integration that is a failure.
    Skipped,
    /// There is nothing here for it to look at.
    NotApplicable,
}

impl Outcome {
    pub(super) fn passed(figure: impl Into<String>) -> Self {
        Self { verdict: Verdict::Passed, note: figure.into() }
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failed, note: reason.into() }
    }

    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, note: reason.into() }
    }

    pub(super) fn not_applicable(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotApplicable, note: reason.into() }
    }

    /// Both of two: passed if both passed, else what went wrong first.
    pub(super) fn and(self, other: Self) -> Self {
        match (self.verdict, other.verdict) {
            (Verdict::Passed, Verdict::Passed) => {
                Self::passed(format!("{}, {}", self.note, other.note))
            }
            (Verdict::Passed, _) => other,
            _ => self,
        }
    }

    /// Says how it went, for a command that is this step alone: what could not run, though it was asked for, has failed.
    pub(super) fn told(self) -> ExitCode {
        println!("{}: {}", self.verdict.text(), self.note);
        match self.verdict {
            Verdict::Passed | Verdict::NotApplicable => ExitCode::SUCCESS,
            Verdict::Failed | Verdict::Skipped => ExitCode::FAILURE,
        }
    }

    /// The same where nothing may be left out: what could not run has failed.
    pub(super) fn strict(self) -> Self {
        match self.verdict {
            Verdict::Skipped => Self::failed(format!("could not run: {}", self.note)),
            _ => self,
        }
    }
}

impl Verdict {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::NotApplicable => "not applicable",
        }
    }
}
