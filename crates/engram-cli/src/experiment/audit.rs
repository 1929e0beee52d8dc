//! The page against the ledger: every series of the metrics of memory, both ways.

use std::collections::BTreeSet;

use engram_cognitive::catalogue::ENTRIES;
use engram_workload::experiment::Ledger;

use crate::page::Sample;

/// How many series were compared, and what differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Audit {
    pub(crate) series: usize,
    pub(crate) differences: Vec<String>,
}

impl Audit {
    pub(crate) fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Compares all samples of `page` that belong to the catalogue with what the ledger counted; a series that
/// only one of the two knows is a difference.
pub(crate) fn compare(page: &[Sample], ledger: &Ledger) -> Audit {
    let mut audit = Audit::default();
    for sample in page.iter().filter(|sample| is_of_memory(&sample.name)) {
        audit.series += 1;
        let expected = ledger.expected(&sample.name, &sample.labels);
        if sample.value != expected {
            let Sample { name, labels, value } = sample;
            audit
                .differences
                .push(format!("{name} {labels:?}: {value} on the page, {expected} counted"));
        }
    }
    let shown: BTreeSet<_> =
        page.iter().map(|sample| (sample.name.clone(), sorted(&sample.labels))).collect();
    for (name, labels) in ledger.series() {
        if !shown.contains(&(name.clone(), labels.to_vec())) {
            audit.differences.push(format!("{name} {labels:?} is not on the page"));
        }
    }
    audit
}

/// Whether a series belongs to the metrics of memory.
pub(crate) fn is_of_memory(name: &str) -> bool {
    let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
    ENTRIES.iter().any(|entry| entry.name == name || Some(entry.name) == family)
}

fn sorted(labels: &[(String, String)]) -> Vec<(String, String)> {
    let mut labels = labels.to_vec();
    labels.sort_unstable();
    labels
}

#[cfg(test)]
mod tests;
