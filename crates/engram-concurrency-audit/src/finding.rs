//! What an auditor says: one vocabulary for locks, channels, atomics and pools.
//!
//! ```text
//! ERROR-ACTUAL E0104 deadlock: 2 threads wait for each other
//!   resource: accounts -> ledger
//!   1. thread "audit-1" holds accounts since src/bank.rs:31:25 and waits for ledger at src/bank.rs:32:24
//!   2. thread "audit-2" holds ledger since src/close.rs:12:24 and waits for accounts at src/close.rs:14:25
//! ```
//!
//! A finding is made once, on a cold path, so it owns its texts; nothing here is on the way of a lock.

mod code;
#[cfg(doctest)]
mod pages;
mod render;
mod site;

use std::fmt;

pub use code::ErrorCode;
pub use site::Site;

/// How sure a finding is, and how bad; in this order, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Threads are stuck now.
    ErrorActual,
    /// Certain misuse, seen before it blocks.
    Error,
    /// A feasible cycle: it deadlocks when the threads meet at the wrong moment.
    Potential,
    /// Worth a look; not a bug on its own.
    Warn,
    /// A cycle that was found and proved to be infeasible; kept for inspection, never reported.
    Suppressed,
}

impl Severity {
    /// As it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ErrorActual => "ERROR-ACTUAL",
            Self::Error => "ERROR",
            Self::Potential => "POTENTIAL",
            Self::Warn => "WARN",
            Self::Suppressed => "SUPPRESSED",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// What a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// It was seen: these very objects, in these threads.
    Certain,
    /// These very objects, in an order of events that did not happen yet.
    Instances,
    /// Objects of the same classes, not the same objects.
    Classes,
    /// By a rule of thumb; the message says which.
    Heuristic,
}

impl Confidence {
    /// As it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Instances => "instances",
            Self::Classes => "classes",
            Self::Heuristic => "heuristic",
        }
    }
}

/// Something at a place in the source: "holds accounts".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// What happened there, as a phrase.
    pub what: String,
    /// Where.
    pub site: Site,
}

/// One step around a cycle: a thread holds one thing and wants the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Who.
    pub thread: String,
    /// What it holds, and where it got it.
    pub holds: Place,
    /// What it wants, and where it asks for it.
    pub wants: Place,
}

/// One thing that is wrong, or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which kind; stable over versions.
    pub code: ErrorCode,
    /// How bad.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// The locks, channels or variables that it is about, by name.
    pub resource: String,
    /// The whole cycle, for those that are one.
    pub edges: Vec<Edge>,
    /// Places that are no edge of a cycle.
    pub sites: Vec<Place>,
    /// Names of the threads involved.
    pub threads: Vec<String>,
    /// Locks that were held around all of it.
    pub gates: Vec<String>,
    /// NUMA node of the thread that noticed.
    pub node: u32,
    /// What it rests on.
    pub confidence: Confidence,
    /// Of the thread that noticed, where backtraces were asked for.
    pub backtrace: Option<String>,
}

impl Finding {
    /// A finding without places; the severity is the usual one of its code.
    #[must_use]
    pub fn new(code: ErrorCode, resource: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            resource: resource.into(),
            edges: Vec::new(),
            sites: Vec::new(),
            threads: Vec::new(),
            gates: Vec::new(),
            node: engram_metrics_core::node_of_thread(),
            confidence: Confidence::Certain,
            backtrace: None,
        }
    }

    /// With another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Resting on something else.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// With a place more.
    #[must_use]
    pub fn at(mut self, what: impl Into<String>, site: Site) -> Self {
        self.sites.push(Place { what: what.into(), site });
        self
    }

    /// In this thread.
    #[must_use]
    pub fn in_thread(mut self, thread: impl Into<String>) -> Self {
        self.threads.push(thread.into());
        self
    }

    /// With a step of its cycle more.
    #[must_use]
    pub fn with_edge(mut self, edge: Edge) -> Self {
        if !self.threads.contains(&edge.thread) {
            self.threads.push(edge.thread.clone());
        }
        self.edges.push(edge);
        self
    }

    /// What makes two findings the same: code, severity and places, wherever the cycle begins.
    pub(crate) fn identity(&self) -> Identity {
        let mut sites: Vec<Site> = self.sites.iter().map(|place| place.site).collect();
        sites.extend(self.edges.iter().flat_map(|edge| [edge.holds.site, edge.wants.site]));
        sites.sort_unstable();
        Identity { code: self.code, severity: self.severity, sites }
    }
}

/// See [`Finding::identity`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    code: ErrorCode,
    severity: Severity,
    sites: Vec<Site>,
}

#[cfg(test)]
mod tests;
