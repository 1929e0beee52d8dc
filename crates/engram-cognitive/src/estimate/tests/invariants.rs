//! For any input: an error, or numbers in their range.

use proptest::prelude::*;

use crate::estimate::activation::{History, Spaced, base_level, hybrid, latency, retrieval};
use crate::estimate::priming::{Effect, half_life};
use crate::estimate::*;

/// Any float at all, NaN and infinities among them, and the numbers that formulas divide by.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1.0),
        any::<u64>().prop_map(f64::from_bits),
        -2.0..2.0_f64,
        0.0..1e7_f64
    ]
}

fn is_number(result: Result<f64, EstimateError>) -> bool {
    result.is_ok_and(f64::is_finite) || result.is_err()
}

proptest! {
    #[test]
    fn intervals_contain_their_rate_and_stay_in_range(a: u64, b: u64, c in 0..50_u64, n in 1..50_u64) {
        let (successes, trials) = (a.min(b), a.max(b).max(1));
        let other = Proportion::new(c.min(n), n).unwrap();
        let one = Proportion::new(successes, trials).unwrap();
        for proportion in [one, other] {
            let interval = proportion.wilson();
            prop_assert!(interval.contains(proportion.rate()));
            prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0);
        }
        let (there, back) = (one.difference(other), other.difference(one));
        prop_assert!(there.contains(one.rate() - other.rate()));
        prop_assert!(-1.0 <= there.lower && there.upper <= 1.0);
        prop_assert!((there.lower + back.upper).abs() < 1e-12);
    }

    #[test]
    fn detection_is_finite_and_turns_around_with_its_answers(h in 0..60_u64, f in 0..60_u64, n in 60..90_u64) {
        let (hits, alarms) = (Proportion::new(h, n).unwrap(), Proportion::new(f, n).unwrap());
        let (one, other) = (SignalDetection::new(hits, alarms), SignalDetection::new(alarms, hits));
        prop_assert!(one.sensitivity().is_finite() && one.criterion().is_finite());
        prop_assert!((one.sensitivity() + other.sensitivity()).abs() < 1e-12);
        prop_assert!((one.criterion() - other.criterion()).abs() < 1e-12);
        prop_assert!((-1.0..=1.0).contains(&one.adjusted_recognition()));
        prop_assert!(one.standard_error() > 0.0);
    }

    #[test]
    fn detection_survives_any_counts(a: u64, b: u64) {
        let of = |successes: u64| Proportion::new(successes.min(b), b.max(1)).unwrap_or(Proportion::new(0, 1).unwrap());
        let detection = SignalDetection::new(of(a), of(b));
        prop_assert!(detection.sensitivity().is_finite() && detection.standard_error().is_finite());
    }

    #[test]
    fn nothing_is_ever_nan(numbers in prop::collection::vec(any_number(), 0..6), more in any_number(), uses: u64) {
        let x = numbers.first().copied().unwrap_or(more);
        prop_assert!(is_number(base_level(&numbers, more)));
        let history = History { recent: &numbers, uses, life: more };
        prop_assert!(is_number(hybrid(&history, 0.5)));
        prop_assert!(is_number(Spaced::PUBLISHED.activation(&numbers, more)));
        prop_assert!(is_number(retrieval(x, more, x)));
        prop_assert!(is_number(retrieval(more, more, x)));
        prop_assert!(is_number(latency(x, more)));
        let points: Vec<_> = numbers.iter().map(|y| (*y, more * y)).collect();
        prop_assert!(is_number(Line::fit(&points).map(|it| it.slope + it.intercept)));
        prop_assert!(is_number(half_life(&points)));
        let retained: Vec<_> = points.iter().map(|(delay, share)| Retained { delay: *delay, share: *share }).collect();
        for curve in [Curve::Power, Curve::Exponential, Curve::Logarithmic] {
            prop_assert!(is_number(Forgetting::fit(curve, &retained).map(|it| it.explained)));
        }
        let mut moments = Moments::new();
        for number in &numbers {
            let before = moments;
            if moments.add(*number).is_err() {
                prop_assert_eq!(moments, before);
            }
        }
        prop_assert!(is_number(moments.variance()) && is_number(moments.mean()));
        prop_assert!(Effect::of(moments, moments).is_ok_and(|it| it.seconds == 0.0) || moments.count() < 2);
    }

    #[test]
    fn parts_merge_to_the_moments_of_the_whole(values in prop::collection::vec(-1e3..1e3_f64, 2..40), at in 0..40_usize) {
        let of = |values: &[f64]| {
            let mut moments = Moments::new();
            values.iter().for_each(|value| moments.add(*value).unwrap());
            moments
        };
        let at = at.min(values.len());
        let (whole, merged) = (of(&values), of(&values[..at]).merge(of(&values[at..])));
        let naive = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|it| (it - naive).powi(2)).sum::<f64>() / (values.len() - 1) as f64;
        prop_assert_eq!(whole.count(), merged.count());
        prop_assert!((merged.mean().unwrap() - naive).abs() < 1e-9);
        prop_assert!((merged.variance().unwrap() - variance).abs() < 1e-6);
        prop_assert!((whole.variance().unwrap() - variance).abs() < 1e-6);
    }

    #[test]
    fn calibration_is_between_nothing_and_all(confidence in 0.0..=1.0_f64, right in 0..20_u64, more in 0..20_u64) {
        let mut calibration = Calibration::new();
        calibration.add(confidence, right, right + more).unwrap();
        if right + more > 0 {
            prop_assert!((0.0..=1.0).contains(&calibration.expected_error().unwrap()));
            prop_assert!((0.0..=1.0).contains(&calibration.brier().unwrap()));
        }
        prop_assert_eq!(calibration.add(confidence, right + more + 1, right + more), Err(EstimateError::TooManySuccesses));
        prop_assert_eq!(calibration.add(f64::NAN, 1, 1), Err(EstimateError::OutOfRange));
    }

    #[test]
    fn activation_falls_with_age_and_rises_with_use(age in 1.0..1e6_f64, older in 1.0..1e6_f64) {
        let one = base_level(&[age], 0.5).unwrap();
        prop_assert!(base_level(&[age + older], 0.5).unwrap() < one);
        prop_assert!(base_level(&[age, age + older], 0.5).unwrap() > one);
    }
}
