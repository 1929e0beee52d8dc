//! Nodes and CPUs, and where memory was allocated.

use std::fs;
use std::path::{Path, PathBuf};

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{Metric, Table, collect_table, single};
use crate::cgroup::field;
use crate::topology::Topology;

/// The machine's nodes. Its topology is read once; allocations each time.
#[derive(Debug)]
pub struct MachineSource {
    root: PathBuf,
    machine: Option<Topology>,
}

impl MachineSource {
    /// Reads below `root`, `/` for this machine.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let machine = Topology::without_caches(&root).ok();
        Self { root, machine }
    }

    fn count(&self, visit: &mut dyn Visit, count: impl Fn(&Topology) -> usize) {
        single(visit, self.machine.as_ref().map(|machine| Value::Float(count(machine) as f64)));
    }

    /// A series for each node.
    fn by_node(&self, visit: &mut dyn Visit, value: impl Fn(u32) -> Option<f64>) {
        for node in self.machine.iter().flat_map(Topology::nodes) {
            if let Some(value) = value(node.id) {
                let node = node.id.to_string();
                visit.series(Labels::new(&[("node", &node)]), Value::Float(value));
            }
        }
    }
}

/// Outcomes of an allocation, and what the kernel calls them. Where memory was given, not where it is used.
const OUTCOMES: [(&str, &str); 6] = [
    ("hit", "numa_hit"),
    ("miss", "numa_miss"),
    ("foreign", "numa_foreign"),
    ("interleaved", "interleave_hit"),
    ("local", "local_node"),
    ("other", "other_node"),
];

fn allocations(root: &Path, machine: &Topology, visit: &mut dyn Visit) {
    for node in machine.nodes() {
        let path = root.join(format!("sys/devices/system/node/node{}/numastat", node.id));
        let Ok(text) = fs::read_to_string(path) else { continue };
        let node = node.id.to_string();
        for (outcome, name) in OUTCOMES {
            if let Some(pages) = field(&text, name) {
                let labels = [("node", node.as_str()), ("outcome", outcome)];
                visit.series(Labels::new(&labels), Value::Unsigned(pages));
            }
        }
    }
}

/// The largest share of memory in use on a node less the smallest, of nodes with memory.
fn imbalance(root: &Path, machine: &Topology) -> Option<f64> {
    let used = machine.nodes().iter().filter_map(|node| {
        let path = root.join(format!("sys/devices/system/node/node{}/meminfo", node.id));
        let text = fs::read_to_string(path).ok()?;
        let field = |name: &str| -> Option<f64> {
            let (_, behind) = text.lines().find_map(|line| line.split_once(name))?;
            behind.trim().trim_end_matches("kB").trim().parse().ok()
        };
        let total = field("MemTotal:").filter(|total| *total > 0.0)?;
        Some(field("MemUsed:")? / total)
    });
    let used: Vec<f64> = used.collect();
    let most = used.iter().copied().reduce(f64::max)?;
    let least = used.iter().copied().reduce(f64::min)?;
    (used.len() > 1).then_some(most - least)
}

impl Table for MachineSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.numa.nodes",
                "NUMA nodes of the machine.",
                Unit::Count("{node}"),
                Kind::Gauge,
            ),
            collect: |source, visit| source.count(visit, |machine| machine.nodes().len()),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.numa.allowed_nodes",
                "NUMA nodes with a processor that this process may run on.",
                Unit::Count("{node}"),
                Kind::Gauge,
            ),
            collect: |source, visit| {
                source.count(visit, |machine| {
                    let is_allowed =
                        |cpus: &crate::IdSet| !cpus.intersection(machine.allowed_cpus()).is_empty();
                    machine.nodes().iter().filter(|node| is_allowed(&node.cpus)).count()
                });
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.cpus",
                "Processors that are online.",
                Unit::Count("{cpu}"),
                Kind::Gauge,
            ),
            collect: |source, visit| source.count(visit, |machine| machine.cpus().len()),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.allowed_cpus",
                "Processors that this process may run on.",
                Unit::Count("{cpu}"),
                Kind::Gauge,
            ),
            collect: |source, visit| source.count(visit, |machine| machine.allowed_cpus().len()),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.numa.memory",
                "Memory of a NUMA node.",
                Unit::Bytes,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                source.by_node(visit, |id| {
                    let node = source.machine.as_ref()?.node(id)?;
                    node.memory_bytes.map(|bytes| bytes as f64)
                });
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.numa.allocations",
                "Allocations of pages by a node and by whether the policy got what it wanted: allocations, not accesses.",
                Unit::Count("{allocation}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                if let Some(machine) = &source.machine {
                    allocations(&source.root, machine, visit);
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.hw.numa.imbalance",
                "Share of memory in use on the fullest node less that on the emptiest.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let machine = source.machine.as_ref();
                let imbalance = machine.and_then(|machine| imbalance(&source.root, machine));
                single(visit, imbalance.map(Value::Float));
            },
        },
    ];
}

collect_table!(MachineSource);
