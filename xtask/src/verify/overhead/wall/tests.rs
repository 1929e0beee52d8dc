use super::*;

#[test]
fn bounds_are_on_both_sides_of_the_median_and_as_far_in() {
    let ratio = Ratio::of((0..101).rev().map(f64::from));
    assert_eq!(ratio.middle, 50.0);
    assert_eq!(ratio.most - 50.0, 50.0 - ratio.least);
    assert!((10.0..15.0).contains(&(ratio.most - 50.0)), "{ratio:?}");
}

#[test]
fn a_few_rounds_say_nothing_for_sure() {
    let ratio = Ratio::of([1.0, 1.1, 1.2].into_iter());
    assert_eq!(ratio, Ratio { least: f64::NEG_INFINITY, middle: 1.1, most: f64::INFINITY });
}

#[test]
fn one_round_in_ten_may_be_as_wrong_as_it_likes() {
    let wild = |at: u32| if at.is_multiple_of(10) { 7.0 } else { 1.0 + f64::from(at) * 1e-6 };
    let ratio = Ratio::of((0..40).map(wild));
    assert!(ratio.most < 1.001, "{ratio:?}");
}

#[test]
fn telemetry_and_the_control_are_compared_in_the_same_way() {
    let round = Round::from_sums([4_800_000.0, 4_848_000.0, 4_848_000.0]);
    assert_eq!((round.twin, round.again, round.with), (1_000.0, 1.01, 1.01));
}

#[test]
fn the_share_that_counts_is_the_largest_that_it_may_be_and_the_threads_besides() {
    let ratio = |most| Ratio { least: 0.999, middle: 1.001, most };
    let times =
        |most, beside| Times { twin: 1.0, again: ratio(1.0), with: ratio(most), beside, rounds: 1 };
    assert!(times(1.004, 0.0005).are_below(0.005));
    assert!(!times(1.004, 0.0015).are_below(0.005));
    assert!(!times(f64::INFINITY, 0.0).are_below(0.005));
}
