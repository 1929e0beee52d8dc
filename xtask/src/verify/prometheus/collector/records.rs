//! The log records that a collector prints.

use std::collections::BTreeSet;

/// What there is of events among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Records {
    /// Records of events.
    pub(super) events: usize,
    /// Records that tell of events that are missing.
    pub(super) gaps: usize,
    /// The traces of all events, in hexadecimal digits.
    pub(super) traces: BTreeSet<String>,
}

/// The name of a record that tells of missing events.
const GAP: &str = "engram.trace.gap";

impl Records {
    /// Reads what the collector printed.
    pub(super) fn read(said: &str) -> Self {
        let mut records = Self::default();
        // Each begins with this line, and ends where another one, or something else, begins.
        for record in said.split("LogRecord #").skip(1) {
            let field = |name: &str| {
                let found = record.lines().find_map(|line| line.trim().strip_prefix(name));
                found.map(|rest| rest.trim_start_matches([' ', ':']).trim())
            };
            if field("EventName") == Some(GAP) {
                records.gaps += 1;
                continue;
            }
            records.events += 1;
            records.traces.extend(field("Trace ID").map(str::to_owned));
        }
        records
    }

    /// What is wrong, given how many events were handed over and the traces that exemplars lead to.
    pub(super) fn fault(&self, handed_over: f64, exemplars: &BTreeSet<String>) -> Option<String> {
        if self.events as f64 != handed_over || self.events == 0 {
            return Some(format!("{} records of {handed_over} events", self.events));
        }
        if exemplars.is_empty() {
            return Some("no exemplar on the page".to_owned());
        }
        let missing = exemplars.difference(&self.traces).next();
        missing.map(|trace| format!("the collector has no event of the exemplar {trace}"))
    }
}

/// The traces of the exemplars on a page of OpenMetrics.
pub(super) fn exemplars(page: &str) -> BTreeSet<String> {
    let found = page.split("trace_id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.map(str::to_owned).collect()
}
