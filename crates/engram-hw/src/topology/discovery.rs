//! From files to a topology.

use std::path::Path;

use super::files::Files;
use super::{Quirk, Topology, TopologyError, allowed, sysfs};
use crate::id_set::IdSet;

/// Whether the caches are wanted, which are three files in four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caches {
    Read,
    Skip,
}

pub(super) fn discover(root: &Path, caches: Caches) -> Result<Topology, TopologyError> {
    let mut files = Files::root(root)?;
    let mut cpu_files = files.below("sys/devices/system/cpu");
    let (online, offline) = match &mut cpu_files {
        Some(files) => sysfs::cpus(files),
        None => Default::default(),
    };
    let online = if online.is_empty() { processors(&mut files) } else { online };
    if online.is_empty() {
        return Err(TopologyError::no_cpu(root));
    }
    let mut found = Topology { online, offline, ..Topology::default() };
    if let Some(files) = &mut cpu_files {
        sysfs::cores(files, &mut found);
        if caches == Caches::Read {
            sysfs::caches(files, &mut found);
        }
        found.quirks.append(&mut files.quirks);
    }
    if let Some(mut files) = files.below("sys/devices/system/node") {
        sysfs::nodes(&mut files, &mut found);
        found.quirks.append(&mut files.quirks);
    }
    if found.nodes.is_empty() {
        found.quirks.push(Quirk::NoNodes);
        found.nodes.push(sysfs::only_node(&mut files, &found.online));
    }
    allowed::restrict(&mut files, &mut found);
    found.quirks.append(&mut files.quirks);
    Ok(found.ordered())
}

/// The CPUs of `/proc/cpuinfo`, for kernels and copies without files about each.
fn processors(files: &mut Files) -> IdSet {
    let text = files.text("proc/cpuinfo").unwrap_or_default();
    let is_number = |line: &str| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "processor").then(|| value.trim().parse().ok())?
    };
    text.lines().filter_map(is_number).collect()
}
