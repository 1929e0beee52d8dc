//! Looking at a process while it runs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use engram_hw::{ProcessStat, SoftwareCounts, migrations, pages_by_node};

/// A look at a process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) at: Duration,
    pub(super) cpu_time: Duration,
    pub(super) resident_bytes: u64,
}

/// What was seen of it.
#[derive(Debug, Default)]
pub(super) struct Watched {
    pub(super) looks: Vec<Look>,
    /// Of the process itself, not of what it starts; threads that end between two looks are missed.
    pub(super) migrations: Option<u64>,
    /// At the look with the most pages.
    pub(super) pages: BTreeMap<u32, u64>,
    used: SoftwareCounts,
}

/// Watches a process.
#[derive(Debug)]
pub(super) struct Watch {
    pid: u32,
    started: Instant,
    first: Option<ProcessStat>,
    last: Option<ProcessStat>,
    moved_before: u64,
    watched: Watched,
    /// Every so many looks one is kept, so that a long run needs no more memory than a short one.
    stride: usize,
    looked: usize,
}

/// Looks that are kept at most.
const MOST: usize = 1_024;

impl Watch {
    pub(super) fn new(pid: u32, started: Instant) -> Self {
        let watched = Watched::default();
        Self {
            pid,
            started,
            first: None,
            last: None,
            moved_before: 0,
            watched,
            stride: 1,
            looked: 0,
        }
    }

    /// Looks; false when the process is gone.
    pub(super) fn look(&mut self) -> bool {
        let Ok(stat) = ProcessStat::of(Path::new("/"), &self.pid.to_string()) else { return false };
        let moved = migrations(self.pid);
        if self.first.is_none() {
            self.first = Some(stat);
            self.moved_before = moved.unwrap_or(0);
        }
        self.last = Some(stat);
        // A thread that has ended takes its count along: what was seen stays.
        let since = moved.map(|moved| moved.saturating_sub(self.moved_before));
        self.watched.migrations = self.watched.migrations.max(since);
        let pages = pages_by_node(self.pid).unwrap_or_default();
        if pages.values().sum::<u64>() > self.watched.pages.values().sum() {
            self.watched.pages = pages;
        }
        self.keep(&stat);
        true
    }

    pub(super) fn finish(mut self) -> Watched {
        if let (Some(first), Some(last)) = (self.first, self.last) {
            let mut used = SoftwareCounts::default();
            used.user_time = last.user_time.saturating_sub(first.user_time);
            used.system_time = last.system_time.saturating_sub(first.system_time);
            used.minor_faults = last.minor_faults.saturating_sub(first.minor_faults);
            used.major_faults = last.major_faults.saturating_sub(first.major_faults);
            used.peak_bytes =
                self.watched.looks.iter().map(|look| look.resident_bytes).max().unwrap_or(0);
            self.watched.used = used;
        }
        self.watched
    }

    fn keep(&mut self, stat: &ProcessStat) {
        self.looked += 1;
        if !self.looked.is_multiple_of(self.stride) {
            return;
        }
        self.watched.looks.push(Look {
            at: self.started.elapsed(),
            cpu_time: stat.user_time + stat.system_time,
            resident_bytes: stat.resident_bytes,
        });
        if self.watched.looks.len() >= MOST {
            let mut at = 0;
            self.watched.looks.retain(|_| {
                at += 1;
                at % 2 == 0
            });
            self.stride *= 2;
        }
    }
}

impl Watched {
    /// What it used between the first look and the last; switches are not told of other processes.
    pub(super) fn used(&self) -> SoftwareCounts {
        self.used
    }
}
