//! Against truth that is known because it was made.

use crate::estimate::*;

#[test]
fn wilson_intervals_cover_the_truth_in_nineteen_of_twenty_runs() {
    let mut rng = fastrand::Rng::with_seed(7);
    let runs = 10_000;
    for (truth, trials) in [(0.55, 240), (0.1, 100), (0.9, 60)] {
        let covered = (0..runs).filter(|_| {
            let successes = (0..trials).filter(|_| rng.f64() < truth).count() as u64;
            Proportion::new(successes, trials).unwrap().wilson().contains(truth)
        });
        let share = covered.count() as f64 / f64::from(runs);
        assert!((0.93..=0.97).contains(&share), "{truth} of {trials}: {share}");
    }
}

/// Two normal draws (Box and Muller 1958).
fn normal(rng: &mut fastrand::Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    radius * (2.0 * std::f64::consts::PI * rng.f64()).cos()
}

#[test]
fn sensitivity_is_within_its_stated_error_in_nineteen_of_twenty_runs() {
    let mut rng = fastrand::Rng::with_seed(11);
    let (sensitivity, criterion, trials, runs) = (1.5, 0.3, 200, 2_000);
    let mut within = 0;
    let mut sum = 0.0;
    for _ in 0..runs {
        let mut called_old = |mean: f64| {
            let bound = sensitivity / 2.0 + criterion;
            let old = (0..trials).filter(|_| normal(&mut rng) + mean > bound).count();
            Proportion::new(old as u64, trials).unwrap()
        };
        let detection = SignalDetection::new(called_old(sensitivity), called_old(0.0));
        sum += detection.sensitivity();
        let distance = (detection.sensitivity() - sensitivity).abs();
        within += u32::from(distance <= 1.96 * detection.standard_error());
    }
    let share = f64::from(within) / f64::from(runs);
    assert!((0.93..=0.97).contains(&share), "{share}");
    assert!((sum / f64::from(runs) - sensitivity).abs() < 0.02, "{}", sum / f64::from(runs));
}

#[test]
fn calibration_error_is_found_within_half_a_bin_and_noise() {
    let mut rng = fastrand::Rng::with_seed(13);
    for overconfidence in [0.0, 0.1, 0.3] {
        let mut bins = [(0_u64, 0_u64); 10];
        for _ in 0..50_000 {
            let stated = overconfidence + (1.0 - overconfidence) * rng.f64();
            let bin = &mut bins[((stated * 10.0) as usize).min(9)];
            bin.1 += 1;
            bin.0 += u64::from(rng.f64() < stated - overconfidence);
        }
        let mut calibration = Calibration::new();
        for (at, (right, all)) in bins.into_iter().enumerate() {
            calibration.add((at as f64 + 0.5) / 10.0, right, all).unwrap();
        }
        let found = calibration.expected_error().unwrap();
        assert!((found - overconfidence).abs() <= 0.05 / 2.0, "{overconfidence}: {found}");
    }
}
