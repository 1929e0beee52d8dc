//! What somebody else says about a machine, and whether we say the same.

use std::collections::{BTreeMap, BTreeSet};

use engram_hw::{CacheKind, IdSet, Topology};

/// What lstopo printed.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) cpus: IdSet,
    pub(crate) nodes: BTreeMap<u32, Node>,
    pub(crate) distances: BTreeMap<(u32, u32), u32>,
    pub(crate) packages: BTreeSet<String>,
    pub(crate) cores: BTreeSet<String>,
    pub(crate) caches: Vec<Cache>,
}

#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) cpus: IdSet,
    pub(crate) memory: Option<Amount>,
}

/// A size that was rounded to a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    pub(crate) number: u64,
    pub(crate) unit: u64,
}

#[derive(Debug)]
pub(crate) struct Cache {
    pub(crate) level: u8,
    pub(crate) kind: CacheKind,
    pub(crate) size: Option<Amount>,
    pub(crate) cpus: IdSet,
}

/// What of it is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// Only what the recorded process was allowed to use is printed.
    pub(crate) is_restricted: bool,
    pub(crate) instruction_caches: bool,
    /// Caches, cores and packages: not where lstopo was told to merge levels, or to leave them out.
    pub(crate) structure: bool,
}

impl Amount {
    /// `16GiB`, `1025408KB`: binary both.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
        let unit = match &text[digits.len()..] {
            "KB" | "KiB" => 1 << 10,
            "MB" | "MiB" => 1 << 20,
            "GB" | "GiB" => 1 << 30,
            "TB" | "TiB" => 1_u64 << 40,
            _ => return None,
        };
        Some(Self { number: digits.parse().ok()?, unit })
    }

    fn is(self, bytes: u64) -> bool {
        bytes.abs_diff(self.number * self.unit) <= self.unit / 2
    }
}

/// All differences, in words.
pub(crate) fn differences(ours: &Topology, theirs: &Expected, scope: Scope) -> Vec<String> {
    let all: IdSet = ours.nodes().iter().map(|node| node.id).collect();
    let (cpus, nodes) = if scope.is_restricted {
        (ours.allowed_cpus().clone(), ours.allowed_nodes().clone())
    } else {
        (ours.cpus().clone(), all)
    };
    let mut found = Vec::new();
    let mut same = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what}: {ours}, lstopo says {theirs}"));
        }
    };
    same("CPUs", cpus.to_string(), theirs.cpus.to_string());
    let expected: IdSet = theirs.nodes.keys().copied().collect();
    same("nodes", nodes.to_string(), expected.to_string());
    for (id, expected) in &theirs.nodes {
        let Some(node) = ours.node(*id) else { continue };
        // Memory alone belongs to whom it is nearest to.
        let nearest = node.nearest.iter().filter_map(|id| ours.node(id));
        let own = nearest.fold(IdSet::new(), |all, node| all.union(&node.cpus)).intersection(&cpus);
        same(&format!("CPUs of node {id}"), own.to_string(), expected.cpus.to_string());
        let bytes = node.memory_bytes.unwrap_or(0);
        if !expected.memory.map_or(bytes == 0, |memory| memory.is(bytes)) {
            same(
                &format!("memory of node {id}"),
                bytes.to_string(),
                format!("{:?}", expected.memory),
            );
        }
    }
    for ((from, to), expected) in &theirs.distances {
        let own = ours.distance(*from, *to).unwrap_or(0);
        same(&format!("distance {from} to {to}"), own.to_string(), expected.to_string());
    }
    if scope.structure {
        found.extend(structure(ours, theirs, &cpus, scope));
    }
    found
}

fn structure(ours: &Topology, theirs: &Expected, cpus: &IdSet, scope: Scope) -> Vec<String> {
    let mut found = Vec::new();
    let sets = |sets: &mut dyn Iterator<Item = &IdSet>| -> BTreeSet<String> {
        let sets = sets.map(|set| set.intersection(cpus)).filter(|set| !set.is_empty());
        sets.map(|set| set.to_string()).collect()
    };
    let packages = sets(&mut ours.packages().iter().map(|it| &it.cpus));
    let cores = sets(&mut ours.cores().iter().map(|it| &it.cpus));
    for (what, own, expected) in
        [("packages", &packages, &theirs.packages), ("cores", &cores, &theirs.cores)]
    {
        let expected: BTreeSet<_> = expected.iter().filter(|it| !it.is_empty()).cloned().collect();
        if *own != expected {
            found.push(format!("{what}: {own:?}, lstopo says {expected:?}"));
        }
    }
    let is_wanted = |kind| kind != CacheKind::Instruction || scope.instruction_caches;
    let own = ours.caches().iter().filter(|cache| is_wanted(cache.kind));
    let mut own: Vec<_> = own.map(|it| (it, it.cpus.intersection(cpus))).collect();
    own.retain(|(_, cpus)| !cpus.is_empty());
    let expected = theirs.caches.iter().filter(|it| is_wanted(it.kind) && !it.cpus.is_empty());
    for cache in expected {
        let is_it = |(it, cpus): &(&engram_hw::Cache, IdSet)| {
            let size = cache
                .size
                .map_or(it.size_bytes.is_none(), |size| size.is(it.size_bytes.unwrap_or(0)));
            (it.level, it.kind, cpus) == (cache.level, cache.kind, &cache.cpus) && size
        };
        match own.iter().position(is_it) {
            Some(at) => drop(own.swap_remove(at)),
            None => found.push(format!("not found: {cache:?}")),
        }
    }
    found.extend(own.iter().map(|(cache, _)| format!("lstopo does not have {cache:?}")));
    found
}
