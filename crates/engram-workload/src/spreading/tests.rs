use super::{Scratch, Spreading};
use crate::association::Associations;
use crate::drm::{DrmList, LIST_WORDS, Studied};

const HALF: Spreading = Spreading { depth: 2, decay: 0.5 };

/// Words 0..15 suggest 15 with the given strength, and 15 itself suggests 16.
fn chain(strength: f64) -> Associations {
    let list = |lure, words: [u32; LIST_WORDS]| {
        let studied = words.map(|word| Studied { word, strength });
        DrmList { lure, studied, published_strength: 0.0 }
    };
    let fan = list(15, std::array::from_fn(|at| at as u32));
    let mut tail = list(16, [15; LIST_WORDS]);
    for studied in &mut tail.studied[1..] {
        studied.strength = 0.0;
    }
    Associations::of_lists(&[fan, tail], 17)
}

#[test]
fn a_lure_receives_the_total_strength_of_its_words() {
    let mut scratch = Scratch::new(17);
    let outcome = HALF.spread(&chain(0.25), 0..15, &mut scratch);
    assert_eq!(outcome.activation[15], 15.0 * 0.25 * 0.5);
    assert_eq!(outcome.activation[0], 1.0);
}

#[test]
fn a_second_wave_carries_on_what_the_first_brought() {
    let mut scratch = Scratch::new(17);
    let outcome = HALF.spread(&chain(0.25), 0..4, &mut scratch);
    assert_eq!(outcome.activation[16], 4.0 * 0.25 * 0.5 * 0.25 * 0.5);
    assert_eq!((outcome.visited, outcome.edges, outcome.depth), (6, 5, 2));
    assert_eq!((outcome.expanded, outcome.is_cut), (5, false));
    assert_eq!(outcome.mass, (4.0 + 0.5 + 0.0625) / 4.0);
}

#[test]
fn depth_is_a_bound() {
    let mut scratch = Scratch::new(17);
    let once = Spreading { depth: 1, ..HALF }.spread(&chain(0.25), 0..4, &mut scratch);
    assert_eq!(once.activation[16], 0.0);
    assert_eq!((once.visited, once.edges, once.depth), (5, 4, 1));
    assert!(once.is_cut, "the lure has not passed on what it received");
}

#[test]
fn a_spread_leaves_nothing_behind_for_the_next() {
    let mut scratch = Scratch::new(17);
    HALF.spread(&chain(0.25), 0..15, &mut scratch);
    let outcome = HALF.spread(&chain(0.25), [16].into_iter(), &mut scratch);
    assert_eq!(outcome.activation.iter().sum::<f64>(), 1.0);
    assert_eq!((outcome.visited, outcome.edges, outcome.depth), (1, 0, 0));
}
