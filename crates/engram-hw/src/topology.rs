//! What the machine is made of.
//!
//! [`Topology::from_root`] reads the files of a Linux kernel below any folder: `/`, or a copy of another
//! machine's. It holds what hardware traps others by:
//!
//! - Numbers of nodes have gaps, and distances come in the order of the nodes that are online.
//! - A node may have memory and no CPU, or CPUs and no memory. [`Node::nearest`] says who reaches it best.
//! - CPUs may be offline, or forbidden by a cpuset or by affinity: [`Topology::allowed_cpus`].
//! - Firmware may say nonsense. What was believed anyway, or was not, is a [`Quirk`].

mod allowed;
mod cache;
mod discovery;
mod error;
mod files;
#[cfg(feature = "hwloc")]
mod hwloc;
mod json;
mod processor;
mod quirk;
mod svg;
mod synthetic;
mod sysfs;
mod text;

pub use cache::{Cache, CacheKind};
pub use error::TopologyError;
pub use quirk::Quirk;
pub use synthetic::Synthetic;

use std::path::Path;

use crate::id_set::IdSet;

/// Packages, cores, caches, NUMA nodes and the CPUs they consist of.
///
/// ```
/// use engram_hw::{Synthetic, Topology};
///
/// let machine = Topology::synthetic(Synthetic { packages: 2, cores: 4, threads: 2, ..Synthetic::default() });
/// assert_eq!(machine.cpus().len(), 16);
/// assert_eq!(machine.node_of(0), Some(0));
/// assert_eq!(machine.distance(0, 1), Some(20));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    online: IdSet,
    offline: IdSet,
    allowed_cpus: IdSet,
    allowed_nodes: IdSet,
    packages: Vec<Package>,
    cores: Vec<Core>,
    nodes: Vec<Node>,
    caches: Vec<Cache>,
    quirks: Vec<Quirk>,
}

/// What sits in one socket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// The kernel's number, which may be any; `None` where firmware gives none.
    pub id: Option<u32>,
    /// Its CPUs that are online.
    pub cpus: IdSet,
}

/// What executes one or more threads at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Core {
    /// The kernel's number, unique in its package at best; `None` where firmware gives none.
    pub id: Option<u32>,
    /// Its CPUs that are online.
    pub cpus: IdSet,
}

/// Memory that is equally far from each of the CPUs that it comes with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// The kernel's number. Numbers have gaps.
    pub id: u32,
    /// Its CPUs that are online; none for a node that is only memory.
    pub cpus: IdSet,
    /// Its memory; 0 for a node that is only CPUs, `None` where the kernel does not say.
    pub memory_bytes: Option<u64>,
    /// Relative latencies to nodes, 10 being itself, in ascending order of their numbers.
    pub distances: Vec<(u32, u32)>,
    /// The nodes with CPUs that reach this memory best: itself, if it has some.
    pub nearest: IdSet,
}

impl Topology {
    /// Reads the machine whose files are below `root`: `/` for this one.
    ///
    /// Reads two files for each core and at most two for each cache, three for each node, and few besides. Of this
    /// machine, the processor and the kernel are asked for what they say themselves faster than in files; a copy at
    /// any other path is its files and nothing else.
    ///
    /// # Errors
    /// When there are no files that name a CPU.
    pub fn from_root(root: impl AsRef<Path>) -> Result<Self, TopologyError> {
        discovery::discover(root.as_ref(), discovery::Caches::Read)
    }

    /// The same without its caches, which are three files in four on machines with many cores.
    ///
    /// # Errors
    /// As [`from_root`](Self::from_root).
    pub fn without_caches(root: impl AsRef<Path>) -> Result<Self, TopologyError> {
        discovery::discover(root.as_ref(), discovery::Caches::Skip)
    }

    /// A regular machine that nobody has built, for tests.
    #[must_use]
    pub fn synthetic(machine: Synthetic) -> Self {
        machine.build()
    }

    /// The CPUs that are online.
    #[must_use]
    pub fn cpus(&self) -> &IdSet {
        &self.online
    }

    /// The CPUs that are present and switched off.
    #[must_use]
    pub fn offline_cpus(&self) -> &IdSet {
        &self.offline
    }

    /// The CPUs that are online and that this process may run on: neither its cpuset nor its affinity
    /// forbids them.
    #[must_use]
    pub fn allowed_cpus(&self) -> &IdSet {
        &self.allowed_cpus
    }

    /// The nodes that this process may have memory of.
    #[must_use]
    pub fn allowed_nodes(&self) -> &IdSet {
        &self.allowed_nodes
    }

    /// In ascending order of their first CPU.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// In ascending order of their first CPU; those that firmware describes.
    #[must_use]
    pub fn cores(&self) -> &[Core] {
        &self.cores
    }

    /// In ascending order of their numbers.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// By level, kind and first CPU; each once, however many CPUs share it.
    #[must_use]
    pub fn caches(&self) -> &[Cache] {
        &self.caches
    }

    /// What firmware or kernel said that could not be right.
    #[must_use]
    pub fn quirks(&self) -> &[Quirk] {
        &self.quirks
    }

    /// The node with this number.
    #[must_use]
    pub fn node(&self, id: u32) -> Option<&Node> {
        let at = self.nodes.binary_search_by_key(&id, |node| node.id).ok()?;
        self.nodes.get(at)
    }

    /// The node that a CPU belongs to.
    #[must_use]
    pub fn node_of(&self, cpu: u32) -> Option<u32> {
        self.nodes.iter().find(|node| node.cpus.contains(cpu)).map(|node| node.id)
    }

    /// The package that a CPU belongs to.
    #[must_use]
    pub fn package_of(&self, cpu: u32) -> Option<&Package> {
        self.packages.iter().find(|package| package.cpus.contains(cpu))
    }

    /// The core that a CPU belongs to.
    #[must_use]
    pub fn core_of(&self, cpu: u32) -> Option<&Core> {
        self.cores.iter().find(|core| core.cpus.contains(cpu))
    }

    /// How far memory of node `to` is from CPUs of node `from`: 10 is itself.
    #[must_use]
    pub fn distance(&self, from: u32, to: u32) -> Option<u32> {
        let distances = &self.node(from)?.distances;
        distances.iter().find(|(node, _)| *node == to).map(|(_, distance)| *distance)
    }

    /// The memory of all nodes that say how much they have.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let sizes = self.nodes.iter().filter_map(|node| node.memory_bytes);
        sizes.fold(0, u64::saturating_add)
    }

    /// A tree for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::text(self)
    }

    /// Everything for programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::json(self)
    }

    /// A picture: nodes as boxes with their packages, cores and CPUs, and how far they are apart.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::svg(self)
    }

    /// Brings everything into its order; members that are offline leave what they were in.
    fn ordered(mut self) -> Self {
        self.nodes.sort_by_key(|node| node.id);
        self.packages.sort_by_key(|package| package.cpus.first());
        self.cores.sort_by_key(|core| core.cpus.first());
        self.caches.sort_by_key(|cache| (cache.level, cache.kind, cache.cpus.first()));
        self.quirks.sort();
        self.quirks.dedup();
        self
    }
}

#[cfg(test)]
mod tests;
