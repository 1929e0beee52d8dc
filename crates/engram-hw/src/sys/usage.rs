//! What the kernel counts for everybody.

use std::mem::MaybeUninit;
use std::time::Duration;

use super::resources::{ResourceUsage, Whose};
use crate::unavailable::Unavailable;

/// Always succeeds on Linux: there is nothing that the call could refuse.
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such call")]
pub(crate) fn resource_usage(whose: Whose) -> Result<ResourceUsage, Unavailable> {
    let whose = match whose {
        Whose::Process => libc::RUSAGE_SELF,
        Whose::Children => libc::RUSAGE_CHILDREN,
        Whose::Thread => libc::RUSAGE_THREAD,
    };
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to memory of the type that the call fills.
    unsafe { libc::getrusage(whose, usage.as_mut_ptr()) };
    // SAFETY: zeroes are a valid value of it, which the call has replaced or left.
    let usage = unsafe { usage.assume_init() };
    let time = |it: libc::timeval| {
        Duration::from_secs(it.tv_sec.unsigned_abs())
            + Duration::from_micros(it.tv_usec.unsigned_abs())
    };
    Ok(ResourceUsage {
        user: time(usage.ru_utime),
        system: time(usage.ru_stime),
        peak_bytes: usage.ru_maxrss.unsigned_abs() * 1_024,
        minor_faults: usage.ru_minflt.unsigned_abs(),
        major_faults: usage.ru_majflt.unsigned_abs(),
        voluntary_switches: usage.ru_nvcsw.unsigned_abs(),
        involuntary_switches: usage.ru_nivcsw.unsigned_abs(),
    })
}
