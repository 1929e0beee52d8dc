//! What the auditor says about itself.

use engram_metrics_core::{Counter, Family, Unit, label_enum, metric_set};

use crate::finding::Severity;

label_enum! {
    /// How bad a finding is.
    pub enum Level as "severity" {
        /// Threads are stuck.
        ErrorActual = "error_actual",
        /// Certain misuse.
        Error = "error",
        /// A feasible cycle.
        Potential = "potential",
        /// Worth a look.
        Warn = "warn",
        /// Proved to be infeasible, or on the list of suppressions.
        Suppressed = "suppressed",
    }
}

impl Level {
    pub(super) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::ErrorActual => Self::ErrorActual,
            Severity::Error => Self::Error,
            Severity::Potential => Self::Potential,
            Severity::Warn => Self::Warn,
            Severity::Suppressed => Self::Suppressed,
        }
    }
}

metric_set! {
    /// The auditor's own metrics; register them beside yours.
    pub struct AuditMetrics {
        /// Findings, each kind counted once.
        pub findings: Family<Level, Counter> = "engram.audit.findings", Unit::Count("{finding}");
        /// Findings that there was no room for.
        pub lost: Counter = "engram.audit.lost_findings", Unit::Count("{finding}");
    }
}

/// The auditor's own metrics.
pub static AUDIT: AuditMetrics = AuditMetrics::new();
