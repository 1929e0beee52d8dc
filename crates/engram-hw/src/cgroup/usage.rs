//! What a group has used, and what it waited for.

use std::path::{Path, PathBuf};

use super::{Cgroup, CgroupError, CgroupVersion, MemoryEvents, Throttling, memory_amount, text};
use crate::pressure::Pressure;

/// What was counted of a group itself, with all below it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Being held back by a quota.
    pub throttling: Option<Throttling>,
    /// Memory now.
    pub memory_current: Option<u64>,
    /// The most there ever was.
    pub memory_peak: Option<u64>,
    /// Meetings with the limits of memory.
    pub memory_events: Option<MemoryEvents>,
    /// Waiting for processors, of the group alone.
    pub cpu_pressure: Option<Pressure>,
    /// Waiting for memory.
    pub memory_pressure: Option<Pressure>,
    /// Waiting for disks.
    pub io_pressure: Option<Pressure>,
}

pub(super) fn read(cgroup: &Cgroup) -> Result<Usage, CgroupError> {
    let mut usage = Usage::default();
    if let Some((_, folder)) = own(cgroup, "cpu") {
        usage.throttling =
            text(&folder.join("cpu.stat"))?.and_then(|text| Throttling::parse(&text));
    }
    if let Some((version, folder)) = own(cgroup, "memory") {
        memory(&mut usage, version, &folder)?;
    }
    // Pressure is of version 2, whatever else is mounted.
    if let Some(folder) = cgroup.unified() {
        usage.cpu_pressure = pressure(&folder.join("cpu.pressure"));
        usage.memory_pressure = pressure(&folder.join("memory.pressure"));
        usage.io_pressure = pressure(&folder.join("io.pressure"));
    }
    Ok(usage)
}

impl Cgroup {
    /// The folder in the hierarchy of version 2.
    pub(crate) fn unified(&self) -> Option<PathBuf> {
        let lineage = self.lineage("unified").ok()?;
        lineage.folders.into_iter().next()
    }

    /// The group's own folder that has a controller.
    pub(crate) fn own(&self, controller: &str) -> Option<(CgroupVersion, PathBuf)> {
        own(self, controller)
    }
}

fn own(cgroup: &Cgroup, controller: &str) -> Option<(CgroupVersion, PathBuf)> {
    let lineage = cgroup.lineage(controller).ok()?;
    Some((lineage.version, lineage.folders.into_iter().next()?))
}

fn memory(usage: &mut Usage, version: CgroupVersion, folder: &Path) -> Result<(), CgroupError> {
    let amount = |name| text(&folder.join(name))?.map_or(Ok(None), |text| memory_amount(&text));
    match version {
        CgroupVersion::V2 => {
            usage.memory_current = amount("memory.current")?;
            usage.memory_peak = amount("memory.peak")?;
            let events = text(&folder.join("memory.events"))?;
            usage.memory_events = events.map(|text| MemoryEvents::parse(&text));
        }
        CgroupVersion::V1 => {
            usage.memory_current = amount("memory.usage_in_bytes")?;
            usage.memory_peak = amount("memory.max_usage_in_bytes")?;
            let failures = text(&folder.join("memory.failcnt"))?;
            let control = text(&folder.join("memory.oom_control"))?.unwrap_or_default();
            usage.memory_events =
                failures.map(|failures| MemoryEvents::from_v1(&failures, &control));
        }
    }
    Ok(())
}

/// Pressure may be switched off, which is not an error of the group.
fn pressure(path: &Path) -> Option<Pressure> {
    let text = std::fs::read_to_string(path).ok()?;
    Pressure::parse(&text).ok()
}
