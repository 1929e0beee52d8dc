//! Who is linked to whom: one fixed-size row of links per node and layer.

/// Links that a node keeps in a layer above the base; the base layer keeps twice as many.
pub(super) const UPPER_LINKS: usize = 16;

/// Links that a node keeps in the base layer.
pub(super) const BASE_LINKS: usize = 2 * UPPER_LINKS;

/// The highest layer a node can reach. 16^8 nodes would be needed to expect one there.
const TOP: usize = 8;

/// The links of all nodes in all layers. Rows are laid out when the levels are drawn, before any
/// link.
#[derive(Debug)]
pub(super) struct Graph {
    base: Rows,
    upper: Rows,
    /// The row in `upper` of each node's layer 1; its higher layers follow.
    first_upper: Vec<u32>,
    levels: Vec<u8>,
}

impl Graph {
    /// No links between `nodes` nodes whose levels are drawn from `seed`.
    pub(super) fn new(nodes: usize, seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let levels: Vec<u8> = (0..nodes).map(|_| draw_level(&mut rng)).collect();
        let mut rows = 0;
        let first_upper = levels.iter().map(|level| {
            rows += u32::from(*level);
            rows - u32::from(*level)
        });
        let first_upper = first_upper.collect();
        let (base, upper) = (Rows::new(nodes, BASE_LINKS), Rows::new(rows as usize, UPPER_LINKS));
        Self { base, upper, first_upper, levels }
    }

    /// Bytes of all links and levels.
    pub(super) fn bytes(&self) -> usize {
        let rows = self.base.bytes() + self.upper.bytes();
        rows + size_of_val(self.first_upper.as_slice()) + self.levels.len()
    }

    /// The highest layer of a node.
    pub(super) fn level(&self, node: u32) -> usize {
        usize::from(self.levels[node as usize])
    }

    /// The nodes that `node` is linked to in a layer not above its level.
    #[inline]
    pub(super) fn links(&self, node: u32, layer: usize) -> &[u32] {
        match layer {
            0 => self.base.row(node as usize),
            _ => self.upper.row(self.upper_row(node, layer)),
        }
    }

    /// Replaces the links of `node` in a layer.
    pub(super) fn set_links(&mut self, node: u32, layer: usize, links: &[u32]) {
        match layer {
            0 => self.base.set_row(node as usize, links),
            _ => self.upper.set_row(self.upper_row(node, layer), links),
        }
    }

    /// The first node of those that reach the highest layer; `None` without nodes.
    pub(super) fn entry(&self) -> Option<u32> {
        let nodes = 0..self.levels.len() as u32;
        nodes.rev().max_by_key(|node| self.level(*node))
    }

    /// All links: each row of the base, then those above, its length in front of it.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes());
        self.base.write(&mut bytes);
        self.upper.write(&mut bytes);
        bytes
    }

    /// The same graph again; `None` if these are not the links of as many nodes of these levels.
    pub(super) fn from_bytes(nodes: usize, seed: u64, mut bytes: &[u8]) -> Option<Self> {
        let mut graph = Self::new(nodes, seed);
        graph.base.read(&mut bytes)?;
        graph.upper.read(&mut bytes)?;
        let ids = 0..nodes as u32;
        let layers = |id| (0..=graph.level(id)).map(move |layer| (id, layer));
        let mut rows = ids.flat_map(layers);
        let leads_nowhere = |link: &u32, layer| {
            graph.levels.get(*link as usize).is_none_or(|level| usize::from(*level) < layer)
        };
        let is_whole = rows.all(|(id, layer)| {
            !graph.links(id, layer).iter().any(|link| leads_nowhere(link, layer))
        });
        (bytes.is_empty() && is_whole).then_some(graph)
    }

    fn upper_row(&self, node: u32, layer: usize) -> usize {
        self.first_upper[node as usize] as usize + layer - 1
    }
}

/// Rows of up to `capacity` links, which is at most 255.
#[derive(Debug)]
struct Rows {
    capacity: usize,
    links: Vec<u32>,
    lengths: Vec<u8>,
}

impl Rows {
    fn new(rows: usize, capacity: usize) -> Self {
        Self { capacity, links: vec![0; rows * capacity], lengths: vec![0; rows] }
    }

    fn bytes(&self) -> usize {
        size_of_val(self.links.as_slice()) + self.lengths.len()
    }

    #[inline]
    fn row(&self, row: usize) -> &[u32] {
        let start = row * self.capacity;
        &self.links[start..start + usize::from(self.lengths[row])]
    }

    fn set_row(&mut self, row: usize, links: &[u32]) {
        debug_assert!(links.len() <= self.capacity, "a row does not run into the next");
        let start = row * self.capacity;
        self.links[start..start + links.len()].copy_from_slice(links);
        self.lengths[row] = links.len() as u8;
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        for (row, length) in self.lengths.iter().enumerate() {
            bytes.push(*length);
            bytes.extend(self.row(row).iter().flat_map(|link| link.to_le_bytes()));
        }
    }

    /// Takes all rows from the front of `bytes`; `None` if one is too long, or cut off.
    fn read(&mut self, bytes: &mut &[u8]) -> Option<()> {
        for (row, length) in self.links.chunks_exact_mut(self.capacity).zip(&mut self.lengths) {
            *length = *bytes.split_off_first()?;
            for link in row.get_mut(..usize::from(*length))? {
                *link = u32::from_le_bytes(*bytes.split_off(..4)?.first_chunk()?);
            }
        }
        Some(())
    }
}

/// Links that a node keeps in `layer`.
pub(super) fn capacity(layer: usize) -> usize {
    if layer == 0 { BASE_LINKS } else { UPPER_LINKS }
}

/// Each layer holds one in [`UPPER_LINKS`] of the nodes of the one below.
fn draw_level(rng: &mut fastrand::Rng) -> u8 {
    (0..TOP as u8).take_while(|_| rng.usize(..UPPER_LINKS) == 0).count() as u8
}
