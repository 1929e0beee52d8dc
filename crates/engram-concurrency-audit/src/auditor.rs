//! Where findings go: dedupe, suppression, what to do about them, the report.
//!
//! ```text
//!   locks ┐                                    ┌─ kept: bounded, each kind of finding once
//!   channels ├── Finding ── Auditor::report ───┼─ counted: engram.audit.findings
//!   atomics ┘                                  └─ acted upon: log, callback, panic, abort, break
//! ```
//!
//! Nothing is held while a callback runs, a callback that panics is caught, and what it does with audited
//! locks is not audited. Findings never switch the audit off.

mod metrics;
mod policy;
mod store;
mod suppression;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

#[cfg(feature = "locks")]
use crate::finding::Identity;
use crate::finding::{Confidence, Finding, Severity};
use crate::gate::Live;
use crate::reentry;
use crate::sync::{Mutex, patiently};

pub use metrics::{AUDIT, AuditMetrics, Level};
pub use policy::{Action, Callback, Policy};
pub use suppression::Suppression;

use store::{Place, Store};

/// The auditor of the process.
pub static AUDITOR: Auditor = Auditor::new();

/// Keeps what all auditors found, and does what its policy says.
#[derive(Debug)]
pub struct Auditor(Live<Inner>);

#[derive(Debug)]
struct Inner {
    store: Mutex<Store>,
    policy: Mutex<Policy>,
}

impl Auditor {
    const fn new() -> Self {
        let inner =
            Inner { store: Mutex::new(Store::new()), policy: Mutex::new(Policy::production()) };
        Self(Live::new(inner))
    }

    /// Says from now on what is done about findings.
    pub fn set_policy(&self, policy: Policy) {
        self.0.with(|inner| {
            if let Some(mut current) = patiently(&inner.policy) {
                *current = policy;
            }
        });
    }

    /// What is done about findings.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.0
            .with(|inner| patiently(&inner.policy).map(|policy| policy.clone()))
            .unwrap_or_default()
    }

    /// Keeps findings that match from being reported; they are counted and kept as suppressed.
    pub fn suppress(&self, rule: Suppression) {
        self.0.with(|inner| {
            if let Some(mut store) = patiently(&inner.store) {
                store.suppress(rule);
            }
        });
    }

    /// Takes a finding in. True when it is new, so that something was done about it.
    ///
    /// # Panics
    /// When the policy says so and the finding is worse than a warning.
    pub fn report(&self, finding: Finding) -> bool {
        let new = self.0.with(|inner| inner.admit(finding));
        let Some((finding, action)) = new else { return false };
        // What a callback finds is kept; acting upon it would call it again.
        if !reentry::is_inside() {
            perform(&finding, &action);
        }
        true
    }

    /// Takes in what the watcher found: its thread must go on, so nothing panics.
    #[cfg_attr(
        not(feature = "locks"),
        expect(dead_code, reason = "the watcher is part of the locks")
    )]
    pub(crate) fn report_from_watcher(&self, finding: Finding) {
        let new = self.0.with(|inner| inner.admit(finding));
        match new {
            Some((finding, Action::Panic)) => perform(&finding, &Action::Log),
            Some((finding, action)) => perform(&finding, &action),
            None => {}
        }
    }

    /// What was presumed proved wrong: it is a warning that says so from now on.
    #[cfg(feature = "locks")]
    pub(crate) fn withdraw(&self, finding: &Identity) {
        let finding = self.0.with(|inner| {
            let finding = patiently(&inner.store)?.withdraw(finding)?;
            AUDIT.findings.at(Level::of(finding.severity)).increment();
            Some((finding, patiently(&inner.policy)?.action.clone()))
        });
        if let Some((finding, action)) = finding {
            perform(&finding, &action);
        }
    }

    /// Whether one of the waits of a deadlock is to end, with an error or a panic.
    #[cfg(feature = "locks")]
    pub(crate) fn breaks_waits(&self) -> bool {
        matches!(self.policy().action, Action::Break | Action::Panic)
    }

    /// Whether a wait that is part of a deadlock is to end with a panic.
    #[cfg(feature = "locks")]
    pub(crate) fn panics_waits(&self) -> bool {
        matches!(self.policy().action, Action::Panic)
    }

    /// What was found, the oldest first.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.read(|store| store.findings().cloned().collect())
    }

    /// Forgets what was found, so that it is reported again; returns it.
    pub fn take(&self) -> Vec<Finding> {
        self.0
            .with(|inner| patiently(&inner.store).map(|mut store| store.take()))
            .unwrap_or_default()
    }

    /// Findings that there was no room for.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.read(|store| store.lost())
    }

    /// The report as text: one paragraph for each finding, the worst first.
    #[must_use]
    pub fn text(&self) -> String {
        let mut findings = self.findings();
        findings.sort_by_key(|finding| finding.severity);
        let paragraphs: Vec<String> = findings.iter().map(ToString::to_string).collect();
        match (paragraphs.is_empty(), self.lost()) {
            (true, _) => "no findings\n".to_owned(),
            (false, 0) => paragraphs.join("\n"),
            (false, lost) => format!("{}\n{lost} findings had no room\n", paragraphs.join("\n")),
        }
    }

    /// The report for programs; what a section holds is said by who writes it.
    #[must_use]
    pub fn json(&self, sections: &[(&str, Value)]) -> Value {
        let findings: Vec<Value> = self.findings().iter().map(Finding::to_json).collect();
        let mut report = json!({ "version": 1, "findings": findings, "lost": self.lost() });
        for (name, section) in sections {
            report[*name] = section.clone();
        }
        report
    }

    fn read<R: Default>(&self, read: impl FnOnce(&Store) -> R) -> R {
        self.0.with(|inner| patiently(&inner.store).map(|store| read(&store))).unwrap_or_default()
    }
}

impl Inner {
    /// Counts and keeps a finding; hands it back with what to do about it, if it is new.
    fn admit(&self, finding: Finding) -> Option<(Finding, Action)> {
        let policy = patiently(&self.policy).map(|policy| policy.clone())?;
        let finding = if policy.backtraces { with_backtrace(finding) } else { finding };
        let (finding, place) = patiently(&self.store)?.admit(finding);
        match place {
            Place::Known => return None,
            Place::NoRoom => AUDIT.lost.increment(),
            Place::Kept => {}
        }
        AUDIT.findings.at(Level::of(finding.severity)).increment();
        (finding.severity != Severity::Suppressed).then_some((finding, policy.action))
    }
}

/// Does what the policy says. Warnings and what is presumed never stop anything.
fn perform(finding: &Finding, action: &Action) {
    let is_sure = finding.confidence != Confidence::Heuristic;
    let stops = finding.severity < Severity::Warn && is_sure;
    match action {
        Action::Keep => {}
        Action::Callback(callback) => isolated(|| callback.call(finding)),
        Action::Panic if stops && !std::thread::panicking() => {
            panic!("{finding}")
        }
        Action::Abort if stops => {
            isolated(|| eprint!("{finding}"));
            std::process::abort();
        }
        Action::Log | Action::Break | Action::Panic | Action::Abort => {
            isolated(|| eprint!("{finding}"));
        }
    }
}

/// Runs code that is not ours: what it locks is not audited, and its panic ends here.
fn isolated(act: impl FnOnce()) {
    reentry::unaudited(|| {
        // Whatever the callback broke is its own: nothing of ours is borrowed meanwhile.
        let _ = catch_unwind(AssertUnwindSafe(act));
    });
}

fn with_backtrace(mut finding: Finding) -> Finding {
    if finding.backtrace.is_none() {
        finding.backtrace = Some(std::backtrace::Backtrace::force_capture().to_string());
    }
    finding
}

#[cfg(test)]
mod tests;
