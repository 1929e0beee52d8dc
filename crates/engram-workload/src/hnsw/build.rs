//! Inserting vectors one by one.

use super::access::Unwatched;
use super::graph::{Graph, UPPER_LINKS, capacity};
use super::search::{Beam, Walk};
use super::select::select;
use super::{Hnsw, Progress, Scratch};
use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::vector::Vector;

/// Candidates for the links of a new node: wide, for links are chosen once and searched many times.
const WIDTH: usize = 200;

/// An index under construction, and the memory its insertions share.
struct Builder {
    index: Hnsw,
    scratch: Scratch,
    selected: Vec<u32>,
    crowded: Vec<Neighbour>,
    pruned: Vec<u32>,
}

pub(super) fn build(vectors: Vec<Vector>, seed: u64, progress: &mut dyn FnMut(Progress)) -> Hnsw {
    let total = vectors.len();
    let hundredth = total.div_ceil(100);
    let mut builder = Builder::new(vectors, seed);
    for node in 0..total as u32 {
        builder.insert(node);
        let done = node as usize + 1;
        if done.is_multiple_of(hundredth) || done == total {
            progress(Progress { done, total });
        }
    }
    builder.index
}

impl Builder {
    fn new(vectors: Vec<Vector>, seed: u64) -> Self {
        let graph = Graph::new(vectors.len(), seed);
        let scratch = Scratch::new(vectors.len());
        let index = Hnsw { vectors, graph, kernel: Kernel::detect(), entry: None };
        Self { index, scratch, selected: vec![], crowded: vec![], pruned: vec![] }
    }

    /// Links `node` into each of its layers and makes it the entry if it rises above all before it.
    fn insert(&mut self, node: u32) {
        let level = self.index.graph.level(node);
        let Some(entry) = self.index.entry else {
            self.index.entry = Some(node);
            return;
        };
        let top = self.index.graph.level(entry);
        let mut nearest = self.approach(node, entry, level);
        for layer in (0..=level.min(top)).rev() {
            nearest = self.connect(node, nearest, layer);
        }
        if level > top {
            self.index.entry = Some(node);
        }
    }

    /// Walks from the entry to the layer above `level`; the nearest node there.
    fn approach(&self, node: u32, entry: u32, level: usize) -> Neighbour {
        let mut watch = Unwatched;
        let mut walk = Walk::new(&self.index, &self.index.vectors[node as usize], &mut watch);
        let mut nearest = walk.measure(entry);
        for layer in (level + 1..=self.index.graph.level(entry)).rev() {
            nearest = walk.descend(nearest, layer);
        }
        nearest
    }

    /// Links `node` with selected nodes of a layer, in both directions; the nearest node there.
    fn connect(&mut self, node: u32, from: Neighbour, layer: usize) -> Neighbour {
        let mut watch = Unwatched;
        let mut walk = Walk::new(&self.index, &self.index.vectors[node as usize], &mut watch);
        self.scratch.start();
        walk.explore(from, Beam { layer, width: WIDTH }, &mut self.scratch);
        self.scratch.finish();
        let found = &self.scratch.found;
        select(&self.index, found, UPPER_LINKS, &mut self.selected);
        self.index.graph.set_links(node, layer, &self.selected);
        let nearest = found[0];
        for at in 0..self.selected.len() {
            self.link_back(self.selected[at], node, layer);
        }
        nearest
    }

    /// Adds the link from `from` to `node`; a row that is full is selected anew.
    fn link_back(&mut self, from: u32, node: u32, layer: usize) {
        let links = self.index.graph.links(from, layer);
        self.pruned.clear();
        self.pruned.extend_from_slice(links);
        self.pruned.push(node);
        if self.pruned.len() > capacity(layer) {
            self.prune(from, capacity(layer));
        }
        self.index.graph.set_links(from, layer, &self.pruned);
    }

    /// Selects `count` of the links in `pruned`, which belong to `from`.
    fn prune(&mut self, from: u32, count: usize) {
        let query = &self.index.vectors[from as usize];
        self.crowded.clear();
        self.crowded.extend(self.pruned.iter().map(|id| self.index.measure(query, *id)));
        self.crowded.sort_unstable_by(|left, right| right.cmp(left));
        select(&self.index, &self.crowded, count, &mut self.pruned);
    }
}
