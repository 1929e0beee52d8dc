//! Cells of metrics: each thread writes to memory of its own node, and the next one there goes on in it.

use std::collections::BTreeMap;
use std::thread;

use engram_hw::{Pin, Topology, pages_by_node, place_cells_by_node};
use engram_metrics_core::Counter;

use crate::Checked;
use crate::init::Machine;

/// Counters, of eight bytes a thread: 64 pages.
const COUNTERS: usize = 32_768;
const PAGES: u64 = COUNTERS as u64 * 8 / 4_096;

/// Pages that a thread and reading the table of pages may take besides, on any node: for stacks and for what the C
/// library keeps. A dozen or two were seen; cells on another node would be all of theirs.
const BESIDES: u64 = PAGES / 2;

/// Pages by node.
type Pages = BTreeMap<u32, u64>;

pub(crate) fn cells(_: &Machine) -> Checked {
    let machine = Topology::from_root("/").map_err(|error| error.to_string())?;
    place_cells_by_node().map_err(|error| error.to_string())?;
    let counters: Vec<Counter> = (0..COUNTERS).map(|_| Counter::new()).collect();
    let has_both = |it: &&engram_hw::Node| !it.cpus.is_empty() && it.memory_bytes > Some(0);
    let nodes: Vec<u32> = machine.nodes().iter().filter(has_both).map(|node| node.id).collect();
    // Cells that all threads share are made before the first thread has its own.
    counters.iter().for_each(Counter::increment);
    for node in &nodes {
        let first = grown(|| record(&counters, &machine, *node))?;
        let elsewhere: u64 = first.iter().filter(|(id, _)| *id != node).map(|(_, it)| it).sum();
        if first.get(node) < Some(&PAGES) || elsewhere > BESIDES {
            return Err(format!("a thread of node {node} has {first:?} pages, not {PAGES} there"));
        }
        let next = grown(|| record(&counters, &machine, *node))?;
        if next.values().sum::<u64>() > BESIDES {
            return Err(format!("the next one on node {node} takes {next:?} pages more"));
        }
    }
    let expected = 1 + 2 * nodes.len() as u64;
    match counters.iter().find(|counter| counter.value() != expected) {
        Some(counter) => Err(format!("{} instead of {expected} records", counter.value())),
        None => Ok(format!("{PAGES} pages of cells on each of {} nodes, used again", nodes.len())),
    }
}

/// A thread of a node adds one to each.
fn record(counters: &[Counter], machine: &Topology, node: u32) -> Result<(), String> {
    thread::scope(|scope| {
        let recording = scope.spawn(|| {
            let _pin = Pin::to_node(machine, node).map_err(|error| error.to_string())?;
            counters.iter().for_each(Counter::increment);
            Ok(())
        });
        recording.join().unwrap_or_else(|_| Err("a thread has panicked".to_owned()))
    })
}

/// How many more pages there are on each node.
fn grown(run: impl FnOnce() -> Result<(), String>) -> Result<Pages, String> {
    let pages = || pages_by_node(std::process::id()).ok_or("the kernel has no numa_maps");
    let before = pages()?;
    run()?;
    let more = |(node, now): (u32, u64)| {
        (node, now.saturating_sub(before.get(&node).copied().unwrap_or(0)))
    };
    Ok(pages()?.into_iter().map(more).collect())
}
