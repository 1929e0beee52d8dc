//! The same model from hwloc, a library of the system: of this machine, or of one that it has saved as XML.
//!
//! hwloc says to which CPUs memory is near, and not which of several memories is theirs. The node with the
//! fewest CPUs around it has those that no node before it has; one that gets none is only memory.

use hwlocality::Topology as Theirs;
use hwlocality::bitmap::BitmapIndex;
use hwlocality::object::TopologyObject;
use hwlocality::object::attributes::{CacheAssociativity, CacheAttributes, ObjectAttributes};
use hwlocality::object::types::{CacheType, ObjectType};
use hwlocality::topology::builder::{BuildFlags, TopologyBuilder, TypeFilter};

use super::{Cache, CacheKind, Core, Node, Package, Quirk, Topology, TopologyError};
use crate::id_set::IdSet;

/// All that hwloc tells apart.
const CACHES: [ObjectType; 8] = [
    ObjectType::L1Cache,
    ObjectType::L2Cache,
    ObjectType::L3Cache,
    ObjectType::L4Cache,
    ObjectType::L5Cache,
    ObjectType::L1ICache,
    ObjectType::L2ICache,
    ObjectType::L3ICache,
];

impl Topology {
    /// This machine, as hwloc describes it; a few milliseconds.
    ///
    /// # Errors
    /// When hwloc cannot find out.
    pub fn from_hwloc() -> Result<Self, TopologyError> {
        load(Ok(Theirs::builder()))
    }

    /// A machine that hwloc, or its `lstopo`, has saved as XML of version 2.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_hwloc_xml(xml: &str) -> Result<Self, TopologyError> {
        load(Theirs::builder().from_xml(xml).map_err(|error| TopologyError::hwloc(&error)))
    }
}

/// With instruction caches, and with what the process may not use: restricting is ours.
fn load(builder: Result<TopologyBuilder, TopologyError>) -> Result<Topology, TopologyError> {
    let mut builder = builder?;
    for kind in CACHES {
        let filtered = builder.with_type_filter(kind, TypeFilter::KeepAll);
        builder = filtered.map_err(|error| TopologyError::hwloc(&error))?;
    }
    let builder = builder.with_flags(BuildFlags::INCLUDE_DISALLOWED);
    let builder = builder.map_err(|error| TopologyError::hwloc(&error))?;
    builder.build().map(|theirs| converted(&theirs)).map_err(|error| TopologyError::hwloc(&error))
}

fn converted(theirs: &Theirs) -> Topology {
    let online = ids(theirs.cpuset().iter_set());
    let of = |kind| theirs.objects_with_type(kind);
    let mut found = Topology {
        offline: ids(theirs.complete_cpuset().iter_set()).difference(&online),
        packages: of(ObjectType::Package)
            .map(|it| Package { id: id(it), cpus: cpus(it) })
            .collect(),
        cores: of(ObjectType::Core).map(|it| Core { id: id(it), cpus: cpus(it) }).collect(),
        caches: CACHES.into_iter().flat_map(of).filter_map(cache).collect(),
        nodes: nodes(theirs),
        allowed_nodes: ids(theirs.allowed_nodeset().iter_set()),
        allowed_cpus: ids(theirs.allowed_cpuset().iter_set()).intersection(&online),
        online,
        quirks: Vec::new(),
    };
    found.packages.retain(|package| !package.cpus.is_empty());
    distances(theirs, &mut found.nodes);
    let all: IdSet = found.nodes.iter().map(|node| node.id).collect();
    found.allowed_nodes.keep(&all);
    let without = found.nodes.iter().filter(|node| node.distances.is_empty());
    found.quirks = without.map(|node| Quirk::NoDistances(node.id)).collect();
    found.ordered()
}

fn ids(set: impl Iterator<Item = BitmapIndex>) -> IdSet {
    // An unlimited set, as of a machine that hwloc knows nothing of, ends where ours do.
    let set = set.map(usize::from).take_while(|id| *id <= IdSet::MAX as usize);
    set.map(|id| id as u32).collect()
}

/// A number of -1, or none, is that of nothing.
fn id(object: &TopologyObject) -> Option<u32> {
    object.os_index().and_then(|id| u32::try_from(id).ok())
}

fn cpus(object: &TopologyObject) -> IdSet {
    object.cpuset().map(|set| ids(set.iter_set())).unwrap_or_default()
}

fn cache(object: &TopologyObject) -> Option<Cache> {
    let Some(ObjectAttributes::Cache(cache)) = object.attributes() else { return None };
    let kind = match cache.cache_type() {
        CacheType::Data => CacheKind::Data,
        CacheType::Instruction => CacheKind::Instruction,
        _ => CacheKind::Unified,
    };
    Some(Cache {
        level: u8::try_from(cache.depth()).ok()?,
        kind,
        size_bytes: cache.size().map(u64::from),
        line_bytes: cache.line_size().and_then(|bytes| u32::try_from(bytes.get()).ok()),
        ways: ways(cache),
        cpus: cpus(object),
    })
}

fn ways(cache: &CacheAttributes) -> Option<u32> {
    match cache.associativity() {
        CacheAssociativity::Ways(ways) => u32::try_from(ways.get()).ok(),
        _ => None,
    }
}

fn nodes(theirs: &Theirs) -> Vec<Node> {
    let memories = theirs.objects_with_type(ObjectType::NUMANode);
    let mut around: Vec<(IdSet, Node)> = memories.filter_map(node).collect();
    around.sort_by_key(|(near, node)| (near.len(), node.id));
    let mut taken = IdSet::new();
    for (near, node) in &mut around {
        node.cpus = near.difference(&taken);
        taken.add(near);
    }
    let owners: Vec<_> = around.iter().map(|(_, node)| (node.id, node.cpus.clone())).collect();
    let nearest = |near: &IdSet| {
        let is_near = |(_, cpus): &&(u32, IdSet)| !cpus.intersection(near).is_empty();
        owners.iter().filter(is_near).map(|(id, _)| *id).collect()
    };
    around.into_iter().map(|(near, node)| Node { nearest: nearest(&near), ..node }).collect()
}

/// A node without its CPUs, and those that are near.
fn node(object: &TopologyObject) -> Option<(IdSet, Node)> {
    let memory_bytes = match object.attributes() {
        Some(ObjectAttributes::NUMANode(memory)) => memory.local_memory().map(u64::from),
        _ => None,
    };
    Some((cpus(object), Node { id: id(object)?, memory_bytes, ..Node::default() }))
}

/// The kernel's own: hwloc also has those that somebody measured, under other names.
fn distances(theirs: &Theirs, nodes: &mut [Node]) {
    let all = theirs.distances_with_name("NUMALatency").unwrap_or_default();
    let Some(matrix) = all.first() else { return };
    let columns: Vec<_> = matrix.objects().map(|object| object.and_then(id)).collect();
    if columns.is_empty() {
        return;
    }
    for (from, row) in columns.iter().zip(matrix.distances().chunks(columns.len())) {
        let Some(node) = nodes.iter_mut().find(|node| Some(node.id) == *from) else { continue };
        let pairs = columns.iter().zip(row);
        let pair =
            |(to, distance): (&Option<u32>, &u64)| Some(((*to)?, u32::try_from(*distance).ok()?));
        node.distances = pairs.filter_map(pair).collect();
        node.distances.sort_unstable();
    }
}
