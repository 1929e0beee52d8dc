//! What an alert is.

/// An alert, what to do about it, and what it makes of two histories.
#[derive(Clone, Copy, Debug)]
pub struct Alert {
    /// Its name.
    pub name: &'static str,
    /// How long its expression has to hold, as Prometheus spells it.
    pub wait: &'static str,
    /// `info`, `warning` or `critical`.
    pub severity: &'static str,
    /// What has to hold, in PromQL.
    pub expression: &'static str,
    /// The labels that the expression leaves, as the history that fires has them.
    pub labels: &'static [(&'static str, &'static str)],
    /// What is the matter.
    pub summary: &'static str,
    /// What to look at.
    pub runbook: &'static str,
    /// A history after which it fires.
    pub fires: Case,
    /// A history after which it does not.
    pub silent: Case,
}

/// Series with their values minute by minute, as promtool spells them. The alert is looked at after two hours.
#[derive(Clone, Copy, Debug)]
pub struct Case(pub &'static [(&'static str, &'static str)]);
