//! A thread that waits for something to happen should hold nothing that others need.

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding};
use crate::reentry;

use super::thread::{self, At, site};

/// Warns when this thread holds locks; `what` it is about to do, as in "joins a thread".
#[cold]
pub(crate) fn warn_if_holding(what: &str, at: At) {
    let Some(thread) = thread::enter().filter(|thread| !thread.held.is_empty()) else { return };
    let finding = reentry::unaudited(|| {
        let held: Vec<_> = thread.held.holdings().collect();
        let names: Vec<&str> = held.iter().map(|holding| holding.class.name.as_str()).collect();
        let message = format!("a thread {what} and holds {}", names.join(", "));
        let finding = Finding::new(ErrorCode::WaitsHolding, names.join(", "), message)
            .in_thread(thread.name())
            .at(what, site(at));
        let add = |finding: Finding, it: &super::holding::Holding| {
            finding.at(format!("holds {}", it.class.name), it.site)
        };
        held.iter().fold(finding, add)
    });
    AUDITOR.report(finding);
}
