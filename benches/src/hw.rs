//! What it costs to ask about the machine, beside hwloc where it is installed.

mod copy;
#[cfg(feature = "hwloc")]
mod hwloc;

mod health;

use std::hint::black_box;
use std::path::Path;

use engram_hw::{AddressMap, Region, Topology, TopologyError, current_node};

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
    let rival = hwloc::discover(operation, root.clone(), caches);
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
    return vec![ours, rival];
    #[cfg(not(feature = "hwloc"))]
    vec![ours]
}

fn read(root: &Path, caches: Caches) -> Result<Topology, TopologyError> {
    match caches {
        Caches::Read => Topology::from_root(root),
        Caches::Skipped => Topology::without_caches(root),
    }
}

/// A thousand ranges; addresses jump between them.
fn classify(operation: &'static str) -> Vec<Contender> {
    let mut map = AddressMap::new();
    for at in 0..1_000_usize {
        let start = at << 21;
        let _ = map.insert(start..start + (1 << 20), at as u32 % 4);
    }
    vec![contender!(ENGRAM, operation, |at| {
        let address = (at as usize).wrapping_mul(0x9e37_79b9) % (1_000 << 21);
        black_box(map.classify(address, 0));
    })]
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
