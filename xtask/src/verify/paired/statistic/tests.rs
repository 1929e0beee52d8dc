use proptest::prelude::*;

use super::*;

/// Numbers around one, as batches are: mostly close, some of them far too large.
fn ratios(random: &mut fastrand::Rng, n: usize, factor: f64) -> Vec<f64> {
    sorted((0..n).map(|_| {
        let noise = 1.0 + (random.f64() - 0.5) * 0.1;
        let interrupt = if random.u32(0..50) == 0 { 1.0 + random.f64() * 50.0 } else { 1.0 };
        factor * noise * interrupt
    }))
}

#[test]
fn the_rank_of_the_bound_is_that_of_the_sign_test() {
    // Fewer than one head in six throws: 1.6 %. In seven: 0.8 %.
    assert_eq!([0, 6, 7].map(|n| unlikely(n, 0.5)), [0, 0, 1]);
    // Tables of the sign test at 1 %, one-sided: at most 2 of 16 and 37 of 100.
    assert_eq!([16, 100].map(|n| unlikely(n, 0.5)), [3, 38]);
}

#[test]
fn the_rank_of_a_tail_is_that_of_the_binomial_distribution() {
    // 0.99^458 is 1.003 %, 0.99^459 is 0.993 %.
    assert_eq!([458, 459].map(|n| unlikely(n, 0.01)), [0, 1]);
    // Of 6,000 a hundredth is 60, and its standard deviation is 7.7.
    let (few, many) = (unlikely(6_000, 0.01), unlikely(6_000, 0.99));
    assert!((41..=44).contains(&few) && (5_920..=5_924).contains(&many), "{few} {many}");
}

#[test]
fn a_tail_of_too_few_numbers_says_nothing() {
    let numbers: Vec<_> = (0..400).map(f64::from).collect();
    assert_eq!(at_most(&numbers, 0.99), f64::INFINITY);
    assert_eq!(at_least(&[], 0.99), f64::NEG_INFINITY);
}

#[test]
fn what_disturbs_one_in_a_hundred_makes_no_tail_longer_than_its_like() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut tail = |factor: f64| {
        sorted((0..6_000).map(|_| {
            let is_disturbed = random.u32(0..100) == 0;
            factor * if is_disturbed { 5.0 + random.f64() * 50.0 } else { 1.0 + random.f64() * 0.1 }
        }))
    };
    let mut longer = |factor: f64| at_least(&tail(factor), 0.99) / at_most(&tail(1.0), 0.99) > 3.0;
    assert_eq!((0..100).filter(|_| longer(1.0)).count(), 0);
    // What is slower in three of a hundred is seen, however both are disturbed.
    let slow = |it: &mut Vec<f64>| {
        it.iter_mut().take(180).for_each(|it| *it = 500.0);
        it.sort_unstable_by(f64::total_cmp);
    };
    let mut seen = || {
        let mut subject = tail(1.0);
        slow(&mut subject);
        at_least(&subject, 0.99) / at_most(&tail(1.0), 0.99) > 3.0
    };
    assert_eq!((0..100).filter(|_| seen()).count(), 100);
}

#[test]
fn equal_code_is_above_a_twentieth_in_none_of_a_thousand_runs() {
    let mut random = fastrand::Rng::with_seed(1);
    let over = (0..1_000).filter(|_| lower_bound(&ratios(&mut random, 1_000, 1.0)) > 1.05).count();
    assert_eq!(over, 0);
}

#[test]
fn code_that_is_seven_per_cent_slower_is_above_a_twentieth_in_all_of_a_thousand_runs() {
    let mut random = fastrand::Rng::with_seed(2);
    let over = (0..1_000).filter(|_| lower_bound(&ratios(&mut random, 1_000, 1.07)) > 1.05).count();
    assert_eq!(over, 1_000);
}

#[test]
fn the_bound_is_above_the_true_median_about_once_in_a_hundred_times() {
    let mut random = fastrand::Rng::with_seed(3);
    let wrong =
        (0..10_000).filter(|_| lower_bound(&sorted((0..200).map(|_| random.f64()))) > 0.5).count();
    assert!((50..=110).contains(&wrong), "{wrong}");
}

proptest! {
    #[test]
    fn the_bound_is_one_of_the_numbers_and_not_above_the_median(
        numbers in prop::collection::vec(-1e6_f64..1e6, 7..300),
    ) {
        let numbers = sorted(numbers.into_iter());
        let bound = lower_bound(&numbers);
        prop_assert!(numbers.contains(&bound));
        prop_assert!(bound <= median(&numbers));
    }

    #[test]
    fn what_is_scaled_has_a_scaled_bound(
        numbers in prop::collection::vec(0.1_f64..10.0, 7..300),
        power in -3_i32..4,
    ) {
        let factor = 2_f64.powi(power);
        let scaled = sorted(numbers.iter().map(|it| it * factor));
        let numbers = sorted(numbers.into_iter());
        prop_assert_eq!(lower_bound(&scaled), lower_bound(&numbers) * factor);
        prop_assert_eq!(median(&scaled), median(&numbers) * factor);
    }

    #[test]
    fn a_tenth_of_the_numbers_may_be_as_large_as_they_like(
        far in 1_f64..1e9,
    ) {
        let calm = sorted((0..1_000).map(|at| 1.0 + f64::from(at) * 1e-5));
        let wild = sorted(calm.iter().enumerate().map(|(at, it)| if at % 10 == 0 { it * far } else { *it }));
        prop_assert!(median(&wild) < 1.01 && lower_bound(&wild) < 1.01);
    }

    #[test]
    fn a_quantile_leaves_its_share_below(
        numbers in prop::collection::vec(0_u32..50, 1..300),
        share in 0.01_f64..1.0,
    ) {
        let numbers = sorted(numbers.into_iter().map(f64::from));
        let at = quantile(&numbers, share);
        let up_to = numbers.iter().filter(|it| **it <= at).count() as f64;
        let below = numbers.iter().filter(|it| **it < at).count() as f64;
        prop_assert!(up_to >= share * numbers.len() as f64 - 1e-9);
        prop_assert!(below < share * numbers.len() as f64);
    }
}
