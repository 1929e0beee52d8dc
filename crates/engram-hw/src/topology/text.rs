//! The tree for people.

use std::fmt::Write as _;

use super::{Cache, Node, Topology};
use crate::amount::bytes;
use crate::id_set::IdSet;

pub(super) fn text(machine: &Topology) -> String {
    let mut out = String::new();
    head(machine, &mut out);
    machine.nodes.iter().for_each(|node| node_lines(machine, node, &mut out));
    distances(machine, &mut out);
    for quirk in &machine.quirks {
        let _ = writeln!(out, "quirk: {quirk}");
    }
    out
}

fn head(machine: &Topology, out: &mut String) {
    let _ = writeln!(
        out,
        "machine: {}, {}, {}, {}, {}",
        count(machine.packages.len(), "package"),
        count(machine.nodes.len(), "NUMA node"),
        count(machine.cores.len(), "core"),
        count(machine.online.len(), "CPU"),
        bytes(machine.memory_bytes())
    );
    if !machine.offline.is_empty() {
        let _ = writeln!(out, "offline CPUs: {}", machine.offline);
    }
    let forbidden = machine.online.difference(&machine.allowed_cpus);
    if !forbidden.is_empty() {
        let _ = writeln!(out, "CPUs that this process may not use: {forbidden}");
    }
    let nodes: IdSet = machine.nodes.iter().map(|node| node.id).collect();
    let forbidden = nodes.difference(&machine.allowed_nodes);
    if !forbidden.is_empty() {
        let _ = writeln!(out, "nodes that this process may have no memory of: {forbidden}");
    }
}

fn node_lines(machine: &Topology, node: &Node, out: &mut String) {
    let memory = node.memory_bytes.map_or_else(|| "memory unknown".to_owned(), bytes);
    let _ = write!(out, "  node {}: {memory}", node.id);
    if node.cpus.is_empty() {
        let _ = writeln!(out, ", no CPU; nearest to node {}", node.nearest);
        return;
    }
    let _ = writeln!(out, ", CPUs {}", node.cpus);
    for package in &machine.packages {
        let here = package.cpus.intersection(&node.cpus);
        if here.is_empty() {
            continue;
        }
        let number = package.id.map_or_else(|| "without a number".to_owned(), |id| id.to_string());
        let cores = machine.cores.iter().filter(|core| core.cpus.is_subset(&here)).count();
        let _ = writeln!(out, "    package {number}: {}, CPUs {here}", count(cores, "core"));
        caches(machine, &here, out);
    }
}

/// A line for each kind of cache: how many of which size, shared by how many CPUs.
fn caches(machine: &Topology, cpus: &IdSet, out: &mut String) {
    let here: Vec<_> = machine.caches.iter().filter(|it| it.cpus.is_subset(cpus)).collect();
    let alike = |a: &&Cache, b: &&Cache| {
        (a.level, a.kind, a.size_bytes, a.cpus.len())
            == (b.level, b.kind, b.size_bytes, b.cpus.len())
    };
    for group in here.chunk_by(alike) {
        let Some(one) = group.first() else { continue };
        let size = one.size_bytes.map_or_else(|| "size unknown".to_owned(), bytes);
        let sharing = count(one.cpus.len(), "CPU");
        let _ = writeln!(out, "      {} x {} {size}, {sharing} each", group.len(), one.name());
    }
}

fn distances(machine: &Topology, out: &mut String) {
    if machine.nodes.len() < 2 {
        return;
    }
    let _ = write!(out, "distances\n        ");
    for to in &machine.nodes {
        let _ = write!(out, "{:>5}", to.id);
    }
    out.push('\n');
    for from in &machine.nodes {
        let _ = write!(out, "  {:>5} ", from.id);
        for to in &machine.nodes {
            let distance = machine.distance(from.id, to.id).map(|it| it.to_string());
            let _ = write!(out, "{:>5}", distance.as_deref().unwrap_or("-"));
        }
        out.push('\n');
    }
}

/// `1 core`, `2 cores`.
pub(super) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
