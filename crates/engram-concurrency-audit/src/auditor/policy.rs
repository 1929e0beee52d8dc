//! What is done about findings.

use std::fmt;
use std::sync::Arc;

use crate::finding::{Finding, Severity};

/// What happens when something new is found.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Action {
    /// It is kept and counted, nothing else.
    Keep,
    /// It is written to the standard error stream.
    #[default]
    Log,
    /// It is handed to a function.
    Callback(Callback),
    /// The thread that noticed panics, before it blocks; of the threads of a deadlock one does, in its
    /// wait, so that the others go on. Warnings are logged. For tests: who waits for a lock looks for it again and
    /// again meanwhile.
    Panic,
    /// The process aborts. Warnings are logged.
    Abort,
    /// It is written to the standard error stream, and a call that waits in a deadlock and can say so
    /// returns an error.
    Break,
}

impl Action {
    /// Hands findings to a function. Its panics are caught; what it locks is not audited.
    pub fn callback(act: impl Fn(&Finding) + Send + Sync + 'static) -> Self {
        Self::Callback(Callback(Arc::new(act)))
    }
}

/// A function that is handed findings.
#[derive(Clone)]
pub struct Callback(Arc<dyn Fn(&Finding) + Send + Sync>);

impl Callback {
    pub(super) fn call(&self, finding: &Finding) {
        (self.0)(finding);
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Callback")
    }
}

/// What is done about findings, and how bad the doubtful ones are.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What happens when something new is found.
    pub action: Action,
    /// A cycle whose orders were all seen in one thread.
    pub single_thread: Severity,
    /// A cycle of classes that no cycle of locks supports.
    pub class_cycles: Severity,
    /// Whether findings carry a backtrace of the thread that noticed.
    pub backtraces: bool,
}

impl Policy {
    /// For programs at work: doubtful cycles are warnings, everything is logged.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            action: Action::Log,
            single_thread: Severity::Warn,
            class_cycles: Severity::Warn,
            backtraces: false,
        }
    }

    /// For tests: doubtful cycles count, for a test sees each order once and often from one thread.
    #[must_use]
    pub const fn testing() -> Self {
        Self {
            action: Action::Log,
            single_thread: Severity::Potential,
            class_cycles: Severity::Potential,
            backtraces: false,
        }
    }

    /// With another action.
    #[must_use]
    pub fn with_action(self, action: Action) -> Self {
        Self { action, ..self }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::production()
    }
}
