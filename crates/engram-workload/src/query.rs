//! Queries that are not stored vectors.

use crate::vector::{DIMENSIONS, Vector};

/// How far a query strays from the words it was made of, per component of a unit vector.
const NOISE: f32 = 0.05;

/// A thought between two memories: two words mixed in a random proportion, with noise.
///
/// # Panics
/// If there are no vectors.
#[must_use]
pub fn held_out_query(vectors: &[Vector], seed: u64) -> Vector {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut pick = || vectors[rng.usize(..vectors.len())].unit();
    let (one, other) = (pick(), pick());
    let share = rng.f32();
    let direction: [f32; DIMENSIONS] = std::array::from_fn(|at| {
        let mixed = share * one[at] + (1.0 - share) * other[at];
        mixed + NOISE * (2.0 * rng.f32() - 1.0)
    });
    Vector::quantise(&direction)
}
