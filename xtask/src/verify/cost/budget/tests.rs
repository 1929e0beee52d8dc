use super::*;

fn budget(instructions: f64) -> Budget {
    Budget { instructions: [("record".to_owned(), instructions)].into() }
}

fn cost(instructions: f64) -> [Cost; 1] {
    [Cost { operation: "record".to_owned(), instructions, misses: 0 }]
}

#[test]
fn what_is_within_the_tolerance_passes() {
    assert!(budget(10.0).faults(&cost(10.1)).is_empty());
    assert!(budget(10.0).faults(&cost(9.9)).is_empty());
    assert!(budget(100.0).faults(&cost(100.9)).is_empty());
}

#[test]
fn a_tenth_more_is_found_however_cheap_the_operation() {
    assert_eq!(
        budget(2.0).faults(&cost(2.2)),
        ["record costs 2.20 instructions, over its budget of 2.00"]
    );
    assert_eq!(budget(50.0).faults(&cost(55.0)).len(), 1);
}

#[test]
fn a_budget_that_became_too_high_is_found() {
    assert_eq!(
        budget(50.0).faults(&cost(45.0)),
        ["record costs 45.00 instructions, lower its budget of 50.00"]
    );
}

#[test]
fn a_cost_without_budget_and_a_budget_without_cost_are_found() {
    assert_eq!(Budget::default().faults(&cost(1.0)), ["record costs 1.00 and has no budget"]);
    assert_eq!(budget(1.0).faults(&[]), ["record is not measured"]);
}
