//! A part of something.

use crate::vector::{DIMENSIONS, Vector};

/// A part of an experience, from which the rest is to be completed.
#[derive(Clone, Copy, Debug)]
pub struct Cue {
    pub(super) part: Vector,
    /// The word that it was a part of, if somebody knows.
    pub(super) truth: Option<u32>,
}

impl Cue {
    /// About half of the components of a word's vector, chosen by a seed; the others are zero.
    #[must_use]
    pub fn part_of(word: u32, vector: &Vector, seed: u64) -> Self {
        let shown = fastrand::Rng::with_seed(seed).u64(..);
        let whole = vector.unit();
        let part: [f32; DIMENSIONS] =
            std::array::from_fn(|at| if shown >> at & 1 == 1 { whole[at] } else { 0.0 });
        Self { part: Vector::quantise(&part), truth: Some(word) }
    }

    /// The same cue, of which nobody knows what it is a part of: what it brings back stays unverified.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self { truth: None, ..self }
    }
}

const _: () = assert!(DIMENSIONS <= u64::BITS as usize);
