//! The numbers of CPU and node that the kernel keeps in each thread's memory (restartable sequences).
//!
//! glibc registers an area for each thread, at the same distance from its thread pointer, and says where:
//! ```text
//!   thread pointer + __rseq_offset   0  cpu_id_start
//!                                    4  cpu_id           negative: not registered
//!                                    8  rseq_cs
//!                                   16  flags
//!                                   20  node_id          filled where AT_RSEQ_FEATURE_SIZE >= 24
//! ```
//! glibc 2.36 says that 20 bytes are used although the kernel fills more; the auxiliary vector is right.

use crate::sync::{AtomicIsize, Ordering};

/// Not looked for yet; an area is never there, because it is aligned to 32.
const UNKNOWN: isize = 1;
/// Looked for, and not there.
const ABSENT: isize = 2;

/// Where the area is, from the thread pointer on.
static OFFSET: AtomicIsize = AtomicIsize::new(UNKNOWN);

const CPU: isize = 4;
const NODE: isize = 20;

/// The node; `None` where the kernel does not keep it.
#[inline(always)]
pub(super) fn node() -> Option<u32> {
    field(NODE)
}

/// The CPU.
#[inline(always)]
pub(super) fn cpu() -> Option<u32> {
    field(CPU)
}

#[inline(always)]
fn field(field: isize) -> Option<u32> {
    // Relaxed: the same value whoever looks for it; nothing else is read on the strength of it.
    match OFFSET.load(Ordering::Relaxed) {
        ABSENT => None,
        UNKNOWN => {
            find();
            None
        }
        offset => Some(at_thread_pointer(offset + field)),
    }
}

/// Four bytes of the thread's own area.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn at_thread_pointer(offset: isize) -> u32 {
    let value: u32;
    // SAFETY: glibc has registered the area there for every thread before it ran any code of ours; the kernel
    // writes it when the thread returns from it, hence no `pure`.
    unsafe {
        std::arch::asm!(
            "mov {value:e}, fs:[{offset}]",
            value = lateout(reg) value,
            offset = in(reg) offset,
            options(nostack, preserves_flags, readonly)
        );
    }
    value
}

/// Four bytes of the thread's own area.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn at_thread_pointer(offset: isize) -> u32 {
    let value: u32;
    // SAFETY: as on x86-64; `tpidr_el0` is the thread pointer.
    unsafe {
        std::arch::asm!(
            "mrs {pointer}, tpidr_el0",
            "ldr {value:w}, [{pointer}, {offset}]",
            pointer = out(reg) _,
            value = lateout(reg) value,
            offset = in(reg) offset,
            options(nostack, preserves_flags, readonly)
        );
    }
    value
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn at_thread_pointer(_: isize) -> u32 {
    0
}

/// Looks for the area, once for all threads.
#[cold]
fn find() {
    let found = offset().unwrap_or(ABSENT);
    // Relaxed: as in `field`; two that look at once find the same.
    OFFSET.store(found, Ordering::Relaxed);
}

#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn offset() -> Option<isize> {
    /// Bytes of the area that the kernel fills.
    const AT_RSEQ_FEATURE_SIZE: libc::c_ulong = 27;
    // SAFETY: asks for a number.
    let filled = unsafe { libc::getauxval(AT_RSEQ_FEATURE_SIZE) };
    let size: u32 = symbol(c"__rseq_size")?;
    let offset: isize = symbol(c"__rseq_offset")?;
    // A size of 0: somebody has told glibc not to register.
    (filled >= 24 && size > 0 && offset % 32 == 0).then_some(offset)
}

#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
fn offset() -> Option<isize> {
    None
}

/// A number that glibc shows under a name, where it is new enough.
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn symbol<T: Copy>(name: &std::ffi::CStr) -> Option<T> {
    // SAFETY: a name that ends in a zero, looked for in what is loaded.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: glibc declares the two names that are asked for as constants of these types.
    (!address.is_null()).then(|| unsafe { *address.cast::<T>() })
}
