//! `nodeN`, and the one node of a machine without.

use crate::id_set::IdSet;
use crate::topology::files::Files;
use crate::topology::{Node, Quirk, Topology};

/// Reads all nodes. Distances are one for each node that is online, in ascending order of their numbers.
pub(in crate::topology) fn nodes(files: &mut Files, found: &mut Topology) {
    let list = |text: &str| IdSet::from_list(text).ok();
    let online = files.parse("online", list).unwrap_or_else(|| files.numbered(".", "node"));
    // A node that is online and has no folder is none.
    let cpus = |id| Some((id, cpus_of(files, id, &found.online)?));
    let all: Vec<(u32, IdSet)> = online.iter().filter_map(cpus).collect();
    let ids: Vec<u32> = all.iter().map(|(id, _)| *id).collect();
    for (id, cpus) in all {
        let node = node(files, (id, cpus), &ids);
        found.quirks.extend(doubts(&node));
        found.nodes.push(node);
    }
    if are_one(&found.nodes) {
        found.quirks.push(Quirk::NodesAreOne);
        found.nodes.truncate(1);
        found.nodes[0].distances.truncate(1);
    }
    share(found);
    let with_cpus: Vec<_> = found.nodes.iter().filter(|node| !node.cpus.is_empty()).collect();
    let with_cpus: IdSet = with_cpus.iter().map(|node| node.id).collect();
    for node in &mut found.nodes {
        node.nearest = nearest(files, node, &with_cpus);
    }
}

/// All memory as node 0.
pub(in crate::topology) fn only_node(files: &mut Files, cpus: &IdSet) -> Node {
    Node {
        id: 0,
        cpus: cpus.clone(),
        memory_bytes: files.parse("proc/meminfo", total),
        distances: Vec::new(),
        nearest: IdSet::from_iter([0]),
    }
}

/// None is a folder without any that can be read; `None` is no folder.
fn cpus_of(files: &mut Files, id: u32, online: &IdSet) -> Option<IdSet> {
    let folder = format_args!("node{id}");
    let Some(mut cpus) = files.set(folder, &["cpumap"], &["cpulist"]) else {
        return files.has_folder(folder).then(IdSet::new);
    };
    cpus.keep(online);
    Some(cpus)
}

fn node(files: &mut Files, (id, cpus): (u32, IdSet), all: &[u32]) -> Node {
    let memory_bytes = files.parse(format_args!("node{id}/meminfo"), total);
    let row = files.parse(format_args!("node{id}/distance"), distances).unwrap_or_default();
    let is_whole = row.len() == all.len();
    let distances = if is_whole { all.iter().copied().zip(row).collect() } else { Vec::new() };
    Node { id, cpus, memory_bytes, distances, nearest: IdSet::new() }
}

/// The row of a node: numbers, none of them 0.
fn distances(text: &str) -> Option<Vec<u32>> {
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    text.split_whitespace().map(number).collect()
}

/// `Node 0 MemTotal:  16777216 kB`, or the same without the node.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.split_once("MemTotal:"))?.1;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

fn doubts(node: &Node) -> Option<Quirk> {
    let own = node.distances.iter().find(|(id, _)| *id == node.id).map(|(_, distance)| *distance);
    match own {
        None => Some(Quirk::NoDistances(node.id)),
        Some(own) if node.distances.iter().any(|(_, other)| *other < own) => {
            Some(Quirk::DistancesDisagree(node.id))
        }
        Some(_) => None,
    }
}

/// Several nodes, each with the CPUs of all others: firmware that describes nothing.
fn are_one(nodes: &[Node]) -> bool {
    let Some((first, rest)) = nodes.split_first() else { return false };
    !rest.is_empty() && !first.cpus.is_empty() && rest.iter().all(|node| node.cpus == first.cpus)
}

/// Each CPU is in one node: the first that claims it.
fn share(found: &mut Topology) {
    let mut taken = IdSet::new();
    for node in &mut found.nodes {
        let twice = node.cpus.intersection(&taken);
        found.quirks.extend(twice.iter().map(Quirk::CpuInSeveralNodes));
        node.cpus = node.cpus.difference(&twice);
        taken = taken.union(&node.cpus);
    }
    let homeless = found.online.difference(&taken);
    found.quirks.extend(homeless.iter().map(Quirk::CpuWithoutNode));
}

/// Who reaches this memory best: itself with CPUs, else whom firmware names, else the least distant.
fn nearest(files: &mut Files, node: &Node, with_cpus: &IdSet) -> IdSet {
    if !node.cpus.is_empty() {
        return [node.id].into_iter().collect();
    }
    // Class 0 is everything that reaches memory, which includes devices; class 1 is CPUs alone.
    for class in ["access1", "access0"] {
        let path = format!("node{}/{class}/initiators", node.id);
        let named = files.numbered(&path, "node").intersection(with_cpus);
        if !named.is_empty() {
            return named;
        }
    }
    let reachable = || node.distances.iter().filter(|(other, _)| with_cpus.contains(*other));
    let least = reachable().map(|(_, distance)| *distance).min();
    reachable().filter(|(_, distance)| Some(*distance) == least).map(|(other, _)| *other).collect()
}

#[cfg(test)]
mod tests;
