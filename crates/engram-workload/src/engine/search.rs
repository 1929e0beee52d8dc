//! Finding the nearest words.

use super::{Engine, NEIGHBOURS, SEARCH_WIDTH, Scratch};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::hnsw::{self, SearchStats};
use crate::neighbour::Neighbour;
use crate::telemetry::{Layer, METRICS, Operation};
use crate::vector::Vector;

/// What a search found, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct SearchOutcome<'s> {
    /// The nearest words, at most [`NEIGHBOURS`], the nearest first.
    pub neighbours: &'s [Neighbour],
    /// The work done.
    pub stats: SearchStats,
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
    pub(super) fn look_up<'s>(
        &self,
        query: &Vector,
        scratch: &'s mut hnsw::Scratch,
    ) -> SearchOutcome<'s> {
        let started = (self.clock)();
        let found = self.index.search(query, SEARCH_WIDTH, scratch);
        let duration_ticks = self.ticks_since(started);
        let neighbours = &found.neighbours[..found.neighbours.len().min(NEIGHBOURS)];
        let outcome = SearchOutcome { neighbours, stats: found.stats, duration_ticks };
        outcome.record();
        outcome
    }
}

impl SearchOutcome<'_> {
    fn record(&self) {
        let SearchStats { hops_upper, hops_base, evaluations } = self.stats;
        let hops = hops_upper + hops_base;
        let similarity = self.neighbours.first().map_or(0.0, |nearest| nearest.similarity);
        let (context, ticks) = (Context::next(), self.duration_ticks);
        let event = MemoryEvent::search(context, ticks, similarity, [hops, evaluations]);
        let (trace, span) = context.ids_if(EVENTS.record(event));
        METRICS.search_duration.record_with_exemplar(ticks, trace, span);
        METRICS.search_hops.record(hops.into());
        METRICS.index_hops.at(Layer::Upper).add(hops_upper.into());
        METRICS.index_hops.at(Layer::Base).add(hops_base.into());
        METRICS.distance_evaluations.add(evaluations.into());
        METRICS.search_neighbours.add(self.neighbours.len() as u64);
    }
}
