//! System calls that no safe crate has. Everything `unsafe` of this crate but reading a register is below.

mod affinity;
mod counters;
mod memory;
mod usage;
mod wait;

pub(crate) use affinity::{affinity, set_affinity};
pub(crate) use counters::{Attributes, Control, control, open_counter, read_counter};
pub(crate) use counters::{DISABLED, ENABLE_ON_EXEC, EXCLUDE_HV, EXCLUDE_KERNEL, INHERIT};
pub(crate) use counters::{WHOLE_GROUP, WITH_TIMES};
pub(crate) use memory::{Mapping, Placing, policy_of_thread, set_policy_of_thread};
pub(crate) use memory::{move_pages, nodes_of_pages, page_size, ticks_per_second};
pub(crate) use usage::{ResourceUsage, Whose, resource_usage};
pub(crate) use wait::wait_for_priority;

/// The number of the last error of this thread.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
