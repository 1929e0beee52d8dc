use engram_workload::Expectation;

use super::{Check, compare};
use crate::page::parse;

const PAGE: &str = "engram_workload_a_total{x=\"1\"} 3\n\
                    engram_workload_b_bucket{le=\"9.5367431640625e-7\"} 2\n\
                    engram_metrics_shards 2\n";

fn expectations() -> Vec<Expectation> {
    let expect = |metric: &str, label, bound: &str, value| Expectation {
        metric: metric.to_owned(),
        labels: vec![(label, bound.to_owned())],
        value,
    };
    vec![
        expect("engram_workload_a_total", "x", "1", 3.0),
        expect("engram_workload_b_bucket", "le", "0.00000095367431640625", 2.0),
    ]
}

fn failures(page: &str, expected: &[Expectation]) -> usize {
    let samples = parse(page).expect("a valid page");
    compare(&samples, expected).iter().filter(|check| !Check::holds(check)).count()
}

#[test]
fn a_page_that_agrees_passes_whatever_the_spelling_of_bounds() {
    assert_eq!(failures(PAGE, &expectations()), 0);
}

#[test]
fn a_value_that_is_off_by_one_fails() {
    assert_eq!(failures(&PAGE.replace("} 3", "} 4"), &expectations()), 1);
}

#[test]
fn a_wrong_label_fails_on_both_sides() {
    assert_eq!(failures(&PAGE.replace("x=\"1\"", "x=\"2\""), &expectations()), 2);
}

#[test]
fn a_series_that_only_one_side_knows_fails() {
    assert_eq!(failures(PAGE, &expectations()[1..]), 1);
    assert_eq!(failures("", &expectations()), 2);
    assert_eq!(failures(&format!("{PAGE}{PAGE}"), &expectations()), 2);
}

#[test]
fn of_the_metrics_of_memory_what_the_tally_does_not_name_has_to_be_zero() {
    let page = |value| format!("{PAGE}engram_batch_waiting {value}\n");
    assert_eq!(failures(&page(0), &expectations()), 0);
    assert_eq!(failures(&page(1), &expectations()), 1);
}
