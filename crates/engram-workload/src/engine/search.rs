//! Finding the nearest words.

use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{BATCH, SEARCH, Search};
use engram_metrics_core::Stamp;

use super::{Engine, NEIGHBOURS, SEARCH_WIDTH, Scratch};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::hnsw::{self, Accesses, Found, SearchStats};
use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::telemetry::{METRICS, Operation, kernel_operations};
use crate::vector::Vector;

/// What a search found, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct SearchOutcome<'s> {
    /// The nearest words, at most [`NEIGHBOURS`], the nearest first.
    pub neighbours: &'s [Neighbour],
    /// The work done.
    pub stats: SearchStats,
    /// How far apart in memory the vectors lay that it looked at, if it was watched.
    pub accesses: Option<Accesses>,
    /// What measured the similarities.
    pub kernel: Kernel,
    /// Time of the search, in ticks of 2^-30 s.
    pub duration_ticks: u64,
}

impl Engine {
    /// Finds the words nearest to `query`.
    ///
    /// Takes some 25 microseconds and allocates nothing once `scratch` has grown.
    pub fn search<'s>(&self, query: &Vector, scratch: &'s mut Scratch) -> SearchOutcome<'s> {
        let outcome = self.look_up(query, &mut scratch.search);
        METRICS.operations.at(Operation::Search).increment();
        outcome
    }

    /// A search as part of an operation, which counts itself.
    pub(crate) fn look_up<'s>(
        &self,
        query: &Vector,
        scratch: &'s mut hnsw::Scratch,
    ) -> SearchOutcome<'s> {
        let started = self.now();
        let found = self.index.search(query, SEARCH_WIDTH, scratch);
        self.looked_up((found, None), started)
    }

    /// The same, with a look at where the vectors lie.
    pub(super) fn look_up_watched<'s>(
        &self,
        query: &Vector,
        scratch: &'s mut hnsw::Scratch,
    ) -> SearchOutcome<'s> {
        let started = self.now();
        let (found, accesses) = self.index.search_watched(query, SEARCH_WIDTH, scratch);
        self.looked_up((found, Some(accesses)), started)
    }

    fn looked_up<'s>(
        &self,
        (found, accesses): (Found<'s>, Option<Accesses>),
        started: Stamp,
    ) -> SearchOutcome<'s> {
        let (ended, duration_ticks) = self.since(started);
        let neighbours = &found.neighbours[..found.neighbours.len().min(NEIGHBOURS)];
        let (stats, kernel) = (found.stats, self.index.kernel());
        let outcome = SearchOutcome { neighbours, stats, accesses, kernel, duration_ticks };
        outcome.record(ended);
        outcome
    }
}

impl SearchOutcome<'_> {
    fn record(&self, ended: Stamp) {
        let SearchStats { hops_upper, hops_base, evaluations } = self.stats;
        let hops = hops_upper + hops_base;
        let similarity = self.neighbours.first().map_or(0.0, |nearest| nearest.similarity);
        let (context, ticks) = (Context::next(), self.duration_ticks);
        let happening = Happening::Search { hops, evaluations };
        let event = MemoryEvent::new((happening, similarity), context, ticks);
        let trace = context.ids_if(EVENTS.record_at(ended, event));
        METRICS.search_neighbours.add(self.neighbours.len() as u64);
        let accesses = self.accesses.map_or([0; 3], |it| it.counts());
        let search = Search { hops_upper, hops_base, evaluations, accesses, seconds: 0.0 };
        SEARCH.record_traced(&search, ticks, trace);
        BATCH.kernel.at(kernel_operations(self.kernel)).add(evaluations.into());
    }
}
