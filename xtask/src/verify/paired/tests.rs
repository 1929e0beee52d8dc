use std::cell::Cell;

use super::*;

fn figure(least: f64) -> Figure {
    Figure { middle: least, least, is_alone: true }
}

fn judged(figures: [f64; 2]) -> (Found, usize) {
    let asked = Cell::new(0);
    let observe = || {
        asked.set(asked.get() + 1);
        Ok(figure(figures[asked.get() - 1]))
    };
    (judge(1.05, observe).expect("it cannot fail"), asked.get())
}

#[test]
fn one_figure_over_the_limit_is_an_accident_and_two_are_a_fault() {
    let (found, asked) = judged([1.2, 1.0]);
    assert_eq!((found.is_over, asked), (false, 2));
    let (found, asked) = judged([1.2, 1.1]);
    assert_eq!((found.is_over, asked), (true, 2));
}

#[test]
fn what_passes_is_not_asked_again() {
    let (found, asked) = judged([1.0, 9.0]);
    assert_eq!((found.is_over, asked), (false, 1));
}

#[test]
fn a_fault_says_what_takes_how_long() {
    let (found, _) = judged([1.2, 1.1]);
    assert_eq!(
        found.fault(("mine", "twin")).expect("it is over"),
        "mine takes 1.100 of twin, at least 1.100, over its limit of 1.050"
    );
    assert_eq!(judged([1.0, 1.0]).0.fault(("mine", "twin")), None);
}
