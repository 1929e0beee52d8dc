use engram_workload::experiment::Ledger;

use super::compare;
use crate::page::parse;

const PAGE: &str = "engram_spacing_trials_total{schedule=\"massed\",outcome=\"recalled\"} 3\n\
                    engram_spacing_trials_total{schedule=\"spaced\",outcome=\"recalled\"} 0\n\
                    engram_workload_operations_total 7\n";

fn ledger(massed: f64) -> Ledger {
    let mut ledger = Ledger::default();
    let labels = [("schedule", "massed"), ("outcome", "recalled")];
    ledger.count("engram_spacing_trials_total", &labels, massed);
    ledger
}

#[test]
fn a_page_that_was_counted_so_holds_and_other_metrics_do_not_matter() {
    let audit = compare(&parse(PAGE).unwrap(), &ledger(3.0));
    assert!(audit.holds(), "{audit:?}");
    assert_eq!(audit.series, 2);
}

#[test]
fn a_record_too_many_and_a_series_too_few_are_differences() {
    assert_eq!(compare(&parse(PAGE).unwrap(), &ledger(2.0)).differences.len(), 1);
    let mut more = ledger(3.0);
    more.count("engram_interference_intrusions_total", &[("lag", "1")], 1.0);
    assert_eq!(compare(&parse(PAGE).unwrap(), &more).differences.len(), 1);
}
