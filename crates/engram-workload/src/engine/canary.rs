//! Searching with the truth beside it: a live measure of what the index misses.

use super::{Engine, NEIGHBOURS, Scratch, SearchOutcome};
use crate::exact;
use crate::telemetry::{CanaryResult, METRICS, Operation};
use crate::vector::Vector;

/// What a search found of the true neighbours.
#[derive(Clone, Copy, Debug)]
pub struct CanaryOutcome<'s> {
    /// The search that was checked.
    pub search: SearchOutcome<'s>,
    /// True neighbours that it found.
    pub found: u32,
    /// True neighbours that it missed.
    pub missed: u32,
}

impl Engine {
    /// Searches for `query` and compares with its true neighbours.
    ///
    /// Looks at every vector: some 150 microseconds. Allocates nothing once `scratch` has grown.
    pub fn canary<'s>(&self, query: &Vector, scratch: &'s mut Scratch) -> CanaryOutcome<'s> {
        let search = self.look_up(query, &mut scratch.search);
        exact::nearest(self.index.vectors(), query, NEIGHBOURS, &mut scratch.truth);
        let truth = &scratch.truth;
        let found = truth.iter().filter(|it| search.neighbours.contains(it)).count() as u32;
        let missed = truth.len() as u32 - found;
        METRICS.operations.at(Operation::Canary).increment();
        METRICS.canary_neighbours.at(CanaryResult::Found).add(found.into());
        METRICS.canary_neighbours.at(CanaryResult::Missed).add(missed.into());
        CanaryOutcome { search, found, missed }
    }
}
