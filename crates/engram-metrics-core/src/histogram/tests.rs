//! Which bucket a value belongs to, against exact arithmetic. What is recorded: see `recorded`.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::layout::BOUNDS;
use super::{FINEST, HIGHEST, Indexer, Layout, MAX_BUCKETS};

mod log_linear;

crate::when_enabled! {
    mod exemplars;
    mod merged;
    mod recorded;
}

/// A natural number of any size, lowest limb first: the bounds are irrational, but their powers are
/// not, and comparing those is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Natural(Vec<u64>);

impl Natural {
    fn of(value: u64) -> Self {
        Self(vec![value])
    }

    fn power_of_two(exponent: usize) -> Self {
        let mut limbs = vec![0; exponent / 64 + 1];
        limbs[exponent / 64] = 1 << (exponent % 64);
        Self(limbs)
    }

    fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0_u64; self.0.len() + other.0.len()];
        for (i, &a) in self.0.iter().enumerate() {
            let mut carry = 0_u128;
            for (j, &b) in other.0.iter().enumerate() {
                carry += u128::from(limbs[i + j]) + u128::from(a) * u128::from(b);
                limbs[i + j] = carry as u64;
                carry >>= 64;
            }
            limbs[i + other.0.len()] = carry as u64;
        }
        Self(limbs)
    }

    /// Raised to the power `2^doublings`.
    fn squared(self, doublings: u8) -> Self {
        (0..doublings).fold(self, |value, _| value.times(&value))
    }

    fn compare(&self, other: &Self) -> Ordering {
        let limb = |number: &Self, at: usize| number.0.get(at).copied().unwrap_or(0);
        let longest = self.0.len().max(other.0.len());
        let limbs = (0..longest).rev();
        limbs
            .map(|at| limb(self, at).cmp(&limb(other, at)))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// Compares `value` with `2^(index / 2^scale)`, exactly: both sides to the power `2^scale`.
fn compare_to_bound(value: u64, scale: u8, index: usize) -> Ordering {
    Natural::of(value).squared(scale).compare(&Natural::power_of_two(index))
}

/// The bucket by definition: how many upper bounds lie below the value.
fn bucket_by_definition(layout: Layout, value: u64) -> usize {
    let (low, high) = layout.range();
    let scale = layout.scale() as u8;
    let (first, last) = (usize::from(low) << scale, usize::from(high) << scale);
    let raised = Natural::of(value).squared(scale);
    let below = |bound: usize| raised.compare(&Natural::power_of_two(bound)).is_gt();
    // Ascending, so halving finds the first bound that is not below the value.
    let (mut from, mut to) = (first, last + 1);
    while from < to {
        let middle = usize::midpoint(from, to);
        if below(middle) { from = middle + 1 } else { to = middle }
    }
    from - first
}

fn bucket(layout: Layout, value: u64) -> usize {
    Indexer::new(layout).bucket(value)
}

/// Every scale, over the widest range that it can have, at both ends of what is possible.
fn layouts() -> Vec<Layout> {
    let widest = |scale: u8| ((MAX_BUCKETS - 2) >> scale).min(usize::from(HIGHEST)) as u8;
    let mut layouts = vec![Layout::SECONDS, Layout::BYTES, Layout::RATIO, Layout::COUNT];
    for scale in 0..=FINEST {
        layouts.push(Layout::new(scale, 0, widest(scale), 0));
        layouts.push(Layout::new(scale, HIGHEST - widest(scale), HIGHEST, 30));
        layouts.push(Layout::new(scale, 20, 21, 0));
    }
    layouts
}

#[test]
fn big_multiplication_agrees_with_128_bits() {
    let product = Natural::of(u64::MAX).times(&Natural::of(u64::MAX - 6));
    let expected = u128::from(u64::MAX) * u128::from(u64::MAX - 6);
    assert_eq!(product, Natural(vec![expected as u64, (expected >> 64) as u64]));
    assert!(Natural::power_of_two(128).compare(&product).is_gt());
    assert!(Natural::power_of_two(127).compare(&product).is_lt());
}

#[test]
fn the_table_holds_the_floors_of_the_true_bounds() {
    for (fraction, &bound) in BOUNDS.iter().enumerate() {
        // bound = floor(2^63 * 2^(fraction/32)), so bound^32 <= 2^(63*32 + fraction) < (bound+1)^32.
        let exact = Natural::power_of_two(63 * 32 + fraction);
        assert!(Natural::of(bound).squared(5).compare(&exact).is_le(), "bound {fraction}");
        assert!(Natural::of(bound + 1).squared(5).compare(&exact).is_gt(), "bound {fraction}");
    }
}

#[test]
fn every_bound_is_in_the_bucket_below_and_its_successor_in_the_one_above() {
    for layout in layouts() {
        for at in 0..layout.buckets() - 1 {
            let upper = layout.bounds(at).1.expect("only the last bucket has no upper bound");
            let exact = (usize::from(layout.range().0) << layout.scale()) + at;
            assert!(
                compare_to_bound(upper, layout.scale() as u8, exact).is_le(),
                "{layout:?} {at}"
            );
            assert!(
                compare_to_bound(upper + 1, layout.scale() as u8, exact).is_gt(),
                "{layout:?} {at}"
            );
            // Close to 1 a bucket may hold no integer, so that its bound belongs to one before.
            assert_eq!(
                bucket(layout, upper),
                bucket_by_definition(layout, upper),
                "{layout:?} {at}"
            );
            assert!(
                bucket(layout, upper) <= at && bucket(layout, upper + 1) > at,
                "{layout:?} {at}"
            );
            assert_eq!(layout.bounds(at + 1).0, upper);
        }
        assert_eq!(layout.bounds(layout.buckets() - 1).1, None);
    }
}

#[test]
fn powers_of_two_and_their_neighbours_are_where_the_definition_puts_them() {
    for layout in layouts() {
        let near =
            |power: u32| (0..3).map(move |off| (1_u64 << power).wrapping_add(off).wrapping_sub(1));
        for value in (0..64).flat_map(near).chain([0, 1, u64::MAX - 1, u64::MAX]) {
            assert_eq!(
                bucket(layout, value),
                bucket_by_definition(layout, value),
                "{layout:?} {value}"
            );
        }
    }
}

#[test]
fn the_ends_of_the_integers_have_a_place() {
    for layout in layouts() {
        assert_eq!(bucket(layout, 0), 0);
        assert_eq!(bucket(layout, 1), 0);
        assert_eq!(bucket(layout, u64::MAX), layout.buckets() - 1);
    }
}

#[test]
fn buckets_of_one_scale_are_pairs_of_the_next_finer() {
    for scale in 0..FINEST {
        let (coarse, fine) = (Layout::new(scale, 3, 10, 0), Layout::new(scale + 1, 3, 10, 0));
        for value in 0..2000 {
            assert_eq!(bucket(coarse, value), bucket(fine, value).div_ceil(2), "{scale} {value}");
        }
    }
}

#[test]
fn a_layout_states_its_memory() {
    assert_eq!(Layout::SECONDS.buckets(), 290);
    // Four cells and 290 buckets, made odd.
    assert_eq!(Layout::SECONDS.bytes(), 295 * 8);
    assert_eq!(Layout::COUNT.buckets(), 82);
    assert_eq!(Layout::COUNT.bytes(), 87 * 8);
}

proptest! {
    #[test]
    fn any_value_is_where_the_definition_puts_it(
        bits in any::<u64>(), shift in 0_u32..64, which in 0_usize..22,
    ) {
        let layout = layouts()[which];
        let value = bits >> shift;
        prop_assert_eq!(bucket(layout, value), bucket_by_definition(layout, value));
        let (lower, upper) = layout.bounds(bucket(layout, value));
        prop_assert!(lower < value || bucket(layout, value) == 0);
        prop_assert!(upper.is_none_or(|upper| value <= upper));
    }
}
