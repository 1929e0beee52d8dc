//! `/sys/devices/system/cpu` and `/sys/devices/system/node`.

mod caches;
mod nodes;

pub(super) use caches::caches;
pub(super) use nodes::{nodes, only_node};

use super::files::Files;
use super::{Core, Package, Quirk, Topology};
use crate::id_set::IdSet;

/// What a CPU shares its core with: the name that every kernel has, and the one since 5.3.
const CORE_LISTS: [&str; 2] = ["thread_siblings_list", "core_cpus_list"];
const CORE_MASKS: [&str; 2] = ["thread_siblings", "core_cpus"];

/// The same of its package.
const PACKAGE_LISTS: [&str; 2] = ["core_siblings_list", "package_cpus_list"];
const PACKAGE_MASKS: [&str; 2] = ["core_siblings", "package_cpus"];

/// The CPUs that are online, and those that are present and are not.
pub(super) fn cpus(files: &mut Files) -> (IdSet, IdSet) {
    let list = |text: &str| IdSet::from_list(text).ok();
    if let Some(online) = files.parse("online", list).filter(|online| !online.is_empty()) {
        let present = files.parse("present", list).unwrap_or_else(|| online.clone());
        let offline = present.difference(&online);
        return (online, offline);
    }
    let present = files.numbered(".", "cpu");
    let is_off = |cpu: &u32| files.text(&format!("cpu{cpu}/online")) == Some("0");
    let offline: IdSet = present.iter().filter(is_off).collect();
    (present.difference(&offline), offline)
}

/// Cores and packages: each asked about once, by its first CPU.
pub(super) fn cores(files: &mut Files, found: &mut Topology) {
    let online = found.online.clone();
    let (mut in_core, mut in_package) = (IdSet::new(), IdSet::new());
    for cpu in online.iter().collect::<Vec<_>>() {
        if !in_core.contains(cpu)
            && let Some(core) = core(files, cpu, &online, &in_core)
        {
            in_core = in_core.union(&core.cpus);
            found.cores.push(core);
        }
        if !in_package.contains(cpu)
            && let Some(package) = package(files, cpu, &online, &in_package)
        {
            in_package = in_package.union(&package.cpus);
            found.packages.push(package);
        }
        if !in_core.contains(cpu) && !in_package.contains(cpu) {
            found.quirks.push(Quirk::CpuWithoutTopology(cpu));
        }
    }
}

fn core(files: &mut Files, cpu: u32, online: &IdSet, taken: &IdSet) -> Option<Core> {
    let names = in_topology(cpu, CORE_LISTS, CORE_MASKS);
    let mut cpus = siblings(files, &names, cpu)?;
    let id = core_id(files, cpu);
    // AMD's compute units of 2011 were siblings with numbers of their own: cores that share a cache.
    let next = cpus.iter().find(|other| *other > cpu && online.contains(*other));
    if next.is_some_and(|next| core_id(files, next) != id) {
        cpus = [cpu].into_iter().collect();
    }
    Some(Core { id, cpus: own(&cpus, online, taken, cpu) })
}

/// A number of -1 is that of no core.
fn core_id(files: &mut Files, cpu: u32) -> Option<u32> {
    files.text(&format!("cpu{cpu}/topology/core_id"))?.parse().ok()
}

fn package(files: &mut Files, cpu: u32, online: &IdSet, taken: &IdSet) -> Option<Package> {
    let names = in_topology(cpu, PACKAGE_LISTS, PACKAGE_MASKS);
    let cpus = siblings(files, &names, cpu)?;
    let id = files.text(&format!("cpu{cpu}/topology/physical_package_id"));
    let id = id.and_then(|id| id.parse().ok());
    Some(Package { id, cpus: own(&cpus, online, taken, cpu) })
}

/// Lists and masks about a CPU.
struct Names {
    lists: [String; 2],
    masks: [String; 2],
}

fn in_topology(cpu: u32, lists: [&str; 2], masks: [&str; 2]) -> Names {
    let path = |name: &str| format!("cpu{cpu}/topology/{name}");
    Names { lists: lists.map(path), masks: masks.map(path) }
}

/// What a file says that belongs together; it must say so of the CPU that it is about.
fn siblings(files: &mut Files, names: &Names, cpu: u32) -> Option<IdSet> {
    let [old, new] = &names.lists;
    let [old_mask, new_mask] = &names.masks;
    let cpus = files.set(&[old_mask, new_mask], &[old, new])?;
    cpus.contains(cpu).then_some(cpus)
}

/// Those that are online and that nobody else has.
fn own(cpus: &IdSet, online: &IdSet, taken: &IdSet, cpu: u32) -> IdSet {
    let own = cpus.intersection(online).difference(taken);
    if own.contains(cpu) { own } else { [cpu].into_iter().collect() }
}
