//! What it costs to ask about the machine, beside hwloc where it is installed.

mod copy;
#[cfg(feature = "hwloc")]
mod hwloc;

mod health;

use std::hint::black_box;
use std::path::Path;

use engram_hw::{
    AccessKind, AccessMetrics, AddressMap, InstructionSet, Region, Topology, TopologyError,
    WorkMetrics, current_node,
};

use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;
use crate::suite::{More, Suite, Unit};
use copy::Copy;

/// What asking about the machine costs.
pub(crate) const SUITE: Suite = Suite {
    name: "hw",
    operations: &[
        ("current_node", nodes),
        ("getcpu_syscall", by_system_call),
        ("discover", discover),
        ("discover_caches", discover_caches),
        ("discover_128", discover_128),
        ("discover_128_caches", discover_128_caches),
        ("classify_address", classify),
        ("record_access", record_access),
        ("record_simd", record_simd),
        ("record_memory", record_memory),
        ("look_for_migration", look_for_migration),
        ("region", region),
    ],
    unit: Unit::OneOf(&[ENGRAM]),
    more: Some(More { operations: &[health::OPERATION], measure: health::measure }),
};

fn nodes(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |_at| {
        black_box(current_node());
    })]
}

fn by_system_call(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |_at| {
        black_box(copy::getcpu());
    })]
}

fn discover(operation: &'static str) -> Vec<Contender> {
    beside_hwloc(operation, None, Caches::Skipped)
}

fn discover_caches(operation: &'static str) -> Vec<Contender> {
    beside_hwloc(operation, None, Caches::Read)
}

fn discover_128(operation: &'static str) -> Vec<Contender> {
    beside_hwloc(operation, Some(Copy::of_128()), Caches::Skipped)
}

fn discover_128_caches(operation: &'static str) -> Vec<Contender> {
    beside_hwloc(operation, Some(Copy::of_128()), Caches::Read)
}

/// Whether caches are part of what is read, for both alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caches {
    Read,
    Skipped,
}

/// Reading this machine, or the copy of another one.
fn beside_hwloc(operation: &'static str, copy: Option<Copy>, caches: Caches) -> Vec<Contender> {
    let root = copy.as_ref().map(|copy| copy.root().to_owned());
    #[cfg(feature = "hwloc")]
    let rivals = [
        Some(hwloc::discover(operation, root.clone(), caches)),
        // We ask the processor for caches of this machine.
        (root.is_none() && caches == Caches::Read)
            .then(|| hwloc::discover_by_asking(operation, caches)),
    ];
    let root = root.unwrap_or_else(|| "/".into());
    let run = move |times| {
        // The files stay as long as they are read.
        let _ = &copy;
        for _ in 0..times {
            black_box(read(&root, caches).is_ok());
        }
    };
    let ours = Contender { name: ENGRAM, operation, threads: 1, run: Box::new(run) };
    #[cfg(feature = "hwloc")]
    return std::iter::once(ours).chain(rivals.into_iter().flatten()).collect();
    #[cfg(not(feature = "hwloc"))]
    vec![ours]
}

fn read(root: &Path, caches: Caches) -> Result<Topology, TopologyError> {
    match caches {
        Caches::Read => Topology::from_root(root),
        Caches::Skipped => Topology::without_caches(root),
    }
}

static ACCESSES: AccessMetrics = AccessMetrics::new();
static WORK: WorkMetrics = WorkMetrics::new();

/// An access to an address that a map knows the node of; the node of the thread is looked up each time.
fn record_access(operation: &'static str) -> Vec<Contender> {
    let map = map_of_ranges();
    vec![contender!(ENGRAM, operation, |at| {
        ACCESSES.record_at(AccessKind::Read, &map, address(at));
    })]
}

/// A kernel of eight lanes, which nobody measured the cycles of.
fn record_simd(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |at| {
        WORK.simd(InstructionSet::Avx2, u64::from(at), None);
    })]
}

/// What a kernel has read and written, in one call.
fn record_memory(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |at| {
        WORK.memory(u64::from(at), 64);
    })]
}

/// By a thread that stays where it is, which is nearly every look.
fn look_for_migration(operation: &'static str) -> Vec<Contender> {
    vec![contender!(ENGRAM, operation, |_at| {
        WORK.look_for_migration();
    })]
}

fn classify(operation: &'static str) -> Vec<Contender> {
    let map = map_of_ranges();
    vec![contender!(ENGRAM, operation, |at| {
        black_box(map.classify(address(at), 0));
    })]
}

/// A thousand ranges, each half of the way to the next one.
fn map_of_ranges() -> AddressMap {
    let mut map = AddressMap::new();
    for at in 0..1_000_usize {
        let start = at << 21;
        let _ = map.insert(start..start + (1 << 20), at as u32 % 4);
    }
    map
}

/// Addresses that jump between the ranges.
fn address(at: u32) -> usize {
    (at as usize).wrapping_mul(0x9e37_79b9) % (1_000 << 21)
}

/// Entering and leaving; what a thread that meets no counters pays, where there are none.
fn region(operation: &'static str) -> Vec<Contender> {
    let run = move |times| {
        let region = Region::new("bench");
        for _ in 0..times {
            drop(black_box(region.enter()));
        }
    };
    vec![Contender { name: ENGRAM, operation, threads: 1, run: Box::new(run) }]
}
