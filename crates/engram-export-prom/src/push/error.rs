//! What can be wrong with a push: before it, and in it.

use std::fmt;

/// A client that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetupError {
    /// What is wrong: the address, a header, the job, a label, a time.
    pub what: &'static str,
    /// Why it cannot be.
    pub why: String,
}

impl SetupError {
    pub(super) fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into() }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} cannot be used: {}", self.what, self.why)
    }
}

impl std::error::Error for SetupError {}

/// A push that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError {
    /// The server refused it, and would refuse it again.
    #[non_exhaustive]
    Refused {
        /// The status of its answer.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// There was no more time for another attempt. The last one may have arrived.
    #[non_exhaustive]
    GaveUp {
        /// How many attempts there were.
        attempts: u32,
        /// What went wrong with the last one.
        last: String,
    },
}

impl fmt::Display for PushError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, said } => write!(out, "refused with status {status}: {said}"),
            Self::GaveUp { attempts, last } => {
                write!(out, "gave up after {attempts} attempts, the last one: {last}")
            }
        }
    }
}

impl std::error::Error for PushError {}
