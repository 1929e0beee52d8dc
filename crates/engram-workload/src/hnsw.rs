//! An index of nearest vectors: a hierarchical navigable small world (Malkov and Yashunin 2018).
//!
//! Every vector is a node of the base layer, one in sixteen also of the layer above, and so on. A
//! search enters at the top and walks to nearer nodes until there is none, layer by layer; in the
//! base layer it keeps the `width` nearest nodes found so far and follows the links of each.
//!
//! ```text
//!   layer 2      o-----------------o            hops_upper: a few long steps
//!   layer 1      o----o-------o----o-----o
//!   base    o--o-o-o--o-oo--o-o-oo-o--o--o-o    hops_base: about `width` short ones
//! ```
//!
//! Building is sequential and levels come from a seed, so the same vectors and seed make the same
//! index. A node is linked to near nodes in different directions (see `hnsw/select.rs`). The tests
//! hold the index against [`exact`](crate::exact).
//!
//! There is no removal and no insertion after the build: the engine's memory does not change.

mod access;
mod build;
mod graph;
mod scratch;
mod search;
mod select;

#[cfg(test)]
mod tests;

pub use access::Accesses;
pub use scratch::Scratch;
pub use search::{Found, SearchStats};

use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::vector::Vector;
use access::Unwatched;
use graph::Graph;

/// An index over vectors that it owns.
#[derive(Debug)]
pub struct Hnsw {
    vectors: Vec<Vector>,
    graph: Graph,
    kernel: Kernel,
    /// Where every search starts: a node of the top layer. `None` without vectors.
    entry: Option<u32>,
}

/// How far a build has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Vectors that are in the index.
    pub done: usize,
    /// Vectors there will be.
    pub total: usize,
}

impl Hnsw {
    /// Indexes `vectors`; `progress` hears about every hundredth of the work.
    ///
    /// 20,061 vectors take some two seconds of one core.
    #[must_use]
    pub fn build(vectors: Vec<Vector>, seed: u64, progress: &mut dyn FnMut(Progress)) -> Self {
        build::build(vectors, seed, progress)
    }

    /// Who is linked to whom, as bytes: with them [`restore`](Self::restore) makes the same index again.
    #[must_use]
    pub fn links(&self) -> Vec<u8> {
        self.graph.to_bytes()
    }

    /// The index that these [links](Self::links) are of: reading them takes a small part of the time to build it.
    ///
    /// `None` if they are not those of an index of as many vectors, with levels of this seed.
    #[must_use]
    pub fn restore(vectors: Vec<Vector>, seed: u64, links: &[u8]) -> Option<Self> {
        let graph = Graph::from_bytes(vectors.len(), seed, links)?;
        let (kernel, entry) = (Kernel::detect(), graph.entry());
        Some(Self { vectors, graph, kernel, entry })
    }

    /// The same index, searched by another kernel: it finds the same.
    #[must_use]
    pub fn by(self, kernel: Kernel) -> Self {
        Self { kernel, ..self }
    }

    /// What measures similarities.
    #[must_use]
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Bytes of vectors and links.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.vectors.as_slice()) + self.graph.bytes()
    }

    /// The vectors nearest to `query`, at most `width` of them, the nearest first.
    ///
    /// A wider search finds more of the true neighbours and costs in proportion. It allocates while
    /// `scratch` grows to what searches of this width need, then never again.
    ///
    /// # Panics
    /// If `scratch` is for an index of fewer vectors.
    pub fn search<'s>(&self, query: &Vector, width: usize, scratch: &'s mut Scratch) -> Found<'s> {
        search::search(self, query, (width, &mut Unwatched), scratch)
    }

    /// The same, and how far in memory from the one before each vector lay that was looked at.
    ///
    /// # Panics
    /// If `scratch` is for an index of fewer vectors.
    pub fn search_watched<'s>(
        &self,
        query: &Vector,
        width: usize,
        scratch: &'s mut Scratch,
    ) -> (Found<'s>, Accesses) {
        let mut accesses = Accesses::default();
        (search::search(self, query, (width, &mut accesses), scratch), accesses)
    }

    /// What a thread needs to search this index.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch::new(self.vectors.len())
    }

    /// The vectors, by id.
    #[must_use]
    pub fn vectors(&self) -> &[Vector] {
        &self.vectors
    }

    /// The vectors that one is linked to in the base layer: near ones, in different directions.
    ///
    /// # Panics
    /// If there is no such vector.
    #[must_use]
    pub fn linked(&self, id: u32) -> &[u32] {
        self.graph.links(id, 0)
    }

    /// Layers above the base.
    #[must_use]
    pub fn upper_layers(&self) -> usize {
        self.entry.map_or(0, |entry| self.graph.level(entry))
    }

    fn measure(&self, query: &Vector, id: u32) -> Neighbour {
        Neighbour { id, similarity: query.cosine_by(self.kernel, &self.vectors[id as usize]) }
    }
}
