//! What is known after a run.

use std::time::Duration;

use engram_hw::{Cgroup, Pressure, SoftwareCounts, Throttling};

use super::counted::Counts;
use super::watch::Watched;

/// A run.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) title: String,
    pub(super) wall: Duration,
    pub(super) used: SoftwareCounts,
    pub(super) counted: Counts,
    pub(super) surroundings: Surroundings,
    pub(super) watched: Watched,
}

/// What was counted of the machine and of the control group, whoever caused it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surroundings {
    /// Waiting of some tasks: for processors, memory, disks.
    pub(super) waited: [Option<Duration>; 3],
    pub(super) throttling: Option<Throttling>,
    /// Processors that the quota allows.
    pub(super) quota: Option<f64>,
}

/// What `waited` is about.
pub(super) const RESOURCES: [&str; 3] = ["cpu", "memory", "io"];

impl Report {
    /// Processors that were busy on average.
    pub(super) fn busy(&self) -> f64 {
        (self.used.user_time + self.used.system_time).as_secs_f64() / self.seconds()
    }

    /// How long it took, above 0.
    pub(super) fn seconds(&self) -> f64 {
        self.wall.as_secs_f64().max(1e-6)
    }

    /// The share of the run in which some task of the machine waited for the resource.
    pub(super) fn share(&self, resource: usize) -> Option<f64> {
        self.surroundings.waited[resource]
            .map(|waited| (waited.as_secs_f64() / self.seconds()).min(1.0))
    }
}

impl Surroundings {
    pub(super) fn now() -> Self {
        let cgroup = Cgroup::of_process("/").ok();
        let limits = cgroup.as_ref().and_then(|cgroup| cgroup.limits().ok());
        Self {
            waited: RESOURCES.map(waited),
            throttling: cgroup.and_then(|cgroup| cgroup.usage().ok()?.throttling),
            quota: limits.and_then(|limits| limits.cpu).map(|cpu| cpu.cores()),
        }
    }

    /// What came since `earlier`.
    pub(super) fn since(self, earlier: Self) -> Self {
        let mut waited = self.waited;
        for (now, before) in waited.iter_mut().zip(earlier.waited) {
            *now = now.zip(before).map(|(now, before)| now.saturating_sub(before));
        }
        let throttling = self.throttling.zip(earlier.throttling);
        let throttling = throttling.map(|(now, before)| now.since(&before));
        Self { waited, throttling, quota: self.quota }
    }
}

fn waited(resource: &str) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/pressure/{resource}")).ok()?;
    Some(Pressure::parse(&text).ok()?.some?.total)
}
