use proptest::prelude::*;

use super::*;
use crate::buffer::Buffer;

fn written(value: u64) -> String {
    by(|line| integer(line, value))
}

fn by(write: impl FnOnce(&mut Line<'_>)) -> String {
    let mut out = Buffer::new(0);
    out.append(MOST, write);
    String::from_utf8(out.as_slice().to_vec()).expect("digits")
}

#[test]
fn numbers_around_powers_of_ten_are_written_in_full() {
    let powers = std::iter::successors(Some(1_u64), |it| it.checked_mul(10));
    let near = powers.flat_map(|it| [it - 1, it, it + 1]).chain([u64::MAX, u64::MAX - 1]);
    for value in near {
        assert_eq!(written(value), value.to_string());
        let ended = ended(value, b';').map(|(word, len)| by(|line| line.put_start(word, len)));
        assert_eq!(ended, (value < 10_000_000).then(|| format!("{value};")));
    }
}

#[test]
fn all_numbers_of_four_digits_are_written_in_both_halves() {
    for value in 0..10_000 {
        assert_eq!(written(value), value.to_string());
        let both = value * 10_000 + value;
        assert_eq!(written(both), both.to_string());
    }
}

proptest! {
    #[test]
    fn any_number_is_written_as_the_standard_library_does(value: u64, bits in 0_u32..64) {
        prop_assert_eq!(written(value >> bits), (value >> bits).to_string());
        let value = value.cast_signed() >> bits;
        prop_assert_eq!(by(|line| signed(line, value)), value.to_string());
    }
}

proptest! {
    #[test]
    fn any_float_reads_back_the_same(value: f64) {
        let text = by(|line| float(line, value));
        prop_assert!(text.parse::<f64>().is_ok_and(|it| it == value || value.is_nan()), "{text}");
    }
}
