//! Findings that were made: each kind once, and no more than there is room for.

use std::collections::HashSet;

use crate::finding::{Finding, Identity, Severity};

use super::Suppression;

/// Findings that are kept; later ones are counted as lost.
const ROOM: usize = 1024;

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Kept,
    Known,
    NoRoom,
}

#[derive(Debug)]
pub(super) struct Store {
    findings: Vec<Finding>,
    /// Empty until the first finding, for a hash set cannot be made at compile time.
    known: Option<HashSet<Identity>>,
    rules: Vec<Suppression>,
    lost: u64,
}

impl Store {
    pub(super) const fn new() -> Self {
        Self { findings: Vec::new(), known: None, rules: Vec::new(), lost: 0 }
    }

    pub(super) fn suppress(&mut self, rule: Suppression) {
        self.rules.push(rule);
    }

    /// Keeps a finding unless it is known. Says how it was classified in the end.
    pub(super) fn admit(&mut self, mut finding: Finding) -> (Finding, Place) {
        if self.rules.iter().any(|rule| rule.matches(&finding)) {
            finding.severity = Severity::Suppressed;
        }
        let known = self.known.get_or_insert_with(HashSet::new);
        let identity = finding.identity();
        if known.contains(&identity) {
            return (finding, Place::Known);
        }
        if self.findings.len() == ROOM {
            self.lost += 1;
            return (finding, Place::NoRoom);
        }
        known.insert(identity);
        self.findings.push(finding.clone());
        (finding, Place::Kept)
    }

    /// Makes a warning of a finding that proved wrong; hands it back. What it said may be said again.
    #[cfg(feature = "locks")]
    pub(super) fn withdraw(&mut self, identity: &Identity) -> Option<Finding> {
        let is_it = |it: &Finding| it.severity < Severity::Warn && it.identity() == *identity;
        let at = self.findings.iter().position(is_it)?;
        let known = self.known.get_or_insert_with(HashSet::new);
        known.remove(identity);
        let mut finding = self.findings.remove(at);
        finding.severity = Severity::Warn;
        finding.message.push_str("; and somebody came");
        if known.insert(finding.identity()) {
            self.findings.insert(at, finding.clone());
        }
        Some(finding)
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    pub(super) fn take(&mut self) -> Vec<Finding> {
        self.known = None;
        self.lost = 0;
        std::mem::take(&mut self.findings)
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost
    }
}
