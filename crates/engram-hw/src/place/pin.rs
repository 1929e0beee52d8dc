//! Pinning the calling thread.

use std::marker::PhantomData;

use crate::id_set::IdSet;
use crate::sys;
use crate::topology::Topology;
use crate::unavailable::{Reason, Unavailable};

/// The CPUs that the calling thread may run on.
///
/// # Errors
/// When a filter of system calls forbids to ask.
pub fn affinity() -> Result<IdSet, Unavailable> {
    sys::affinity()
}

/// Keeps the calling thread on some CPUs until it is dropped, when the thread gets back what it had.
///
/// ```no_run
/// use engram_hw::{Pin, Topology};
///
/// let machine = Topology::from_root("/")?;
/// let pin = Pin::to_node(&machine, 0)?;
/// // ... runs on CPUs of node 0
/// drop(pin);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the thread is let go when this is dropped"]
pub struct Pin {
    before: IdSet,
    /// It is the thread's own: dropped elsewhere, it would let go another one.
    thread: PhantomData<*const ()>,
}

impl Pin {
    /// To any CPUs. Verified by reading back: half a pin is an error, and the thread stays as it was.
    ///
    /// # Errors
    /// When one of them is offline or forbidden by the cpuset.
    pub fn to_cpus(cpus: &IdSet) -> Result<Self, Unavailable> {
        let before = sys::affinity()?;
        sys::set_affinity(cpus)?;
        let pin = Self { before, thread: PhantomData };
        if sys::affinity()? == *cpus {
            Ok(pin)
        } else {
            Err(Unavailable::because(Reason::Missing, "a CPU to pin to"))
        }
    }

    /// To the CPUs of a node that this process may use.
    ///
    /// # Errors
    /// When the node has none.
    pub fn to_node(machine: &Topology, node: u32) -> Result<Self, Unavailable> {
        let cpus = machine.node(node).map(|node| node.cpus.intersection(machine.allowed_cpus()));
        let cpus = cpus.filter(|cpus| !cpus.is_empty());
        Self::to_cpus(&cpus.ok_or(Unavailable::because(Reason::Missing, "a node with CPUs"))?)
    }

    /// To all threads of the core that a CPU is part of.
    ///
    /// # Errors
    /// When the core is not known.
    pub fn to_core_of(machine: &Topology, cpu: u32) -> Result<Self, Unavailable> {
        let core = machine.core_of(cpu).map(|core| core.cpus.intersection(machine.allowed_cpus()));
        Self::to_cpus(&core.ok_or(Unavailable::because(Reason::Missing, "a core"))?)
    }

    /// To one CPU.
    ///
    /// # Errors
    /// When it is offline or forbidden by the cpuset.
    pub fn to_cpu(cpu: u32) -> Result<Self, Unavailable> {
        Self::to_cpus(&[cpu].into_iter().collect())
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        // What was allowed before may be forbidden by now; then the cpuset has put the thread somewhere else.
        let _ = sys::set_affinity(&self.before);
    }
}
