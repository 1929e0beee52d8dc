//! What the container may use, and how often it was held back.

use std::path::PathBuf;

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value};

use super::{Metric, Table, collect_table, single};
use crate::cgroup::{Cgroup, Limits, MemoryEvents, Throttling, Usage};

/// The control group of this process; found anew each time, because a process can be moved.
#[derive(Debug)]
pub struct CgroupSource {
    root: PathBuf,
}

impl CgroupSource {
    /// Reads below `root`, `/` for this machine.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn limits(&self) -> Option<Limits> {
        Cgroup::of_process(&self.root).ok()?.limits().ok()
    }

    fn usage(&self) -> Option<Usage> {
        Cgroup::of_process(&self.root).ok()?.usage().ok()
    }

    fn throttling(&self) -> Option<Throttling> {
        self.usage()?.throttling
    }

    fn events(&self) -> Option<MemoryEvents> {
        self.usage()?.memory_events
    }
}

impl Table for CgroupSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.cpu.limit",
                "Processors that the quota allows to be busy at once, in fractions.",
                Unit::Count("{cpu}"),
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let cores = source.limits().and_then(|limits| limits.cpu).map(|cpu| cpu.cores());
                single(visit, cores.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.cpu.burst",
                "Time beyond the quota that may be saved up.",
                Unit::Seconds,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let burst = source
                    .limits()
                    .and_then(|limits| limits.cpu)
                    .map(|cpu| cpu.burst.as_secs_f64());
                single(visit, burst.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.cpu.periods",
                "Periods of the quota in which the group wanted to run, and those at whose end it waited.",
                Unit::Count("{period}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                let Some(it) = source.throttling() else { return };
                let series = [
                    ("all", it.periods),
                    ("throttled", it.throttled_periods),
                    ("burst", it.burst_periods),
                ];
                for (state, periods) in series {
                    visit.series(Labels::new(&[("state", state)]), Value::Unsigned(periods));
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.cpu.throttled",
                "Time that the group waited because its quota was used up.",
                Unit::Seconds,
                Kind::Counter,
            ),
            collect: |source, visit| {
                let time = source.throttling().map(|it| it.throttled_time.as_secs_f64());
                single(visit, time.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.memory.limit",
                "Memory beyond which the group is slowed down (high) or killed (max).",
                Unit::Bytes,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let Some(limits) = source.limits() else { return };
                for (limit, bytes) in [("max", limits.memory_max), ("high", limits.memory_high)] {
                    if let Some(bytes) = bytes {
                        visit.series(Labels::new(&[("limit", limit)]), Value::Float(bytes as f64));
                    }
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.memory",
                "Memory of the group.",
                Unit::Bytes,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let bytes = source.usage().and_then(|usage| usage.memory_current);
                single(visit, bytes.map(|bytes| Value::Float(bytes as f64)));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.container.memory.events",
                "Meetings of the group with its limits of memory.",
                Unit::Count("{event}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                let Some(it) = source.events() else { return };
                let series = [
                    ("high", it.high),
                    ("max", it.max),
                    ("oom", it.oom),
                    ("oom_kill", it.oom_kill),
                ];
                for (event, count) in series {
                    visit.series(Labels::new(&[("event", event)]), Value::Unsigned(count));
                }
            },
        },
    ];
}

collect_table!(CgroupSource);
