//! What a group and its ancestors allow.

use std::path::Path;

use super::cpu::{self, CpuLimit};
use super::{Cgroup, CgroupError, CgroupVersion, Lineage, memory_amount, text};
use crate::id_set::IdSet;

/// The tightest limits of a group and all its ancestors; `None` where nothing limits.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Time on processors.
    pub cpu: Option<CpuLimit>,
    /// The share when processors are scarce: `cpu.weight` in 1..10000, 100 being usual. Its own, not an ancestor's.
    pub cpu_weight: Option<u64>,
    /// CPUs that it may run on.
    pub cpus: Option<IdSet>,
    /// Nodes that it may have memory of.
    pub nodes: Option<IdSet>,
    /// Memory beyond which processes are killed.
    pub memory_max: Option<u64>,
    /// Memory beyond which they are slowed down.
    pub memory_high: Option<u64>,
    /// Swap.
    pub swap_max: Option<u64>,
}

pub(super) fn read(cgroup: &Cgroup) -> Result<Limits, CgroupError> {
    let mut limits = Limits::default();
    if let Some(lineage) = present(cgroup.lineage("cpu"))? {
        limits.cpu = tightest(&lineage, quota, |a, b| a.cores() < b.cores())?;
        limits.cpu_weight = weight(&lineage)?;
    }
    if let Some(lineage) = present(cgroup.lineage("cpuset"))? {
        limits.cpus = effective(&lineage, "cpuset.cpus")?;
        limits.nodes = effective(&lineage, "cpuset.mems")?;
    }
    if let Some(lineage) = present(cgroup.lineage("memory"))? {
        let (max, swap) = match lineage.version {
            CgroupVersion::V1 => ("memory.limit_in_bytes", None),
            CgroupVersion::V2 => ("memory.max", Some("memory.swap.max")),
        };
        let amount =
            |name| tightest(&lineage, |folder, _| amount(&folder.join(name)), |a, b| a < b);
        limits.memory_max = amount(max)?;
        if let Some(swap) = swap {
            limits.memory_high = amount("memory.high")?;
            limits.swap_max = amount(swap)?;
        }
    }
    Ok(limits)
}

/// A controller that is not there limits nothing; one that cannot be seen may.
fn present(lineage: Result<Lineage, CgroupError>) -> Result<Option<Lineage>, CgroupError> {
    match lineage {
        Ok(lineage) => Ok(Some(lineage)),
        Err(CgroupError::NoController { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The least of what the folders say.
fn tightest<T: Copy>(
    lineage: &Lineage,
    read: impl Fn(&Path, CgroupVersion) -> Result<Option<T>, CgroupError>,
    is_less: impl Fn(&T, &T) -> bool,
) -> Result<Option<T>, CgroupError> {
    let mut least = None;
    for folder in &lineage.folders {
        let Some(here) = read(folder, lineage.version)? else { continue };
        if least.is_none_or(|least| is_less(&here, &least)) {
            least = Some(here);
        }
    }
    Ok(least)
}

fn quota(folder: &Path, version: CgroupVersion) -> Result<Option<CpuLimit>, CgroupError> {
    let (limit, burst) = match version {
        CgroupVersion::V2 => {
            let Some(text) = text(&folder.join("cpu.max"))? else { return Ok(None) };
            (CpuLimit::from_v2(&text)?, "cpu.max.burst")
        }
        CgroupVersion::V1 => {
            let Some(quota) = text(&folder.join("cpu.cfs_quota_us"))? else { return Ok(None) };
            let period = text(&folder.join("cpu.cfs_period_us"))?.unwrap_or_default();
            (CpuLimit::from_v1(&quota, &period)?, "cpu.cfs_burst_us")
        }
    };
    let Some(limit) = limit else { return Ok(None) };
    let burst = text(&folder.join(burst))?.and_then(|text| cpu::micros(text.trim()));
    Ok(Some(limit.with_burst(burst.unwrap_or_default())))
}

/// In the scale of version 2, by the kernel's own formula for `cpu.shares`.
fn weight(lineage: &Lineage) -> Result<Option<u64>, CgroupError> {
    let Some(folder) = lineage.folders.first() else { return Ok(None) };
    let number =
        |name| Ok(text(&folder.join(name))?.and_then(|text| text.trim().parse::<u64>().ok()));
    match lineage.version {
        CgroupVersion::V2 => number("cpu.weight"),
        CgroupVersion::V1 => {
            let shares = number("cpu.shares")?;
            Ok(shares
                .map(|shares| 1 + shares.clamp(2, 262_144).saturating_sub(2) * 9_999 / 262_142))
        }
    }
}

/// What is left of a set after all ancestors, which the kernel computes itself.
fn effective(lineage: &Lineage, name: &str) -> Result<Option<IdSet>, CgroupError> {
    let names = match lineage.version {
        CgroupVersion::V2 => [format!("{name}.effective"), name.to_owned()],
        CgroupVersion::V1 => {
            let (prefix, what) = name.split_once('.').unwrap_or(("cpuset", name));
            [format!("{prefix}.effective_{what}"), name.to_owned()]
        }
    };
    for folder in &lineage.folders {
        for name in &names {
            let Some(text) = text(&folder.join(name))? else { continue };
            let set = IdSet::from_list(&text).map_err(|_| CgroupError::malformed(name, &text))?;
            if !set.is_empty() {
                return Ok(Some(set));
            }
        }
    }
    Ok(None)
}

fn amount(path: &Path) -> Result<Option<u64>, CgroupError> {
    text(path)?.map_or(Ok(None), |text| memory_amount(&text))
}
