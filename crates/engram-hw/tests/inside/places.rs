//! Nodes, pins and memory.

use engram_hw::{
    IdSet, MemoryPolicy, NodeMemory, Pin, PolicyScope, Topology, affinity, current_cpu,
    current_node,
};

use crate::Checked;
use crate::init::Machine;

const PAGES: usize = 64;
const BYTES: usize = PAGES * 4_096;

/// What is read is what the machine was told to be.
pub(crate) fn topology(machine: &Machine) -> Checked {
    let found = Topology::from_root("/").map_err(|error| error.to_string())?;
    let mut first = 0;
    for ((cpus, has_memory), id) in machine.nodes.iter().zip(0..) {
        let expected: IdSet =
            (first..first + cpus).filter(|cpu| !machine.offline.contains(cpu)).collect();
        first += cpus;
        let node = found.node(id).ok_or(format!("no node {id}"))?;
        if node.cpus != expected || (node.memory_bytes > Some(0)) != *has_memory {
            return Err(format!("node {id} is {node:?}, not {expected} with memory {has_memory}"));
        }
        let distances: Vec<u32> = node.distances.iter().map(|(_, distance)| *distance).collect();
        if distances != machine.distances[id as usize] {
            return Err(format!("distances of node {id} are {distances:?}"));
        }
        if node.nearest.is_empty() {
            return Err(format!("nobody is nearest to node {id}"));
        }
    }
    let offline: IdSet = machine.offline.iter().copied().collect();
    if *found.offline_cpus() != offline || !found.quirks().is_empty() {
        return Err(format!("offline {}, quirks {:?}", found.offline_cpus(), found.quirks()));
    }
    // The same files by a path that is not known to be this machine's own: nobody is asked, all is read.
    let read = Topology::from_root("/proc/self/root").map_err(|error| error.to_string())?;
    if read != found {
        return Err(format!("by its files alone {read:?}, by asking it {found:?}"));
    }
    Ok(format!(
        "{} nodes, {} CPUs, {} offline",
        machine.nodes.len(),
        found.cpus().len(),
        offline.len()
    ))
}

/// Every CPU, every core and every node can be pinned to, and the thread is there.
pub(crate) fn pins(_: &Machine) -> Checked {
    let machine = Topology::from_root("/").map_err(|error| error.to_string())?;
    let before = affinity().map_err(|error| error.to_string())?;
    let mut landed = 0;
    for cpu in machine.cpus().iter() {
        let _pin = Pin::to_cpu(cpu).map_err(|error| format!("CPU {cpu}: {error}"))?;
        if (current_cpu(), Some(current_node())) != (cpu, machine.node_of(cpu)) {
            return Err(format!(
                "on CPU {} of node {}, not on {cpu}",
                current_cpu(),
                current_node()
            ));
        }
        landed += 1;
    }
    for node in machine.nodes().iter().filter(|node| !node.cpus.is_empty()) {
        let _pin = Pin::to_node(&machine, node.id)
            .map_err(|error| format!("node {}: {error}", node.id))?;
        if current_node() != node.id {
            return Err(format!("on node {}, not on {}", current_node(), node.id));
        }
        landed += 1;
    }
    for cpu in machine.offline_cpus().iter() {
        if Pin::to_cpu(cpu).is_ok() {
            return Err(format!("pinned to CPU {cpu}, which is offline"));
        }
    }
    if affinity() != Ok(before) {
        return Err("the thread did not get back what it had".to_owned());
    }
    Ok(format!("{landed} of {landed} landed"))
}

/// Every page that was bound, preferred, interleaved or moved is where it shall be, as the kernel says.
pub(crate) fn memory(_: &Machine) -> Checked {
    let machine = Topology::from_root("/").map_err(|error| error.to_string())?;
    let with: Vec<u32> = machine
        .nodes()
        .iter()
        .filter(|node| node.memory_bytes > Some(0))
        .map(|node| node.id)
        .collect();
    let mut landed = 0;
    for node in &with {
        let only: IdSet = [*node].into_iter().collect();
        for policy in [MemoryPolicy::Bind(only.clone()), MemoryPolicy::Prefer(*node)] {
            landed += on(&placed(&policy)?, |_| *node)?;
        }
        let scope =
            PolicyScope::enter(&MemoryPolicy::Bind(only)).map_err(|error| error.to_string())?;
        landed += on(&placed(&MemoryPolicy::Default)?, |_| *node)?;
        drop(scope);
        let mut memory = placed(&MemoryPolicy::Default)?;
        memory.migrate(*node).map_err(|error| format!("to node {node}: {error}"))?;
        landed += on(&memory, |_| *node)?;
    }
    let all = MemoryPolicy::Interleave(with.iter().copied().collect());
    let nodes = placed(&all)?.nodes().map_err(|error| error.to_string())?;
    for node in &with {
        let here = nodes.iter().filter(|it| **it == Some(*node)).count();
        // Each has its share, give or take the page that the turn started with.
        if here.abs_diff(PAGES / with.len()) > 1 {
            return Err(format!("{here} of {PAGES} interleaved pages are on node {node}"));
        }
    }
    let without = machine.nodes().iter().find(|node| node.memory_bytes == Some(0));
    if let Some(without) = without
        && NodeMemory::new(BYTES, &MemoryPolicy::Bind([without.id].into_iter().collect())).is_ok()
    {
        return Err(format!("bound to node {}, which has no memory", without.id));
    }
    Ok(format!("{landed} of {landed} pages landed, {PAGES} interleaved"))
}

fn placed(policy: &MemoryPolicy) -> Result<NodeMemory, String> {
    let mut memory =
        NodeMemory::new(BYTES, policy).map_err(|error| format!("{policy:?}: {error}"))?;
    memory.fill(1);
    Ok(memory)
}

/// How many pages there are, all of them on their node.
fn on(memory: &NodeMemory, expected: impl Fn(usize) -> u32) -> Result<usize, String> {
    let nodes = memory.nodes().map_err(|error| error.to_string())?;
    for (at, node) in nodes.iter().enumerate() {
        if *node != Some(expected(at)) {
            return Err(format!("page {at} is on {node:?}, not on {}", expected(at)));
        }
    }
    Ok(nodes.len())
}
