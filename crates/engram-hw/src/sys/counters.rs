//! `perf_event_open`.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

use super::attributes::{Attributes, Control};
use crate::unavailable::{Reason, Unavailable};

const CLOSE_ON_EXEC: u64 = 8;

/// Opens a counter of a thread, with `group` as its leader. `pid` 0 is the calling thread.
pub(crate) fn open_counter(
    attributes: &Attributes,
    pid: i32,
    group: Option<&File>,
) -> Result<File, Unavailable> {
    let group = group.map_or(-1, File::as_raw_fd);
    let pointer = std::ptr::from_ref(attributes);
    // SAFETY: the structure says its size and lives during the call; all CPUs (-1).
    let opened = unsafe {
        libc::syscall(libc::SYS_perf_event_open, pointer, pid, -1_i32, group, CLOSE_ON_EXEC)
    };
    let opened = i32::try_from(opened).unwrap_or(-1);
    if opened < 0 {
        return Err(refused(super::errno(), attributes.kind));
    }
    // SAFETY: the kernel has just made this descriptor, for nobody else.
    Ok(File::from(unsafe { OwnedFd::from_raw_fd(opened) }))
}

/// Does it to all counters of a group.
pub(crate) fn control(leader: &File, control: Control) -> Result<(), Unavailable> {
    const WHOLE_GROUP: i32 = 1;
    // SAFETY: these commands take a number, no memory.
    let done =
        unsafe { libc::ioctl(leader.as_raw_fd(), control as libc::c_ulong as _, WHOLE_GROUP) };
    if done == 0 {
        return Ok(());
    }
    Err(Unavailable {
        reason: Reason::NotSupported,
        what: "ioctl of a counter",
        errno: Some(super::errno()),
    })
}

/// Reads numbers of 64 bits; how many there were.
pub(crate) fn read_counter(counter: &File, numbers: &mut [u64]) -> Result<usize, Unavailable> {
    let mut bytes = [0; 64 * 8];
    let wanted = (numbers.len() * 8).min(bytes.len());
    let mut file = counter;
    let read = file.read(&mut bytes[..wanted]).map_err(|error| Unavailable {
        reason: Reason::Limit,
        what: "read of a counter",
        errno: error.raw_os_error(),
    })?;
    let words = bytes[..read].chunks_exact(8).zip(&mut *numbers);
    for (word, number) in words {
        *number = word.try_into().map_or(0, u64::from_ne_bytes);
    }
    Ok(read / 8)
}

/// What each number of an error means here.
pub(crate) fn refused(errno: i32, kind: u32) -> Unavailable {
    /// Software and breakpoints need no counters of the processor.
    const SOFTWARE: u32 = 1;
    let is_hardware = kind != SOFTWARE;
    let reason = match errno {
        // Nobody counts this event: no driver for the processor's counters at all, or not for this one.
        libc::ENOENT | libc::ENODEV | libc::ENXIO if is_hardware && !has_pmu() => Reason::NoPmu,
        libc::ENOENT | libc::ENODEV | libc::ENXIO | libc::EOPNOTSUPP => Reason::NotSupported,
        libc::EACCES => Reason::Permission,
        // The kernel itself says EACCES; EPERM is what filters of containers say.
        libc::EPERM => Reason::Seccomp,
        libc::ENOSYS | libc::E2BIG => Reason::KernelTooOld,
        // A group that does not fit onto the processor.
        libc::EINVAL | libc::EMFILE | libc::ENFILE | libc::ENOSPC | libc::ENOMEM | libc::EBUSY => {
            Reason::Limit
        }
        libc::ESRCH => Reason::Missing,
        _ => Reason::NotSupported,
    };
    Unavailable { reason, what: "perf_event_open", errno: Some(errno) }
}

/// Whether a driver for counters of the processor is there; ARM's and hybrid ones have names of their own.
fn has_pmu() -> bool {
    let names = std::fs::read_dir("/sys/bus/event_source/devices");
    let names = names.into_iter().flatten().flatten().map(|entry| entry.file_name());
    let is_of_processor =
        |name: &str| name.starts_with("cpu") || name.starts_with("arm") || name.contains("pmu");
    names.filter_map(|name| name.into_string().ok()).any(|name| is_of_processor(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_a_reason_with_advice() {
        for (errno, reason) in [
            (libc::EACCES, Reason::Permission),
            (libc::EPERM, Reason::Seccomp),
            (libc::ENOSYS, Reason::KernelTooOld),
            (libc::EINVAL, Reason::Limit),
            (libc::EMFILE, Reason::Limit),
            (libc::EOPNOTSUPP, Reason::NotSupported),
            (libc::ESRCH, Reason::Missing),
        ] {
            let refused = refused(errno, 0);
            assert_eq!(refused.reason, reason, "{errno}");
            assert!(refused.to_string().contains(reason.advice()));
        }
        // A software event that is not known has nothing to do with the processor's counters.
        assert_eq!(super::refused(libc::ENOENT, 1).reason, Reason::NotSupported);
    }
}
