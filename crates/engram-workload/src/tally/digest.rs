//! One number for the result of an operation.

use crate::engine::{RecallOutcome, SearchOutcome};

/// What was found, and the way to it.
pub(super) fn of_search(outcome: &SearchOutcome<'_>) -> u64 {
    let stats = outcome.stats;
    let work = [stats.hops_upper, stats.hops_base, stats.evaluations];
    let found = outcome.neighbours.iter().flat_map(|it| [it.id, it.similarity.to_bits()]);
    work.into_iter().chain(found).fold(1, mix)
}

/// What was recalled of which list.
pub(super) fn of_recall(outcome: &RecallOutcome) -> u64 {
    let recalled = outcome.recalled;
    let words = u32::from(recalled.words.bits()) << 1 | u32::from(recalled.lure);
    let parts = [outcome.list as u32, words, recalled.spread.visited, recalled.spread.edges];
    parts.into_iter().fold(2, mix)
}

/// What became of some number of things in a memory.
pub(super) fn of_memory(parts: impl IntoIterator<Item = u64>) -> u64 {
    parts.into_iter().fold(3, |digest, part| mix(mix(digest, part as u32), (part >> 32) as u32))
}

/// A multiplication spreads each bit upwards, the rotation brings the upper bits back down.
fn mix(digest: u64, word: u32) -> u64 {
    (digest ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}
