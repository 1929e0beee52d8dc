//! Walking towards a query.

use super::access::Watch;
use super::{Hnsw, Scratch};
use crate::neighbour::Neighbour;
use crate::vector::Vector;

/// What a search found, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct Found<'s> {
    /// The nearest first.
    pub neighbours: &'s [Neighbour],
    /// The work done.
    pub stats: SearchStats,
}

/// The work of one search.
///
/// A hop is a node whose links were followed. A distance evaluation is a cosine with a stored
/// vector, the entry's included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchStats {
    /// Nodes whose links were followed in the layers above the base.
    pub hops_upper: u32,
    /// Nodes whose links were followed in the base layer.
    pub hops_base: u32,
    /// Cosines computed.
    pub evaluations: u32,
}

/// How a layer is explored.
#[derive(Clone, Copy)]
pub(super) struct Beam {
    pub(super) layer: usize,
    /// Nodes to keep, above 0.
    pub(super) width: usize,
}

/// A query on its way down the layers of an index.
pub(super) struct Walk<'a, W> {
    index: &'a Hnsw,
    query: &'a Vector,
    stats: SearchStats,
    watch: &'a mut W,
}

pub(super) fn search<'s>(
    index: &Hnsw,
    query: &Vector,
    (width, watch): (usize, &mut impl Watch),
    scratch: &'s mut Scratch,
) -> Found<'s> {
    let mut walk = Walk::new(index, query, watch);
    scratch.start();
    if let Some(entry) = index.entry {
        let mut nearest = walk.measure(entry);
        for layer in (1..=index.graph.level(entry)).rev() {
            nearest = walk.descend(nearest, layer);
        }
        walk.stats.hops_base = walk.explore(nearest, Beam { layer: 0, width }, scratch);
    }
    scratch.finish();
    Found { neighbours: &scratch.found, stats: walk.stats }
}

impl<'a, W: Watch> Walk<'a, W> {
    /// At the top, with nothing done.
    pub(super) fn new(index: &'a Hnsw, query: &'a Vector, watch: &'a mut W) -> Self {
        Self { index, query, stats: SearchStats::default(), watch }
    }

    /// The cosine with a stored vector, counted.
    #[inline]
    pub(super) fn measure(&mut self, id: u32) -> Neighbour {
        self.stats.evaluations += 1;
        self.watch.access(&self.index.vectors[id as usize]);
        self.index.measure(self.query, id)
    }

    /// Steps to the nearest linked node until no link leads nearer.
    pub(super) fn descend(&mut self, from: Neighbour, layer: usize) -> Neighbour {
        let mut nearest = from;
        loop {
            let here = nearest;
            self.stats.hops_upper += 1;
            for &link in self.index.graph.links(here.id, layer) {
                nearest = nearest.max(self.measure(link));
            }
            if nearest == here {
                return here;
            }
        }
    }

    /// Follows links from the nearest nodes on, while they can lead to one that the beam would
    /// keep.
    ///
    /// The nodes kept are then in `scratch`, which the caller starts and finishes. Returns the
    /// hops.
    pub(super) fn explore(&mut self, from: Neighbour, beam: Beam, scratch: &mut Scratch) -> u32 {
        let Beam { layer, width } = beam;
        let mut hops = 0;
        scratch.is_new(from.id);
        scratch.offer(from, width);
        while let Some(here) = scratch.next(width) {
            hops += 1;
            for &link in self.index.graph.links(here.id, layer) {
                if scratch.is_new(link) {
                    scratch.offer(self.measure(link), width);
                }
            }
        }
        hops
    }
}
