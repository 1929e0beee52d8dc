//! The summary at the end.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::step::{Outcome, Verdict};

/// One step that was run.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) outcome: Outcome,
    pub(super) seconds: f64,
}

/// All steps that were run.
#[derive(Debug)]
pub(super) struct Report {
    /// What a line is about.
    kind: &'static str,
    lines: Vec<Line>,
}

impl Report {
    /// An empty one, with lines about such things.
    pub(super) const fn of(kind: &'static str) -> Self {
        Self { kind, lines: Vec::new() }
    }

    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Whether nothing failed.
    pub(super) fn is_good(&self) -> bool {
        self.count(Verdict::Failed) == 0
    }

    /// A table, and the counts as the very last line.
    pub(super) fn print(&self) {
        let width = self.lines.iter().map(|line| line.name.len()).max().unwrap_or(0).max(12);
        println!("\n{:<width$} {:<14} {:>8}  figure", self.kind, "result", "seconds");
        for line in &self.lines {
            println!("{line:width$}");
        }
        let seconds: f64 = self.lines.iter().map(|line| line.seconds).sum();
        println!("{:<width$} {:<14} {seconds:>8.1}\n", "total", "");
        println!("{}", self.counts());
    }

    /// What does not apply counts as skipped: it was not looked at.
    pub(super) fn counts(&self) -> String {
        let skipped = self.count(Verdict::Skipped) + self.count(Verdict::NotApplicable);
        let (passed, failed) = (self.count(Verdict::Passed), self.count(Verdict::Failed));
        format!("{passed} passed, {failed} failed, {skipped} skipped")
    }

    pub(super) fn write_json(&self, path: &Path) -> Result<()> {
        let step = |line: &Line| {
            json!({
                self.kind: line.name,
                "result": line.outcome.verdict.text(),
                "seconds": line.seconds,
                "figure": line.outcome.note,
            })
        };
        let report = json!({
            "steps": self.lines.iter().map(step).collect::<Vec<_>>(),
            "passed": self.count(Verdict::Passed),
            "failed": self.count(Verdict::Failed),
            "skipped": self.count(Verdict::Skipped),
            "not_applicable": self.count(Verdict::NotApplicable),
        });
        fs::write(path, format!("{report:#}\n"))
            .with_context(|| format!("cannot write the results to {}", path.display()))
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.outcome.verdict == verdict).count()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { verdict, note } = &self.outcome;
        // One line, also for an error of many: the table is read from the bottom of a log.
        let note = note.lines().collect::<Vec<_>>().join(" | ");
        let width = f.width().unwrap_or(12);
        write!(f, "{:<width$} {:<14} {:>8.1}  {note}", self.name, verdict.text(), self.seconds)
    }
}

#[cfg(test)]
mod tests;
