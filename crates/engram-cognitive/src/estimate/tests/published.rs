//! Against tables and against the plainest way to compute the same.

use crate::estimate::activation::{DECAY, History, Spaced, base_level, hybrid, latency, retrieval};
use crate::estimate::priming::{Effect, half_life};
use crate::estimate::*;

fn close(left: f64, right: f64, within: f64) -> bool {
    (left - right).abs() <= within
}

/// Savings of Ebbinghaus (1885), table of chapter 7: seconds, share.
pub(super) const EBBINGHAUS: [Retained; 7] = [
    Retained { delay: 1_200.0, share: 0.582 },
    Retained { delay: 3_600.0, share: 0.442 },
    Retained { delay: 31_680.0, share: 0.358 },
    Retained { delay: 86_400.0, share: 0.337 },
    Retained { delay: 172_800.0, share: 0.278 },
    Retained { delay: 518_400.0, share: 0.254 },
    Retained { delay: 2_678_400.0, share: 0.211 },
];

/// The area below the standard normal density up to `z`, by Simpson's rule.
fn area(z: f64) -> f64 {
    let steps = 4_000;
    let width = (z + 12.0) / f64::from(steps);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let weight =
        |step| if step == 0 || step == steps { 1.0 } else { f64::from(2 + 2 * (step % 2)) };
    (0..=steps).map(|step| weight(step) * density(-12.0 + width * f64::from(step))).sum::<f64>()
        * width
        / 3.0
}

#[test]
fn normal_quantiles_are_those_of_the_tables() {
    let table = [
        (0.5, 0.0),
        (0.75, 0.674_489_750_196),
        (0.9, 1.281_551_565_545),
        (0.95, 1.644_853_626_951),
        (0.99, 2.326_347_874_041),
        (0.999, 3.090_232_306_168),
        (1e-9, -5.997_807_015_008),
    ];
    for (p, z) in table {
        let found = normal_quantile(p).unwrap();
        assert!(close(found, z, 1e-11), "z({p}) = {found}");
    }
    for tenth in 1..100 {
        let p = f64::from(tenth) / 100.0;
        assert!(close(area(normal_quantile(p).unwrap()), p, 1e-9), "{p}");
    }
    assert_eq!([0.0, 1.0, f64::NAN].map(normal_quantile), [None; 3]);
}

#[test]
fn wilson_intervals_are_those_of_newcombe() {
    // Newcombe 1998, Statistics in Medicine 17, 857, table I, method 3.
    let table = [
        ((81, 263), (0.255_3, 0.366_2)),
        ((15, 148), (0.062_4, 0.160_5)),
        ((0, 20), (0.0, 0.161_1)),
        ((1, 29), (0.006_1, 0.171_8)),
    ];
    for ((successes, trials), (lower, upper)) in table {
        let interval = Proportion::new(successes, trials).unwrap().wilson();
        assert!(
            close(interval.lower, lower, 5e-5) && close(interval.upper, upper, 5e-5),
            "{interval:?}"
        );
    }
}

#[test]
fn intervals_of_differences_are_those_of_newcombe() {
    // Newcombe 1998, Statistics in Medicine 17, 873, table II, method 10.
    let table = [
        ((56, 70), (48, 80), (0.052_4, 0.333_9)),
        ((9, 10), (3, 10), (0.170_5, 0.809_0)),
        ((10, 10), (0, 10), (0.607_5, 1.0)),
    ];
    for ((a, m), (b, n), (lower, upper)) in table {
        let interval = Proportion::new(a, m).unwrap().difference(Proportion::new(b, n).unwrap());
        assert!(
            close(interval.lower, lower, 5e-5) && close(interval.upper, upper, 5e-5),
            "{interval:?}"
        );
    }
}

#[test]
fn detection_is_that_of_the_textbook_where_the_correction_does_not_matter() {
    // z(.84) = .994458, z(.16) = -.994458 with as many trials that the correction is below a millionth.
    let many = 100_000_000;
    let of = |percent| Proportion::new(many / 100 * percent, many).unwrap();
    let detection = SignalDetection::new(of(84), of(16));
    assert!(close(detection.sensitivity(), 1.988_916, 1e-5));
    assert!(close(detection.criterion(), 0.0, 1e-9));
    assert!(close(detection.adjusted_recognition(), 0.68, 1e-12));
    let liberal = SignalDetection::new(of(93), of(50));
    assert!(close(liberal.criterion(), -0.737_895, 1e-5));
    assert!(close(liberal.log_bias(), -0.737_895 * 1.475_791, 1e-5));
}

#[test]
fn perfect_answers_have_a_finite_sensitivity() {
    // (20 + .5) / 21 = .976190: z = 1.980752, twice.
    let perfect =
        SignalDetection::new(Proportion::new(20, 20).unwrap(), Proportion::new(0, 20).unwrap());
    assert!(close(perfect.sensitivity(), 2.0 * 1.980_75, 1e-4), "{}", perfect.sensitivity());
}

#[test]
fn the_savings_of_ebbinghaus_follow_a_power_and_no_exponential() {
    let [power, exponential, logarithmic] = [Curve::Power, Curve::Exponential, Curve::Logarithmic]
        .map(|curve| Forgetting::fit(curve, &EBBINGHAUS).unwrap());
    assert!(close(power.rate, 0.126, 0.001), "{power:?}");
    assert!(power.explained > 0.95 && logarithmic.explained > 0.9);
    assert!(exponential.explained < 0.5, "{exponential:?}");
}

#[test]
fn forgetting_finds_the_curve_that_made_the_points() {
    let made = Forgetting { curve: Curve::Power, scale: 0.9, rate: 0.2, explained: 1.0 };
    for curve in [Curve::Power, Curve::Exponential, Curve::Logarithmic] {
        let made = Forgetting {
            curve,
            rate: if curve == Curve::Logarithmic { 0.05 } else { made.rate },
            ..made
        };
        let points: Vec<_> =
            (1..9).map(f64::from).map(|delay| Retained { delay, share: made.at(delay) }).collect();
        let found = Forgetting::fit(curve, &points).unwrap();
        assert!(
            close(found.scale, made.scale, 1e-9) && close(found.rate, made.rate, 1e-9),
            "{found:?}"
        );
        assert!(close(found.explained, 1.0, 1e-9));
    }
}

#[test]
fn one_use_a_second_ago_is_activation_zero() {
    assert_eq!(base_level(&[1.0], DECAY), Ok(0.0));
    // ln(1/2 + 1/3 + 1/5)
    assert!(close(base_level(&[4.0, 9.0, 25.0], 0.5).unwrap(), (31.0_f64 / 30.0).ln(), 1e-15));
}

#[test]
fn the_hybrid_equals_all_uses_where_it_keeps_all_and_is_near_where_it_does_not() {
    let ages: Vec<f64> = (1..=200).map(|use_| f64::from(use_) * 50.0).collect();
    let exact = base_level(&ages, DECAY).unwrap();
    let keeping = |count: usize| {
        let history = History { recent: &ages[..count], uses: 200, life: 10_000.0 };
        hybrid(&history, DECAY).unwrap()
    };
    assert_eq!(keeping(200), exact);
    assert!(close(keeping(10), exact, 0.01), "{} {exact}", keeping(10));
    assert!(close(keeping(1), exact, 0.06), "{} {exact}", keeping(1));
    // Without the newest use the plain approximation n L^-d / (1-d) is further off.
    assert!((keeping(1) - exact).abs() < ((2.0 * 200.0 / 100.0_f64).ln() - exact).abs());
}

#[test]
fn spaced_study_lasts_longer_than_massed_study() {
    let day = 86_400.0;
    let massed = Spaced::PUBLISHED.activation(&[0.0, 60.0], 30.0 * day).unwrap();
    let spaced = Spaced::PUBLISHED.activation(&[0.0, day], 30.0 * day).unwrap();
    assert!(spaced > massed);
    // A first use decays with the intercept alone.
    let single = Spaced::PUBLISHED.activation(&[0.0], 100.0).unwrap();
    assert!(close(single, -0.177 * 100.0_f64.ln(), 1e-12));
}

#[test]
fn retrieval_is_even_at_the_threshold_and_latency_falls_by_e() {
    assert_eq!(retrieval(0.3, 0.3, 0.4), Ok(0.5));
    assert!(close(retrieval(1.0, 0.0, 1.0).unwrap(), 0.731_058_578_63, 1e-10));
    assert_eq!(latency(0.0, 0.35), Ok(0.35));
    assert!(close(latency(1.0, 1.0).unwrap(), 0.367_879_441_171, 1e-12));
}

#[test]
fn the_fan_effect_of_anderson_follows_from_shared_activation() {
    // Anderson 1974, experiment 1, targets: rows and columns are the fans of the two concepts.
    let table = [[1.11, 1.17, 1.22], [1.17, 1.20, 1.22], [1.15, 1.23, 1.36]];
    let mut trials = Vec::new();
    for (one, row) in (1..).zip(table) {
        for (other, time) in (1..).zip(row) {
            trials.push((fan::activation(&[one, other], 1.0 / 3.0, 1.45).unwrap(), time));
        }
    }
    let line = fan::fit(&trials).unwrap();
    assert!(close(line.correlation, 0.890, 0.005), "{line:?}");
    assert!(close(line.residual, 0.030, 0.002), "{line:?}");
}

#[test]
fn calibration_is_that_of_a_worked_example() {
    let mut calibration = Calibration::new();
    calibration.add(0.9, 8, 10).unwrap();
    calibration.add(0.2, 3, 10).unwrap();
    calibration.add(0.5, 0, 0).unwrap();
    assert!(close(calibration.expected_error().unwrap(), 0.1, 1e-12));
    assert!(close(
        calibration.brier().unwrap(),
        (0.8 * 0.01 + 0.2 * 0.81 + 0.3 * 0.64 + 0.7 * 0.04) / 2.0,
        1e-12
    ));
    assert_eq!(Calibration::new().expected_error(), Err(EstimateError::NoTrials));
}

#[test]
fn variance_survives_a_large_mean() {
    let mut moments = Moments::new();
    for value in [4.0, 7.0, 13.0, 16.0] {
        moments.add(1e9 + value).unwrap();
    }
    assert_eq!((moments.mean(), moments.variance()), (Ok(1e9 + 10.0), Ok(30.0)));
}

#[test]
fn priming_is_the_difference_of_two_arms() {
    let arm = |values: &[f64]| {
        let mut moments = Moments::new();
        values.iter().for_each(|value| moments.add(*value).unwrap());
        moments
    };
    let effect = Effect::of(arm(&[0.6, 0.7, 0.8]), arm(&[0.5, 0.6, 0.7])).unwrap();
    assert!(close(effect.seconds, 0.1, 1e-12));
    assert!(close(effect.standard_error, (0.02_f64 / 3.0).sqrt(), 1e-12));
    assert!(effect.interval().contains(0.1));
    let halves = [(0.2, 0.040), (0.6, 0.020), (1.0, 0.010)];
    assert!(close(half_life(&halves).unwrap(), 0.4, 1e-12));
    assert_eq!(half_life(&[(0.2, 0.01), (0.4, 0.02)]), Err(EstimateError::NoSpread));
}
