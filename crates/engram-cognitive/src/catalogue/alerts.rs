//! The tables of alerts.

mod machine;
mod memory;

use super::alert::Alert;

/// Alerts that are looked at together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Its name in the file of rules.
    pub name: &'static str,
    /// Each with a history that makes it fire and one that does not.
    pub alerts: &'static [Alert],
}

/// Every alert: about what a memory does, and about the machine and the telemetry below it.
pub const GROUPS: [Group; 2] = [
    Group { name: "engram-memory", alerts: memory::ALERTS },
    Group { name: "engram-machine", alerts: machine::ALERTS },
];

/// Every alert.
pub fn alerts() -> impl Iterator<Item = &'static Alert> {
    GROUPS.iter().flat_map(|group| group.alerts)
}
