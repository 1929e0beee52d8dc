use proptest::prelude::*;

use super::*;
use crate::buffer::Buffer;

/// What `write` appends.
fn by(write: impl FnOnce(&mut Line<'_>)) -> String {
    let mut out = Buffer::new(64);
    out.append(64, write);
    String::from_utf8(out.as_slice().to_vec()).expect("ASCII")
}

/// The first `len` ends that were set.
fn texts(len: usize, set: impl FnOnce(&mut Ends)) -> Vec<String> {
    let mut ends = Ends::new();
    // Of another page, and more of them.
    ends.set_floats(&[-123.456; MOST]);
    set(&mut ends);
    ends.as_slice()[..len].iter().map(|end| by(|line| line.put_block(end))).collect()
}

fn of_integers(values: &[u64]) -> Vec<String> {
    texts(values.len(), |ends| ends.set_integers(values))
}

fn of_signed(values: &[i64]) -> Vec<String> {
    texts(values.len(), |ends| ends.set_signed(values))
}

fn of_floats(values: &[f64]) -> Vec<String> {
    texts(values.len(), |ends| ends.set_floats(values))
}

/// Each number as it is written alone, in its place.
fn alone<V: Copy>(values: &[V], number: impl Fn(&mut Line<'_>, V)) -> Vec<String> {
    values.iter().map(|value| format!("}} {}\n", by(|line| number(line, *value)))).collect()
}

fn shown<V: ToString>(values: &[V]) -> Vec<String> {
    values.iter().map(|value| format!("}} {}\n", value.to_string())).collect()
}

#[test]
fn all_numbers_of_four_digits_are_found_in_both_halves() {
    let values: Vec<u64> = (0..10_000).flat_map(|value| [value, value * 10_000 + value]).collect();
    for values in values.chunks(MOST) {
        assert_eq!(of_integers(values), shown(values));
    }
}

#[test]
fn numbers_around_powers_of_ten_and_two_are_written_in_full() {
    let tens = std::iter::successors(Some(1_u64), |it| it.checked_mul(10));
    let twos = (0..64).map(|bit| 1_u64 << bit);
    let near = tens.chain(twos).flat_map(|it| [it - 1, it, it.saturating_add(1)]);
    let values: Vec<_> = near.chain([u64::MAX]).collect();
    for values in values.chunks(7) {
        assert_eq!(of_integers(values), shown(values));
        let signed: Vec<_> = values.iter().map(|value| value.cast_signed()).collect();
        assert_eq!(of_signed(&signed), shown(&signed));
        let signed: Vec<_> = signed.iter().map(|value| value.wrapping_neg()).collect();
        assert_eq!(of_signed(&signed), shown(&signed));
    }
}

#[test]
fn all_thousandths_are_written_with_as_few_digits_as_it_takes() {
    for whole in [0_u64, 1, 9, 10, 4_503_599, 49_999_999, 99_999_999, 100_000_000] {
        let values: Vec<_> =
            (0..1000).map(|behind| (whole * 1000 + behind) as f64 / 1000.0).collect();
        let below: Vec<_> =
            values.iter().map(|value| -value).filter(|value| *value < 0.0).collect();
        for values in values.chunks(MOST).chain(below.chunks(MOST)) {
            assert_eq!(of_floats(values), shown(values));
            // Their neighbours are other numbers, whose thousandths are the same by what a multiplication rounds.
            let near: Vec<_> = values.iter().map(|value| value.next_up()).collect();
            assert_eq!(of_floats(&near), alone(&near, number::float));
        }
    }
}

#[test]
fn floats_that_are_not_short_are_those_that_are_written_alone() {
    let values = [
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::from_bits(1),
        -f64::from_bits(1),
        0.000_5,
        0.001_000_000_000_000_000_2,
        0.999_999_999_999_999_9,
        1.0 + f64::EPSILON,
        99_999_999.999_5,
        99_999_999.999_999_99,
        1e8,
        4_294_967_296.5,
        4_503_599_627_370_495.5,
        9_007_199_254_740_993.0,
        1e15,
        1e16,
        1.5e300,
    ];
    let near = values.map(|value| [value.next_down(), value, value.next_up(), -value]);
    for values in near.as_flattened().chunks(MOST).chain([&values[..]]) {
        assert_eq!(of_floats(values), alone(values, number::float));
    }
}

/// Mostly short numbers, and others among them.
fn floats() -> impl Strategy<Value = f64> {
    let short = (-99_999_999_999_i64..100_000_000_000, 0_u32..40)
        .prop_map(|(thousandths, bits)| (thousandths >> bits) as f64 / 1000.0);
    prop_oneof![6 => short, 1 => any::<f64>(), 1 => any::<u64>().prop_map(f64::from_bits)]
}

proptest! {
    #[test]
    fn many_integers_are_those_of_the_standard_library(
        values in prop::collection::vec((any::<u64>(), 0_u32..64), 0..=MOST),
    ) {
        let values: Vec<_> = values.iter().map(|(value, bits)| value >> bits).collect();
        prop_assert_eq!(of_integers(&values), shown(&values));
        let signed: Vec<_> = values.iter().map(|value| value.cast_signed() >> 9).collect();
        prop_assert_eq!(of_signed(&signed), shown(&signed));
    }

    #[test]
    fn many_floats_are_those_that_are_written_alone_and_read_back_the_same(
        values in prop::collection::vec(floats(), 0..=MOST),
    ) {
        let texts = of_floats(&values);
        prop_assert_eq!(&texts, &alone(&values, number::float));
        for (text, value) in texts.iter().zip(&values) {
            let read = text.trim_start_matches("} ").trim_end().parse::<f64>();
            prop_assert!(read.is_ok_and(|it| it == *value || value.is_nan()), "{text}");
        }
    }
}
