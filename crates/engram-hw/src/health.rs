//! How this process fares, in one look that is cheap enough to take often.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cgroup::{Cgroup, CgroupVersion, Throttling};
use crate::kept::Kept;
use crate::pressure::Pressure;
use crate::sys::{Whose, resource_usage};

/// What was seen; `None` where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HealthSnapshot {
    /// Time on processors, of all threads.
    pub cpu_time: Option<Duration>,
    /// Page faults for which something had to be read.
    pub major_faults: Option<u64>,
    /// Threads that were taken off a processor although they had more to do.
    pub involuntary_switches: Option<u64>,
    /// Memory that the process has.
    pub resident_bytes: Option<u64>,
    /// Time that the first thread was ready and had no processor.
    pub run_delay: Option<Duration>,
    /// Waiting for processors, of the cgroup where it says, else of the machine.
    pub cpu_pressure: Option<Pressure>,
    /// Waiting for memory.
    pub memory_pressure: Option<Pressure>,
    /// Waiting for disks.
    pub io_pressure: Option<Pressure>,
    /// Being held back by a quota.
    pub throttling: Option<Throttling>,
    /// Memory of the cgroup.
    pub group_memory_bytes: Option<u64>,
}

/// Takes snapshots: files are opened once, and a look is one read of each, without allocating.
///
/// A look is a system call for each of seven files at most, and two more. After a fork the child opens its own. After a move to another cgroup, make a new one.
///
/// ```
/// let mut health = engram_hw::Health::new("/");
/// let before = health.snapshot();
/// // ... work
/// let used = health.snapshot().cpu_time.zip(before.cpu_time).map(|(now, then)| now - then);
/// ```
#[derive(Debug)]
pub struct Health {
    root: PathBuf,
    process: u32,
    files: Files,
    buffer: Box<[u8; 4_096]>,
}

#[derive(Debug)]
struct Files {
    statm: Option<Kept>,
    schedstat: Option<Kept>,
    pressure: [Option<Kept>; 3],
    cpu_stat: Option<Kept>,
    group_memory: Option<Kept>,
}

impl Health {
    /// Opens what there is, below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let files = Files::open(&root);
        Self { root, process: std::process::id(), files, buffer: Box::new([0; 4_096]) }
    }

    /// Looks.
    pub fn snapshot(&mut self) -> HealthSnapshot {
        // Descriptors of /proc/self keep showing the parent.
        if self.process != std::process::id() {
            self.process = std::process::id();
            self.files = Files::open(&self.root);
        }
        let usage = resource_usage(Whose::Process).ok();
        let buffer = &mut *self.buffer;
        let [cpu, memory, io] = &self.files.pressure;
        HealthSnapshot {
            cpu_time: usage.map(|usage| usage.user + usage.system),
            major_faults: usage.map(|usage| usage.major_faults),
            involuntary_switches: usage.map(|usage| usage.involuntary_switches),
            resident_bytes: look(self.files.statm.as_ref(), buffer, resident),
            run_delay: look(self.files.schedstat.as_ref(), buffer, run_delay),
            cpu_pressure: look(cpu.as_ref(), buffer, |text| Pressure::parse(text).ok()),
            memory_pressure: look(memory.as_ref(), buffer, |text| Pressure::parse(text).ok()),
            io_pressure: look(io.as_ref(), buffer, |text| Pressure::parse(text).ok()),
            throttling: look(self.files.cpu_stat.as_ref(), buffer, Throttling::parse),
            group_memory_bytes: look(self.files.group_memory.as_ref(), buffer, |it| {
                it.trim().parse().ok()
            }),
        }
    }
}

impl Files {
    fn open(root: &Path) -> Self {
        let open = |path: PathBuf| Kept::open(&path, "a file of health").ok();
        let group = Cgroup::of_process(root).ok();
        let pressure = |resource: &str| {
            let own = group.as_ref().and_then(Cgroup::unified);
            let own = own.and_then(|folder| open(folder.join(format!("{resource}.pressure"))));
            own.or_else(|| open(root.join("proc/pressure").join(resource)))
        };
        let own = |controller| group.as_ref().and_then(|group: &Cgroup| group.own(controller));
        let memory = own("memory").map(|(version, folder)| match version {
            CgroupVersion::V1 => folder.join("memory.usage_in_bytes"),
            CgroupVersion::V2 => folder.join("memory.current"),
        });
        Self {
            statm: open(root.join("proc/self/statm")),
            schedstat: open(root.join("proc/self/schedstat")),
            pressure: ["cpu", "memory", "io"].map(pressure),
            cpu_stat: own("cpu").and_then(|(_, folder)| open(folder.join("cpu.stat"))),
            group_memory: memory.and_then(open),
        }
    }
}

fn look<T>(file: Option<&Kept>, buffer: &mut [u8], parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    parse(file?.read(buffer).ok()?)
}

/// The second number of `statm`, in pages; those are of 4 KiB or more.
fn resident(text: &str) -> Option<u64> {
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(crate::sys::page_size() as u64)
}

/// The second number of `schedstat`, in nanoseconds.
fn run_delay(text: &str) -> Option<Duration> {
    text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests;
