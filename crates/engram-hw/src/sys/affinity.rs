//! Which CPUs a thread may run on.

use crate::id_set::IdSet;
use crate::unavailable::{Reason, Unavailable};

/// Room for every CPU that an [`IdSet`] can have: the kernel refuses masks that are smaller than its own.
const WORDS: usize = IdSet::MAX as usize / 64 + 1;

/// Of the calling thread.
pub(crate) fn affinity() -> Result<IdSet, Unavailable> {
    affinity_of(0)
}

/// Of the process: of the thread that it began with.
pub(crate) fn affinity_of_process() -> Result<IdSet, Unavailable> {
    affinity_of(std::process::id().cast_signed())
}

fn affinity_of(thread: libc::pid_t) -> Result<IdSet, Unavailable> {
    let mut words = [0_u64; WORDS];
    let size = size_of_val(&words);
    // SAFETY: the kernel writes at most `size` bytes to memory of that size; 0 is the calling thread.
    let done = unsafe { libc::sched_getaffinity(thread, size, words.as_mut_ptr().cast()) };
    if done == 0 { Ok(IdSet::of_words(&words)) } else { Err(refused("sched_getaffinity")) }
}

/// Of the calling thread from now on. The kernel leaves out what the cpuset forbids, and fails if nothing is left.
pub(crate) fn set_affinity(cpus: &IdSet) -> Result<(), Unavailable> {
    let words = cpus.words();
    // SAFETY: the kernel reads that many bytes of a slice that lives during the call.
    let done = unsafe { libc::sched_setaffinity(0, size_of_val(words), words.as_ptr().cast()) };
    if done == 0 { Ok(()) } else { Err(refused("sched_setaffinity")) }
}

fn refused(what: &'static str) -> Unavailable {
    let errno = super::errno();
    let reason = match errno {
        libc::EPERM | libc::EACCES => Reason::Permission,
        // None of the CPUs is online and allowed.
        libc::EINVAL => Reason::Missing,
        libc::ENOSYS => Reason::Seccomp,
        _ => Reason::NotSupported,
    };
    Unavailable { reason, what, errno: Some(errno) }
}
