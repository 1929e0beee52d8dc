//! Which sources work, and why the others do not.

use std::path::PathBuf;

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{Metric, PressureSource, Table, collect_table};
use crate::cgroup::{Cgroup, CgroupError};
use crate::gate::ENABLED;
use crate::perf::self_test;
use crate::process::ProcessStat;
use crate::topology::{Topology, TopologyError};
use crate::unavailable::{Reason, Unavailable};

/// The state of each source. Counters are tested once, the rest is looked at each time.
#[derive(Debug)]
pub struct SourceStates {
    root: PathBuf,
    counters: Option<Reason>,
}

impl SourceStates {
    /// Looks below `root`, `/` for this machine.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let failure = || self_test().err().map(|unavailable| unavailable.reason);
        Self { root: root.into(), counters: if ENABLED { failure() } else { None } }
    }

    /// Each source, and what it lacks; nothing where it works.
    #[must_use]
    pub fn states(&self) -> Vec<(&'static str, Option<Reason>)> {
        let topology = Topology::without_caches(&self.root).err().map(|error| match error {
            TopologyError::NoCpu { .. } => Reason::NotSupported,
            _ => Reason::Missing,
        });
        let why = |unavailable: Unavailable| unavailable.reason;
        vec![
            ("perf", self.counters),
            ("topology", topology),
            ("cgroup", self.cgroup()),
            ("psi", PressureSource::new(&self.root).read("cpu").err().map(why)),
            ("process", ProcessStat::of(&self.root, "self").err().map(why)),
            ("numastat", self.numastat()),
        ]
    }

    fn cgroup(&self) -> Option<Reason> {
        let cgroup = Cgroup::of_process(&self.root);
        let error = cgroup.and_then(|cgroup| cgroup.limits().map(|_| ())).err()?;
        Some(match error {
            CgroupError::Malformed { .. } => Reason::Malformed,
            CgroupError::NoController { .. } => Reason::NotSupported,
            _ => Reason::Missing,
        })
    }

    fn numastat(&self) -> Option<Reason> {
        let nodes = std::fs::read_dir(self.root.join("sys/devices/system/node")).ok();
        let has = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.is_ok_and(|entry| entry.path().join("numastat").exists())
        };
        let is_there = nodes.is_some_and(|mut nodes| nodes.any(has));
        (!is_there).then_some(Reason::NotSupported)
    }
}

impl Table for SourceStates {
    const METRICS: &'static [Metric<Self>] = &[Metric {
        descriptor: Descriptor::fixed(
            "engram.hw.source.up",
            "Whether a source of this machine works (1), or why it does not (0).",
            Unit::Count("{source}"),
            Kind::Gauge,
        ),
        collect: states,
    }];
}

fn states(source: &SourceStates, visit: &mut dyn Visit) {
    for (name, reason) in source.states() {
        let (up, reason) = reason.map_or((1.0, "none"), |reason| (0.0, reason.name()));
        visit.series(Labels::new(&[("source", name), ("reason", reason)]), Value::Float(up));
    }
}

collect_table!(SourceStates);
