//! On which NUMA node a thread runs, as the host knows it.
//!
//! Finding that out needs the operating system, which this crate does not talk to. Who does (`engram-hw`, or
//! the program) installs a function; until then everything is on node 0.

use std::fmt;
use std::sync::OnceLock;

static HOOK: OnceLock<fn() -> u32> = OnceLock::new();

/// Says from now on which NUMA node the calling thread is on.
///
/// A thread asks once, when it records for the first time, and is then given cells that were last written
/// on the same node. Install it before threads start.
///
/// ```
/// use engram_metrics_core::{node_of_thread, set_node_of_thread};
///
/// assert_eq!(node_of_thread(), 0);
/// set_node_of_thread(|| 1)?;
/// assert_eq!(node_of_thread(), 1);
/// assert!(set_node_of_thread(|| 2).is_err());
/// # Ok::<(), engram_metrics_core::HookTaken>(())
/// ```
///
/// # Errors
/// When there is such a function already: shards would otherwise be on two maps.
pub fn set_node_of_thread(hook: fn() -> u32) -> Result<(), HookTaken> {
    HOOK.set(hook).map_err(|_| HookTaken)
}

/// The NUMA node of the calling thread; 0 when nobody knows.
#[must_use]
pub fn node_of_thread() -> u32 {
    HOOK.get().map_or(0, |hook| hook())
}

/// A second function that says where threads run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookTaken;

impl fmt::Display for HookTaken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the NUMA node of a thread is known from another function already")
    }
}

impl std::error::Error for HookTaken {}
