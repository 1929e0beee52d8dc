//! The nearest vectors by looking at all of them: what the index is checked against.

use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::vector::Vector;

#[cfg(test)]
mod tests;

/// Puts the `count` vectors nearest to `query` into `found`, the nearest first.
///
/// Costs one cosine per vector and an insertion for each that is among the nearest so far.
/// Allocates only if `found` has no room for one more than `count`.
pub fn nearest(vectors: &[Vector], query: &Vector, count: usize, found: &mut Vec<Neighbour>) {
    let kernel = Kernel::detect();
    found.clear();
    for (id, vector) in (0_u32..).zip(vectors) {
        let next = Neighbour { id, similarity: query.cosine_by(kernel, vector) };
        if found.len() < count || found.last().is_some_and(|worst| next > *worst) {
            found.insert(found.partition_point(|better| *better > next), next);
            found.truncate(count);
        }
    }
}
