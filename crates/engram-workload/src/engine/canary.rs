//! Searching with the truth beside it: a live measure of what the index misses.

use engram_cognitive::metrics::{self as memory, BATCH, SEARCH};

use super::{Engine, NEIGHBOURS, Scratch, SearchOutcome};
use crate::exact;
use crate::kernel::Kernel;
use crate::telemetry::{CanaryResult, METRICS, Operation, kernel_operations};
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
    /// Vectors that were looked at to know them.
    pub comparisons: u64,
    /// What measured their similarities.
    pub kernel: Kernel,
}

impl Engine {
    /// Searches for `query` and compares with its true neighbours.
    ///
    /// Looks at every vector: some 150 microseconds. Allocates nothing once `scratch` has grown.
    pub fn canary<'s>(&self, query: &Vector, scratch: &'s mut Scratch) -> CanaryOutcome<'s> {
        let search = self.look_up_watched(query, &mut scratch.search);
        exact::nearest(self.index.vectors(), query, NEIGHBOURS, &mut scratch.truth);
        let truth = &scratch.truth;
        let found = truth.iter().filter(|it| search.neighbours.contains(it)).count() as u32;
        let missed = truth.len() as u32 - found;
        let (comparisons, kernel) = (self.index.vectors().len() as u64, Kernel::detect());
        let outcome = CanaryOutcome { search, found, missed, comparisons, kernel };
        outcome.record();
        outcome
    }
}

impl CanaryOutcome<'_> {
    fn record(&self) {
        let (found, missed) = (u64::from(self.found), u64::from(self.missed));
        METRICS.operations.at(Operation::Canary).increment();
        METRICS.canary_neighbours.at(CanaryResult::Found).add(found);
        METRICS.canary_neighbours.at(CanaryResult::Missed).add(missed);
        SEARCH.canary.at(memory::CanaryResult::Found).add(found);
        SEARCH.canary.at(memory::CanaryResult::Missed).add(missed);
        BATCH.kernel.at(kernel_operations(self.kernel)).add(self.comparisons);
    }
}
