//! `process.*`: the names that every Prometheus client uses.

use std::path::PathBuf;

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value};

use super::{Metric, Table, collect_table, single};
use crate::process::{self, ProcessStat};
use crate::software::{SoftwareCounts, migrations};

/// This process: time, memory, files, threads, faults.
#[derive(Debug)]
pub struct ProcessSource {
    root: PathBuf,
}

impl ProcessSource {
    /// Reads below `root`, `/` for this machine.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn stat(&self) -> Option<ProcessStat> {
        ProcessStat::of(&self.root, "self").ok()
    }

    /// Seconds since 1970.
    fn start_time(&self) -> Option<f64> {
        let boot = process::boot_time(&self.root)?;
        Some(boot as f64 + self.stat()?.started_after.as_secs_f64())
    }
}

impl Table for ProcessSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "process.cpu",
                "Time on processors, in the program and in the kernel.",
                Unit::Seconds,
                Kind::Counter,
            ),
            collect: |source, visit| {
                let time =
                    source.stat().map(|stat| (stat.user_time + stat.system_time).as_secs_f64());
                single(visit, time.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.resident_memory",
                "Memory that the process has.",
                Unit::Bytes,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let bytes = source.stat().map(|stat| stat.resident_bytes as f64);
                single(visit, bytes.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.virtual_memory",
                "Addresses that the process has.",
                Unit::Bytes,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let bytes = source.stat().map(|stat| stat.virtual_bytes as f64);
                single(visit, bytes.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.open_fds",
                "Files that the process has open.",
                Unit::Count("{file}"),
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let files = process::open_files(&source.root).map(|files| files as f64);
                single(visit, files.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.max_fds",
                "Files that the process may have open.",
                Unit::Count("{file}"),
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let files = process::most_open_files(&source.root).map(|files| files as f64);
                single(visit, files.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.start_time",
                "When the process started, since 1970.",
                Unit::Seconds,
                Kind::Gauge,
            ),
            collect: |source, visit| single(visit, source.start_time().map(Value::Float)),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.threads",
                "Threads that the process has.",
                Unit::Count("{thread}"),
                Kind::Gauge,
            ),
            collect: |source, visit| {
                let threads = source.stat().map(|stat| stat.threads as f64);
                single(visit, threads.map(Value::Float));
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.page_faults",
                "Page faults, for which something had to be read (major) or not.",
                Unit::Count("{fault}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                let Some(stat) = source.stat() else { return };
                for (kind, faults) in [("minor", stat.minor_faults), ("major", stat.major_faults)] {
                    visit.series(Labels::new(&[("kind", kind)]), Value::Unsigned(faults));
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "process.context_switches",
                "Times that a thread waited (voluntary) or was taken off a processor.",
                Unit::Count("{switch}"),
                Kind::Counter,
            ),
            collect: |_, visit| {
                let Ok(counts) = SoftwareCounts::of_process() else { return };
                let series = [
                    ("voluntary", counts.voluntary_switches),
                    ("involuntary", counts.involuntary_switches),
                ];
                for (kind, switches) in series {
                    visit.series(Labels::new(&[("kind", kind)]), Value::Unsigned(switches));
                }
            },
        },
        Metric {
            // Not a counter: threads that end take theirs along.
            descriptor: Descriptor::fixed(
                "process.cpu_migrations",
                "Times that the threads of this moment were moved between processors.",
                Unit::Count("{migration}"),
                Kind::Gauge,
            ),
            collect: |_, visit| {
                let migrations = migrations(std::process::id()).map(|it| it as f64);
                single(visit, migrations.map(Value::Float));
            },
        },
    ];
}

collect_table!(ProcessSource);
