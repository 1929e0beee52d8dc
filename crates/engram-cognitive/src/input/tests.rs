use engram_metrics_core::{Label, LabelSet};
use proptest::prelude::*;

use super::*;

fn reason<T: std::fmt::Debug>(result: Result<T, Rejection>) -> Reason {
    result.expect_err("has no place").reason()
}

#[test]
fn each_reason_is_told_apart() {
    assert_eq!(reason(UnitRatio::new(f64::NAN)), Reason::Nan);
    assert_eq!(reason(UnitRatio::new(f64::INFINITY)), Reason::Infinite);
    assert_eq!(reason(UnitRatio::new(f64::NEG_INFINITY)), Reason::Infinite);
    assert_eq!(reason(UnitRatio::new(-1e-9)), Reason::Negative);
    assert_eq!(reason(UnitRatio::new(1.0_f64.next_up())), Reason::AboveOne);
    assert_eq!(reason(ClsWeights::new(0.5, 0.502)), Reason::NotNormalised);
    assert_eq!(reason(Elapsed::between(2.0, 1.0)), Reason::ClockBackwards);
    assert_eq!(reason(Elapsed::between(f64::INFINITY, f64::INFINITY)), Reason::Nan);
}

#[test]
fn the_ends_of_the_range_belong_to_it() {
    assert_eq!(UnitRatio::new(0.0).unwrap().value(), 0.0);
    assert_eq!(UnitRatio::new(1.0).unwrap().value(), 1.0);
    assert_eq!(Elapsed::between(1.0, 1.0).unwrap().seconds(), 0.0);
}

#[test]
fn a_rejection_says_what_is_wrong() {
    let text = UnitRatio::new(2.0).unwrap_err().to_string();
    assert_eq!(text, "the number cannot be recorded: above one");
    assert_eq!(Input::COUNT, Input::VALUES.len());
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_in_range(bits: u64) {
        let value = f64::from_bits(bits);
        if let Ok(ratio) = UnitRatio::new(value) {
            prop_assert!((0.0..=1.0).contains(&ratio.value()));
        }
        if let Ok(elapsed) = Elapsed::new(value) {
            prop_assert!(elapsed.seconds().is_finite() && elapsed.seconds() >= 0.0);
        }
    }

    #[test]
    fn accepted_weights_sum_to_one(hippocampal in -0.1..1.1_f64, slack in -0.01..0.01_f64) {
        match ClsWeights::new(hippocampal, 1.0 - hippocampal + slack) {
            Ok(weights) => {
                let sum = weights.hippocampal().value() + weights.neocortical();
                prop_assert!((sum - 1.0).abs() < 1e-15);
                prop_assert!(slack.abs() < ClsWeights::TOLERANCE + 1e-12);
            }
            Err(rejection) => prop_assert!(rejection.reason() != Reason::Nan),
        }
    }
}
