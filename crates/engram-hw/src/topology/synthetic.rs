//! Machines that nobody has built.

use super::{Cache, CacheKind, Core, Node, Package, Topology};
use crate::id_set::IdSet;

/// A regular machine: everything has the same number of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synthetic {
    /// Sockets.
    pub packages: u32,
    /// NUMA nodes in each.
    pub nodes: u32,
    /// Cores in each node.
    pub cores: u32,
    /// CPUs in each core.
    pub threads: u32,
    /// Memory of each node.
    pub memory_bytes: u64,
    /// Distance between packages; 10 is local, and nodes of one package are half the way.
    pub distance: u32,
}

impl Default for Synthetic {
    /// One package with one node, four cores, and 8 GiB.
    fn default() -> Self {
        Self { packages: 1, nodes: 1, cores: 4, threads: 1, memory_bytes: 8 << 30, distance: 20 }
    }
}

impl Synthetic {
    /// CPUs are numbered as they stand; beyond [`IdSet::MAX`] there are none.
    pub(super) fn build(self) -> Topology {
        let per_node = self.cores.saturating_mul(self.threads);
        let per_package = self.nodes.saturating_mul(per_node);
        let cpus = self.packages.saturating_mul(per_package).min(IdSet::MAX + 1);
        let online: IdSet = (0..cpus).collect();
        let nodes: IdSet = (0..groups(cpus, per_node).count() as u32).collect();
        Topology {
            packages: groups(cpus, per_package)
                .zip(0..)
                .map(|(cpus, id)| Package { id: Some(id), cpus })
                .collect(),
            cores: groups(cpus, self.threads)
                .zip(0..)
                .map(|(cpus, at)| Core {
                    id: at_most(at, self.nodes.saturating_mul(self.cores)),
                    cpus,
                })
                .collect(),
            nodes: groups(cpus, per_node)
                .zip(0..)
                .map(|(cpus, id)| self.node(id, cpus, &nodes))
                .collect(),
            caches: self.caches(cpus),
            offline: IdSet::new(),
            allowed_cpus: online.clone(),
            allowed_nodes: nodes,
            online,
            quirks: Vec::new(),
        }
        .ordered()
    }

    fn node(&self, id: u32, cpus: IdSet, nodes: &IdSet) -> Node {
        let distance = |to: u32| match (to == id, to / self.nodes == id / self.nodes) {
            (true, _) => 10,
            (_, true) => u32::midpoint(10, self.distance),
            _ => self.distance,
        };
        Node {
            id,
            cpus,
            memory_bytes: Some(self.memory_bytes),
            distances: nodes.iter().map(|to| (to, distance(to))).collect(),
            nearest: [id].into_iter().collect(),
        }
    }

    fn caches(&self, cpus: u32) -> Vec<Cache> {
        let per_node = self.cores.saturating_mul(self.threads);
        let levels = [
            (1, CacheKind::Data, 32 << 10, self.threads),
            (1, CacheKind::Instruction, 32 << 10, self.threads),
            (2, CacheKind::Unified, 1 << 20, self.threads),
            (3, CacheKind::Unified, 16 << 20, per_node),
        ];
        let level = |(level, kind, size, sharing)| {
            groups(cpus, sharing).map(move |cpus| Cache {
                level,
                kind,
                size_bytes: Some(size),
                line_bytes: Some(64),
                ways: Some(8),
                cpus,
            })
        };
        levels.into_iter().flat_map(level).collect()
    }
}

/// CPUs from 0 in groups of one size.
fn groups(cpus: u32, size: u32) -> impl Iterator<Item = IdSet> {
    let starts = (0..cpus).step_by(size.max(1) as usize);
    starts.map(move |start| (start..start.saturating_add(size.max(1)).min(cpus)).collect())
}

/// Cores are counted anew in each package.
fn at_most(at: u32, per_package: u32) -> Option<u32> {
    at.checked_rem(per_package)
}
