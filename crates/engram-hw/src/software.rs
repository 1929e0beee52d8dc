//! What the kernel counts for every process, without any counter of the processor.

use std::path::Path;
use std::time::Duration;

use crate::sys::{Whose, resource_usage};
use crate::unavailable::Unavailable;

/// Faults, switches and migrations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SoftwareCounts {
    /// Time in the program itself.
    pub user_time: Duration,
    /// Time in the kernel on its behalf.
    pub system_time: Duration,
    /// The most memory that it ever had at once.
    pub peak_bytes: u64,
    /// Page faults without reading.
    pub minor_faults: u64,
    /// Page faults for which something had to be read.
    pub major_faults: u64,
    /// Times that a thread waited.
    pub voluntary_switches: u64,
    /// Times that a thread was taken off a processor.
    pub involuntary_switches: u64,
}

impl SoftwareCounts {
    /// Of this process, all threads.
    ///
    /// # Errors
    /// On other systems than Linux.
    pub fn of_process() -> Result<Self, Unavailable> {
        Self::of(Whose::Process)
    }

    /// Of the calling thread.
    ///
    /// # Errors
    /// On other systems than Linux.
    pub fn of_thread() -> Result<Self, Unavailable> {
        Self::of(Whose::Thread)
    }

    /// Of children that have ended and were waited for, together with theirs.
    ///
    /// # Errors
    /// On other systems than Linux.
    pub fn of_children() -> Result<Self, Unavailable> {
        Self::of(Whose::Children)
    }

    /// What came since an earlier moment; the peak is the later one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            user_time: self.user_time.saturating_sub(earlier.user_time),
            system_time: self.system_time.saturating_sub(earlier.system_time),
            peak_bytes: self.peak_bytes,
            minor_faults: self.minor_faults.saturating_sub(earlier.minor_faults),
            major_faults: self.major_faults.saturating_sub(earlier.major_faults),
            voluntary_switches: self.voluntary_switches.saturating_sub(earlier.voluntary_switches),
            involuntary_switches: self
                .involuntary_switches
                .saturating_sub(earlier.involuntary_switches),
        }
    }

    fn of(whose: Whose) -> Result<Self, Unavailable> {
        let usage = resource_usage(whose)?;
        Ok(Self {
            user_time: usage.user,
            system_time: usage.system,
            peak_bytes: usage.peak_bytes,
            minor_faults: usage.minor_faults,
            major_faults: usage.major_faults,
            voluntary_switches: usage.voluntary_switches,
            involuntary_switches: usage.involuntary_switches,
        })
    }
}

/// How often the threads that a process has now were moved between CPUs; `None` where the kernel does not say
/// (`CONFIG_SCHED_DEBUG`). Threads that have ended are not counted any more.
#[must_use]
pub fn migrations(process: u32) -> Option<u64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let mut sum = None;
    for task in tasks.flatten() {
        let of_task = migrations_of(&task.path().join("sched"));
        sum = match (sum, of_task) {
            (sum, Some(of_task)) => Some(sum.unwrap_or(0_u64).saturating_add(of_task)),
            (sum, None) => sum,
        };
    }
    sum
}

fn migrations_of(path: &Path) -> Option<u64> {
    migrations_in(&std::fs::read_to_string(path).ok()?)
}

/// The same of one thread, from the text of its `/proc/PID/task/TID/sched`.
#[must_use]
pub fn migrations_in(sched: &str) -> Option<u64> {
    sched.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "se.nr_migrations").then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Mapping;

    #[test]
    fn faults_of_new_memory_are_counted() {
        let before = SoftwareCounts::of_thread().unwrap();
        // Of the kernel: what an allocator hands out may have been used before.
        let mut memory = Mapping::new(8 << 20).unwrap();
        memory.bytes_mut().fill(1);
        let during = SoftwareCounts::of_thread().unwrap().since(&before);
        assert!(during.minor_faults > 0, "{during:?}");
        assert!(during.peak_bytes >= 8 << 20);
        assert!(SoftwareCounts::of_process().unwrap().minor_faults >= during.minor_faults);
    }

    #[test]
    fn migrations_are_one_line_of_many() {
        let text = "worker (7, #threads: 1)\n-----\nse.nr_migrations       :       12\nprio : 1\n";
        assert_eq!(migrations_in(text), Some(12));
        assert_eq!([migrations_in(""), migrations_in("se.nr_migrations : x")], [None; 2]);
    }

    #[test]
    fn migrations_of_a_process_that_is_gone_are_unknown() {
        assert_eq!(migrations(u32::MAX), None);
    }
}
