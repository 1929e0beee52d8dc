use engram_metrics_core::{Label, LabelSet};

use super::*;
use crate::input::{Elapsed, UnitRatio};

#[test]
fn a_plausibility_belongs_to_its_tenth_and_bounds_are_inclusive() {
    let tenth = |value| Label::index(Confidence::of(UnitRatio::new(value).unwrap()));
    assert_eq!([0.0, 0.1, 0.100_001, 0.55, 0.9, 1.0].map(tenth), [0, 0, 1, 5, 8, 9]);
    assert_eq!(Confidence::of(UnitRatio::new(0.55).unwrap()).middle(), 0.55);
}

#[test]
fn a_delay_belongs_to_the_first_bound_that_is_not_below_it() {
    let of = |seconds| Delay::of(Elapsed::new(seconds).unwrap());
    assert_eq!(of(0.0), Delay::Le20Min);
    assert_eq!(of(3_600.0), Delay::Le1Hour);
    assert_eq!(of(31_680.0), Delay::Le9Hours);
    assert_eq!(of(2_678_401.0), Delay::Gt31Days);
    let soa = |seconds| Asynchrony::of(Elapsed::new(seconds).unwrap());
    assert_eq!(
        [0.2, 0.21, 1.2, 1.3].map(soa),
        [Asynchrony::Le200Ms, Asynchrony::Le500Ms, Asynchrony::Le1200Ms, Asynchrony::Gt1200Ms]
    );
}

#[test]
fn the_labels_of_a_transition_are_its_ends() {
    let places = [
        Place::New,
        Place::In(State::Recent),
        Place::In(State::Consolidating),
        Place::In(State::Remote),
        Place::Forgotten,
    ];
    let name = |place: &Place| match place {
        Place::New => "new",
        Place::In(state) => State::VALUES[Label::index(*state)],
        Place::Forgotten => "forgotten",
    };
    let mut legal = 0;
    for (from, to) in places.iter().flat_map(|from| places.iter().map(move |to| (from, to))) {
        if let Ok(step) = Transition::between(*from, *to) {
            legal += 1;
            Transition::pairs(LabelSet::index(step), &mut |pairs| {
                assert_eq!(pairs, [("from", name(from)), ("to", name(to))]);
            });
            let state =
                |place: &Place| if let Place::In(state) = place { Some(*state) } else { None };
            assert_eq!(step.ends(), (state(from), state(to)));
        }
    }
    assert_eq!(legal, Transition::COUNT);
}

#[test]
fn lags_and_fans_begin_with_one() {
    assert_eq!(
        [0, 1, 2, 3, 9].map(Lag::of),
        [None, Some(Lag::One), Some(Lag::Two), Some(Lag::ThreePlus), Some(Lag::ThreePlus)]
    );
    assert_eq!(
        [0, 1, 3, 4].map(Fan::of),
        [None, Some(Fan::One), Some(Fan::Three), Some(Fan::FourPlus)]
    );
}

#[test]
fn the_window_contains_its_beginning_and_not_its_end() {
    let refusal = ReconsolidationMetrics::refusal;
    assert_eq!(refusal(None, 5.0), Some(ReconsolidationOutcome::NotReactivated));
    assert_eq!(refusal(Some(5.0), 5.0), None);
    assert_eq!(refusal(Some(0.0), WINDOW_SECONDS.next_down()), None);
    assert_eq!(refusal(Some(0.0), WINDOW_SECONDS), Some(ReconsolidationOutcome::WindowClosed));
    assert_eq!(refusal(Some(9.0), 5.0), Some(ReconsolidationOutcome::WindowClosed));
}

#[test]
fn nodes_on_a_line_are_nearer_than_nodes_on_a_page() {
    assert_eq!(Locality::between(0, 63), Locality::SameLine);
    assert_eq!(Locality::between(63, 64), Locality::SamePage);
    assert_eq!(Locality::between(4095, 4096), Locality::Far);
}
