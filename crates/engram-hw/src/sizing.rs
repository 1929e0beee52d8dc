//! How large a program should make itself, as functions of what was read: no file, no clock.

use crate::cgroup::{Limits, QosClass};
use crate::pressure::Pressure;

/// How many threads of work are of use: CPUs that may be used, and no more than the quota keeps busy.
///
/// A quota of 2.5 processors is two: a third thread would be throttled half of the time, and all of them with it.
/// One at least.
///
/// ```
/// use engram_hw::{CpuLimit, Limits, worker_pool};
///
/// let mut limits = Limits::default();
/// assert_eq!(worker_pool(&limits, 16), 16);
/// limits.cpu = CpuLimit::from_v2("250000 100000")?;
/// assert_eq!(worker_pool(&limits, 16), 2);
/// # Ok::<(), engram_hw::CgroupError>(())
/// ```
#[must_use]
pub fn worker_pool(limits: &Limits, allowed_cpus: usize) -> usize {
    let in_set = limits.cpus.as_ref().map_or(allowed_cpus, |cpus| cpus.len().min(allowed_cpus));
    let by_quota = limits.cpu.map_or(usize::MAX, |cpu| cpu.floor() as usize);
    in_set.min(by_quota).max(1)
}

/// How much memory to aim at: what the machine or the tightest limit gives, less a share that is left free.
///
/// For caches, and what a runtime with a collector calls its soft limit. `headroom` is in 0..1, a tenth being usual;
/// `None` where nobody says how much there is. Above `memory.high` a group is slowed down, so that is a limit too.
#[must_use]
pub fn memory_target(limits: &Limits, machine_bytes: Option<u64>, headroom: f64) -> Option<u64> {
    let all = [limits.memory_max, limits.memory_high, machine_bytes.filter(|bytes| *bytes > 0)];
    let least = all.into_iter().flatten().min()?;
    Some((least as f64 * (1.0 - headroom.clamp(0.0, 1.0))) as u64)
}

/// How long tasks wait for a resource, in words that one can act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PressureLevel {
    /// Less than a twentieth of the time.
    None,
    /// Some waited for a twentieth of the time: take on nothing new that can wait.
    Some,
    /// Some waited for a quarter of the time, or all for a twentieth: give back what can be had again.
    High,
    /// All waited for a quarter of the time: nothing gets on.
    Critical,
}

impl PressureLevel {
    /// Of the last ten seconds.
    #[must_use]
    pub fn of(pressure: &Pressure) -> Self {
        const LITTLE: f64 = 0.05;
        const MUCH: f64 = 0.25;
        let share = |stall: Option<crate::Stall>| stall.map_or(0.0, |stall| stall.share_10s);
        match (share(pressure.some), share(pressure.full)) {
            (_, MUCH..) => Self::Critical,
            (MUCH.., _) | (_, LITTLE..) => Self::High,
            (LITTLE.., _) => Self::Some,
            _ => Self::None,
        }
    }

    /// As it stands in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a process that is about to start its threads and caches wants to know, in one value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ContainerProfile {
    /// Whether anything limits it.
    pub is_limited: bool,
    /// The class that Kubernetes gave it, where it did.
    pub qos: Option<QosClass>,
    /// Threads of work: [`worker_pool`].
    pub workers: usize,
    /// Processors that the quota keeps busy, in fractions.
    pub cpu_quota: Option<f64>,
    /// Memory to aim at: [`memory_target`] with a tenth left free.
    pub memory_target_bytes: Option<u64>,
}

/// A tenth: page tables, stacks and what the kernel keeps for the group count as well.
const HEADROOM: f64 = 0.1;

impl ContainerProfile {
    /// From what was read.
    #[must_use]
    pub fn of(
        limits: &Limits,
        qos: Option<QosClass>,
        allowed_cpus: usize,
        machine_bytes: Option<u64>,
    ) -> Self {
        Self {
            is_limited: limits.cpu.is_some() || limits.memory_max.is_some(),
            qos,
            workers: worker_pool(limits, allowed_cpus),
            cpu_quota: limits.cpu.map(|cpu| cpu.cores()),
            memory_target_bytes: memory_target(limits, machine_bytes, HEADROOM),
        }
    }
}

#[cfg(test)]
mod tests;
