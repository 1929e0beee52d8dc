//! `/sys/devices/system/cpu` and `/sys/devices/system/node`.

mod bounds;
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
    let is_off = |cpu: &u32| files.text(format_args!("cpu{cpu}/online")) == Some("0");
    let offline: IdSet = present.iter().filter(is_off).collect();
    (present.difference(&offline), offline)
}

/// Cores and packages: each asked about once, by its first CPU.
pub(super) fn cores(files: &mut Files, found: &mut Topology) {
    let mut seen = Seen::default();
    for cpu in found.online.iter() {
        if !seen.in_core.contains(cpu)
            && let Some(core) = core(files, cpu, &found.online, &mut seen)
        {
            seen.in_core.add(&core.cpus);
            found.cores.push(core);
        }
        if !seen.in_package.contains(cpu)
            && let Some(package) = package(files, cpu, &found.online, &seen)
        {
            seen.in_package.add(&package.cpus);
            found.packages.push(package);
        }
        if !seen.in_core.contains(cpu) && !seen.in_package.contains(cpu) {
            found.quirks.push(Quirk::CpuWithoutTopology(cpu));
        }
    }
}

/// What is known from CPUs before.
#[derive(Default)]
struct Seen {
    in_core: IdSet,
    in_package: IdSet,
    /// Whether siblings are compute units, once two of them were asked.
    are_units: Option<bool>,
}

fn core(files: &mut Files, cpu: u32, online: &IdSet, seen: &mut Seen) -> Option<Core> {
    let mut cpus = siblings(files, cpu, CORE_MASKS, CORE_LISTS)?;
    let id = core_id(files, cpu);
    // AMD's compute units of 2011 were siblings with numbers of their own: cores that share a cache. A machine
    // has such cores or others, not both, so that the first two siblings tell.
    let next = || cpus.iter().find(|other| *other > cpu && online.contains(*other));
    if seen.are_units.is_none()
        && let Some(next) = next()
    {
        seen.are_units = Some(core_id(files, next) != id);
    }
    if seen.are_units == Some(true) {
        cpus = [cpu].into_iter().collect();
    }
    Some(Core { id, cpus: own(cpus, online, &seen.in_core, cpu) })
}

/// A number of -1 is that of no core.
fn core_id(files: &mut Files, cpu: u32) -> Option<u32> {
    files.text(format_args!("cpu{cpu}/topology/core_id"))?.parse().ok()
}

fn package(files: &mut Files, cpu: u32, online: &IdSet, seen: &Seen) -> Option<Package> {
    let cpus = siblings(files, cpu, PACKAGE_MASKS, PACKAGE_LISTS)?;
    let id = files.text(format_args!("cpu{cpu}/topology/physical_package_id"));
    let id = id.and_then(|id| id.parse().ok());
    Some(Package { id, cpus: own(cpus, online, &seen.in_package, cpu) })
}

/// What a file says that belongs together; it must say so of the CPU that it is about.
fn siblings(files: &mut Files, cpu: u32, masks: [&str; 2], lists: [&str; 2]) -> Option<IdSet> {
    let cpus = files.set(format_args!("cpu{cpu}/topology"), &masks, &lists)?;
    cpus.contains(cpu).then_some(cpus)
}

/// Those that are online and that nobody else has.
fn own(mut cpus: IdSet, online: &IdSet, taken: &IdSet, cpu: u32) -> IdSet {
    cpus.keep(online);
    cpus.remove(taken);
    if cpus.contains(cpu) { cpus } else { [cpu].into_iter().collect() }
}
