//! Cheap random numbers, one generator per thread: to choose samples, not to keep secrets.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): the
//! state moves by a constant and is hashed, so that successive numbers do not wait for each other. Each
//! thread starts at a place of its own on the one cycle of 2^64.

use std::cell::Cell;

use crate::sync::{AtomicU64, Ordering};

/// A generator; equal seeds give equal numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, all 64 bits of it.
    #[inline]
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }
}

/// The next number of this thread's generator.
#[inline]
pub(crate) fn next() -> u64 {
    STATE.with(|state| {
        let before = state.get();
        let mut random = Random::seeded(if before == UNSEEDED { fresh_seed() } else { before });
        let number = random.next();
        state.set(random.0);
        number
    })
}

crate::when_enabled! {
    /// Makes this thread's numbers repeatable.
    #[cfg(test)]
    pub(crate) fn seed_thread(seed: u64) {
        STATE.with(|state| state.set(Random::seeded(seed).0));
    }
}

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(UNSEEDED) };
}

/// A generator that comes by here starts again somewhere else; once in 2^64 numbers.
const UNSEEDED: u64 = 0;

/// Different for each thread, and the same ones in every run: nobody is to be surprised by randomness.
#[cold]
fn fresh_seed() -> u64 {
    static THREADS: AtomicU64 = AtomicU64::new(1);
    // Relaxed: deals out numbers.
    mix(THREADS.fetch_add(1, Ordering::Relaxed).wrapping_mul(GAMMA))
}

/// 2^64 over the golden ratio, made odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of which every bit of the result depends on every bit of the argument.
#[inline]
const fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference_implementation() {
        // The first ones of Vigna's splitmix64.c for the seed 1234567.
        let mut random = Random::seeded(1_234_567);
        let expected =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([random.next(), random.next(), random.next()], expected);
    }

    #[test]
    fn threads_have_different_numbers() {
        let first = || std::thread::spawn(next).join().expect("arithmetic does not panic");
        let mut numbers: Vec<u64> = (0..50).map(|_| first()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 50);
    }
}
