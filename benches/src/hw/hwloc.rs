//! hwloc, by the crate that binds it: the same files, without PCI and the like.

use std::hint::black_box;
use std::path::PathBuf;

use hwlocality::Topology;
use hwlocality::object::types::ObjectType;
use hwlocality::topology::builder::{TopologyBuilder, TypeFilter};

use super::Caches;
use crate::harness::Contender;

/// Levels of cache that there can be.
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

/// Reads this machine, or the copy of another one, with the caches that we read or without any.
pub(super) fn discover(
    operation: &'static str,
    root: Option<PathBuf>,
    caches: Caches,
) -> Contender {
    let (name, components) = ("hwlocality", "linux,stop");
    Contender { name, operation, threads: 1, run: Box::new(repeat(root, caches, components)) }
}

/// Asks the processor besides: all that hwloc does of itself, but devices.
pub(super) fn discover_by_asking(operation: &'static str, caches: Caches) -> Contender {
    let (name, components) = ("hwlocality, asking the processor", "linux,x86,stop");
    Contender { name, operation, threads: 1, run: Box::new(repeat(None, caches, components)) }
}

fn repeat(root: Option<PathBuf>, caches: Caches, components: &'static str) -> impl Fn(u32) + Sync {
    move |times| {
        for _ in 0..times {
            if let Some(root) = &root {
                // SAFETY: this program reads and writes its environment in one thread only.
                unsafe { std::env::set_var("HWLOC_FSROOT", root) };
                // SAFETY: as above.
                unsafe { std::env::set_var("HWLOC_THISSYSTEM", "0") };
            }
            // SAFETY: as above.
            unsafe { std::env::set_var("HWLOC_COMPONENTS", components) };
            black_box(read(caches).is_some());
            for name in ["HWLOC_FSROOT", "HWLOC_THISSYSTEM", "HWLOC_COMPONENTS"] {
                // SAFETY: as above.
                unsafe { std::env::remove_var(name) };
            }
        }
    }
}

fn read(caches: Caches) -> Option<Topology> {
    let filter = if caches == Caches::Read { TypeFilter::KeepAll } else { TypeFilter::KeepNone };
    let filtered = |builder: TopologyBuilder, kind| builder.with_type_filter(kind, filter).ok();
    CACHES.into_iter().try_fold(Topology::builder(), filtered)?.build().ok()
}
