//! Which links to keep: near nodes in different directions.
//!
//! Of candidates taken from the nearest on, one is kept if it is nearer to the node itself than to
//! any that was kept before it. A candidate behind a kept one is reached through that one; without
//! the rule a node in a dense cluster spends all its links inside and the cluster becomes an
//! island.

use super::Hnsw;
use crate::neighbour::Neighbour;

/// Puts at most `count` of `candidates`, which come nearest first, into `kept`.
pub(super) fn select(index: &Hnsw, candidates: &[Neighbour], count: usize, kept: &mut Vec<u32>) {
    kept.clear();
    for candidate in candidates {
        if kept.len() == count {
            return;
        }
        if leads_elsewhere(index, *candidate, kept) {
            kept.push(candidate.id);
        }
    }
}

/// Whether `candidate` is nearer to the node, which its similarity tells, than to any kept one.
fn leads_elsewhere(index: &Hnsw, candidate: Neighbour, kept: &[u32]) -> bool {
    let own = &index.vectors[candidate.id as usize];
    kept.iter().all(|id| index.measure(own, *id).similarity < candidate.similarity)
}
