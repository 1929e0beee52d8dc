//! A finding as text for people and as JSON for programs.

use std::fmt;

use serde_json::{Value, json};

use super::{Edge, Finding, Place, Site};

/// Steps of a cycle that a text shows; the JSON has them all.
const STEPS_SHOWN: usize = 10;

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity, message, resource, .. } = self;
        writeln!(out, "{severity} {code} {}: {message}", code.title())?;
        writeln!(out, "  resource: {resource}")?;
        for (number, edge) in (1..).zip(self.edges.iter().take(STEPS_SHOWN)) {
            writeln!(out, "  {number}. {edge}")?;
        }
        if let Some(more) = self.edges.len().checked_sub(STEPS_SHOWN).filter(|more| *more > 0) {
            writeln!(out, "  … and {more} steps more")?;
        }
        for place in &self.sites {
            writeln!(out, "  - {place}")?;
        }
        if !self.gates.is_empty() {
            writeln!(out, "  gates: {}", self.gates.join(", "))?;
        }
        writeln!(out, "  threads: {}; node {}", self.threads.join(", "), self.node)?;
        self.scenario(out)?;
        writeln!(out, "  confidence: {}; {}", self.confidence.as_str(), code.advice())?;
        match &self.backtrace {
            Some(backtrace) => writeln!(out, "  backtrace:\n{backtrace}"),
            None => Ok(()),
        }
    }
}

impl Finding {
    /// How the cycle would come to a stop, thread beside thread.
    fn scenario(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.edges.len() < 2 || self.edges.len() > STEPS_SHOWN {
            return Ok(());
        }
        writeln!(out, "  possible unsafe scenario:")?;
        for (number, edge) in (1..).zip(&self.edges) {
            writeln!(out, "    T{number}: {}", edge.holds.what)?;
        }
        for (number, edge) in (1..).zip(&self.edges) {
            writeln!(out, "    T{number}: {}   <- waits", edge.wants.what)?;
        }
        Ok(())
    }

    /// All of it, for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "code": self.code.as_str(),
            "title": self.code.title(),
            "severity": self.severity.as_str(),
            "message": self.message,
            "resource": self.resource,
            "edges": self.edges.iter().map(edge).collect::<Vec<_>>(),
            "sites": self.sites.iter().map(place).collect::<Vec<_>>(),
            "threads": self.threads,
            "gates": self.gates,
            "node": self.node,
            "confidence": self.confidence.as_str(),
            "advice": self.code.advice(),
            "backtrace": self.backtrace,
        })
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "thread {:?} {}, then {}", self.thread, self.holds, self.wants)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}", self.what, self.site)
    }
}

fn edge(edge: &Edge) -> Value {
    json!({ "thread": edge.thread, "holds": place(&edge.holds), "wants": place(&edge.wants) })
}

fn place(place: &Place) -> Value {
    json!({ "what": place.what, "site": site(place.site) })
}

fn site(site: Site) -> Value {
    json!({ "file": site.file(), "line": site.line(), "column": site.column() })
}
