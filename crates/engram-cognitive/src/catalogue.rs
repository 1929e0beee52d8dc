//! What each metric means: the text from which `docs/metrics.md` and `docs/operations` are written.
//!
//! The tables are constants, compiled into whoever names them and into nobody else, and the same with
//! telemetry on or off. A test holds them against the sets: each metric has one [`Entry`] with its kind and
//! its labels, and there is no entry without a metric.
//!
//! `cargo run -p engram-cognitive --example catalogue -- docs` writes the pages anew; a test says when they
//! are out of date.

mod alert;
mod alerts;
mod entries;
mod others;
mod page;
mod requested;
mod rules;

#[cfg(test)]
mod tests;

pub use alert::{Alert, Case};
pub use alerts::{GROUPS, Group, alerts};
pub use entries::ENTRIES;
pub use others::OTHERS;
pub use page::{metrics_page, runbooks_page};
pub use requested::{Fate, REQUESTED, REQUESTED_ALERTS, Requested};
pub use rules::{quick_rules_file, rules_file, tests_file};

/// What a metric means.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name on a Prometheus page, without the suffixes of histograms.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Names of its labels, separated by commas.
    pub labels: &'static str,
    /// What is counted or measured, and the range.
    pub meaning: &'static str,
    /// What to make of it: the formula that whoever reads applies.
    pub reading: &'static str,
    /// Where the definition or the expectation was published.
    pub source: &'static str,
}
