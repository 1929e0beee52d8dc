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

proptest! {
    #[test]
    fn what_three_decimals_say_is_written_with_as_few_as_it_takes(
        thousandths in -999_999_999_999_999_i64..1_000_000_000_000_000,
        bits in 0_u32..50,
    ) {
        let thousandths = thousandths >> bits;
        let value = thousandths as f64 / 1000.0;
        prop_assert_eq!(by(|line| float(line, value)), value.to_string());
        // Its neighbours have more digits than anybody would write, and are other numbers.
        for near in [value.next_up(), value.next_down()] {
            let text = by(|line| float(line, near));
            prop_assert_eq!(text.parse(), Ok(near));
        }
    }
}

fn canonical_text(value: f64) -> String {
    let mut buffer = Buffer::new(0);
    buffer.append(MOST, |line| canonical(line, value));
    String::from_utf8(buffer.as_slice().to_vec()).expect("ASCII")
}

#[test]
fn canonical_floats_are_those_of_the_open_metrics_specification() {
    for (value, expected) in [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (-2.0, "-2.0"),
        (0.5, "0.5"),
        (0.001, "0.001"),
        (0.000_25, "0.00025"),
        (1e-5, "1e-05"),
        (9.536_743_164_062_5e-7, "9.5367431640625e-07"),
        (1e-100, "1e-100"),
        (10.0, "10.0"),
        (1024.0, "1024.0"),
        (100_000.0, "100000.0"),
        (123_456.75, "123456.75"),
        (1e6, "1e+06"),
        (1_048_576.0, "1.048576e+06"),
        (1.5e300, "1.5e+300"),
        (f64::INFINITY, "+Inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(canonical_text(value), expected);
    }
}

proptest::proptest! {
    #[test]
    fn a_canonical_float_reads_back_the_same(bits in proptest::prelude::any::<u64>()) {
        let value = f64::from_bits(bits);
        let read: f64 = canonical_text(value).parse().expect("a number");
        proptest::prop_assert!(read == value || (read.is_nan() && value.is_nan()));
    }
}

#[test]
fn identities_keep_their_zeros() {
    assert_eq!(&digits::<16>(0xdad_cafe), b"000000000dadcafe");
    assert_eq!(&digits::<4>(u128::MAX), b"ffff");
}
