use super::{DIMENSIONS, Vector, mean_direction, parse};
use crate::data::{self, DataError};

fn axis(at: usize, length: i8) -> Vector {
    let mut components = [0; DIMENSIONS];
    components[at] = length;
    Vector::from_components(&components)
}

#[test]
fn a_vector_is_one_cache_line() {
    assert_eq!(size_of::<Vector>(), 64);
    assert_eq!(align_of::<Vector>(), 64);
}

#[test]
fn a_cosine_ignores_length() {
    assert_eq!(axis(3, 1).cosine(&axis(3, 127)), 1.0);
    assert_eq!(axis(3, 1).cosine(&axis(3, -128)), -1.0);
    assert_eq!(axis(3, 1).cosine(&axis(4, 1)), 0.0);
}

#[test]
fn the_longest_vectors_do_not_overflow() {
    let longest = Vector::from_components(&[-128; DIMENSIONS]);
    assert!((longest.cosine(&longest) - 1.0).abs() < 1e-6);
}

#[test]
fn nothing_is_similar_to_the_zero_vector() {
    assert_eq!(axis(0, 0).cosine(&axis(0, 0)), 0.0);
    assert_eq!(Vector::quantise(&[f32::NAN; DIMENSIONS]), axis(0, 0));
}

#[test]
fn the_mean_of_two_axes_lies_between_them() {
    let between = mean_direction([&axis(0, 5), &axis(1, 100)]);
    assert!((between.cosine(&axis(0, 1)) - 0.5_f32.sqrt()).abs() < 1e-3);
    assert!((between.cosine(&axis(1, 1)) - 0.5_f32.sqrt()).abs() < 1e-3);
}

#[test]
fn quantising_a_unit_vector_gives_its_direction_back() {
    for vector in parse(data::VECTORS, 20_061).unwrap().iter().step_by(997) {
        assert_eq!(&Vector::quantise(&vector.unit()), vector);
    }
}

#[test]
fn bytes_that_are_not_whole_vectors_are_refused() {
    let short = parse(&[0; 2 * DIMENSIONS - 1], 2).unwrap_err();
    assert_eq!(short, DataError::VectorBytes { words: 2, bytes: 99 });
    assert!(parse(&[0; 3 * DIMENSIONS], 2).is_err());
}
