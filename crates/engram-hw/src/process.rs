//! `/proc/PID`: what everybody wants to know about a process.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::sys;
use crate::unavailable::{Reason, Unavailable};

/// What `/proc/PID/stat` says, as far as it is of use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessStat {
    /// Page faults without reading.
    pub minor_faults: u64,
    /// Page faults for which something had to be read.
    pub major_faults: u64,
    /// Time in the program itself.
    pub user_time: Duration,
    /// Time in the kernel on its behalf.
    pub system_time: Duration,
    /// Threads now.
    pub threads: u64,
    /// When it started, after the machine did.
    pub started_after: Duration,
    /// Addresses that it has.
    pub virtual_bytes: u64,
    /// Memory that it has.
    pub resident_bytes: u64,
}

impl ProcessStat {
    /// Of a process, `self` for this one.
    ///
    /// # Errors
    /// When there is no such process, or it cannot be looked at.
    pub fn of(root: &Path, process: &str) -> Result<Self, Unavailable> {
        const WHAT: &str = "/proc/PID/stat";
        let text = fs::read_to_string(root.join("proc").join(process).join("stat"));
        Self::parse(&text.map_err(|error| Unavailable::of_file(&error, WHAT))?)
            .ok_or(Unavailable::because(Reason::Malformed, WHAT))
    }

    /// Reads the text of the file. The name of the program is in parentheses and may have any letter, also those.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, behind) = text.rsplit_once(')')?;
        let fields: Vec<&str> = behind.split_whitespace().collect();
        // The manual counts from 1, and the state, its number 3, is the first behind the name.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        let ticks = sys::ticks_per_second();
        let time = |number| Some(Duration::from_secs_f64(field(number)? as f64 / ticks as f64));
        Some(Self {
            minor_faults: field(10)?,
            major_faults: field(12)?,
            user_time: time(14)?,
            system_time: time(15)?,
            threads: field(20)?,
            started_after: time(22)?,
            virtual_bytes: field(23)?,
            resident_bytes: field(24)?.checked_mul(sys::page_size() as u64)?,
        })
    }
}

/// How many pages of a process are on each node, by `/proc/PID/numa_maps`, for which the kernel walks all
/// of them. `None` where it does not say.
#[must_use]
pub fn pages_by_node(process: u32) -> Option<BTreeMap<u32, u64>> {
    let text = fs::read_to_string(format!("/proc/{process}/numa_maps")).ok()?;
    Some(pages_in_maps(&text))
}

/// The same of the text of `numa_maps`: the fields `N0=123` of all lines; anything else is passed over.
#[must_use]
pub fn pages_in_maps(numa_maps: &str) -> BTreeMap<u32, u64> {
    let mut pages = BTreeMap::new();
    for field in numa_maps.split_whitespace() {
        let pair = field.strip_prefix('N').and_then(|field| field.split_once('='));
        let pair = pair.and_then(|(node, count)| Some((node.parse().ok()?, count.parse().ok()?)));
        if let Some((node, count)) = pair {
            let sum: &mut u64 = pages.entry(node).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    pages
}

/// Seconds since 1970 when the machine started, from `btime` of `/proc/stat`.
pub(crate) fn boot_time(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/stat")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
}

/// Files that a process has open.
pub(crate) fn open_files(root: &Path) -> Option<u64> {
    // Looking opens one more.
    Some((fs::read_dir(root.join("proc/self/fd")).ok()?.count() as u64).saturating_sub(1))
}

/// How many it may have.
pub(crate) fn most_open_files(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/self/limits")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Whether an emulator of another processor shows files of its own making: there, a process has no thread, and `/`
/// is a folder of libraries.
#[cfg(test)]
pub(crate) fn is_emulated() -> bool {
    let is_emulated = ProcessStat::of(Path::new("/"), "self").is_ok_and(|stat| stat.threads == 0);
    if is_emulated {
        eprintln!("not run: an emulator stands between this test and the kernel's files");
    }
    is_emulated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_parentheses_and_spaces() {
        let tail = "S 1 2 3 4 5 6 70 8 90 10 200 100 0 0 20 0 12 0 300 4096000 50 0";
        for name in ["cat", "a) b (c", ") S 9 9 9"] {
            let stat = ProcessStat::parse(&format!("7 ({name}) {tail}")).unwrap();
            assert_eq!(
                (stat.minor_faults, stat.major_faults, stat.threads),
                (70, 90, 12),
                "{name}"
            );
            assert_eq!(stat.virtual_bytes, 4_096_000);
        }
        assert_eq!(ProcessStat::parse("7 (cat) S 1 2"), None);
        assert_eq!(ProcessStat::parse(""), None);
    }

    #[test]
    fn pages_of_all_lines_are_added_up_by_node() {
        let text = "7f00 default file=/N9 mapped=2 N0=2 N1=3 kernelpagesize_kB=4\n7f10 bind:1 anon=4 N1=4\nNx=1 N2=y";
        assert_eq!(pages_in_maps(text).into_iter().collect::<Vec<_>>(), [(0, 2), (1, 7)]);
    }

    #[test]
    fn this_process_has_threads_and_memory() {
        if is_emulated() {
            return;
        }
        let stat = ProcessStat::of(Path::new("/"), "self").unwrap();
        assert!(
            stat.threads > 0 && stat.resident_bytes > 0 && stat.virtual_bytes > stat.resident_bytes
        );
        let error = ProcessStat::of(Path::new("/"), "0").unwrap_err();
        assert_eq!(error.reason, Reason::Missing);
        assert!(open_files(Path::new("/")) > Some(2));
        assert!(most_open_files(Path::new("/")) >= open_files(Path::new("/")));
        assert!(boot_time(Path::new("/")) > Some(1_500_000_000));
    }
}
