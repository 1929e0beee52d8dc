//! Where the calling thread runs, and where it shall run.

mod pin;
mod rseq;

pub use pin::{Pin, affinity};

use engram_metrics_core::{HookTaken, set_node_of_thread};

use crate::sys;

/// The NUMA node that the calling thread runs on, at this moment.
///
/// Two loads where the kernel keeps it in the thread's own memory (restartable sequences of Linux 6.3 with
/// glibc 2.35), else the vDSO's `getcpu`, which is no system call either. Nothing is cached, so nothing is wrong after a migration. 0 where nobody knows.
#[inline]
#[must_use]
pub fn current_node() -> u32 {
    rseq::node().unwrap_or_else(|| sys::place().1)
}

/// The CPU that the calling thread runs on, at this moment; as cheap as [`current_node`].
#[inline]
#[must_use]
pub fn current_cpu() -> u32 {
    rseq::cpu().unwrap_or_else(|| sys::place().0)
}

/// Whether both come from the thread's own memory.
#[must_use]
pub fn is_fast() -> bool {
    rseq::node().is_some()
}

/// From now on, threads record into cells that were last written on their node. Call it before threads start.
///
/// # Errors
/// When another function says already where threads run.
pub fn place_cells_by_node() -> Result<(), HookTaken> {
    set_node_of_thread(current_node)
}

#[cfg(test)]
mod tests;
