//! System calls that no safe crate has. Everything `unsafe` of this crate but reading a register is below.
//!
//! ```text
//!   attributes, placing, resources   what is asked for and what comes back, the same everywhere
//!   affinity, counters, memory, ...  the calls of Linux
//!   elsewhere                        the same functions, each of which says that there is no such call
//! ```

#[cfg(target_os = "linux")]
mod affinity;
mod attributes;
#[cfg(target_os = "linux")]
mod counters;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod file;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod place;
mod placing;
mod resources;
#[cfg(target_os = "linux")]
mod usage;
#[cfg(target_os = "linux")]
mod wait;

pub(crate) use attributes::{Attributes, Control};
pub(crate) use attributes::{DISABLED, ENABLE_ON_EXEC, EXCLUDE_HV, EXCLUDE_KERNEL, INHERIT};
pub(crate) use attributes::{WHOLE_GROUP, WITH_TIMES};
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::*;
pub(crate) use placing::Placing;
pub(crate) use resources::Whose;
#[cfg(target_os = "linux")]
pub(crate) use {
    affinity::{affinity, affinity_of_process, set_affinity},
    counters::{control, open_counter, read_counter},
    file::read_from_start,
    memory::{
        Mapping, allowed_nodes, move_pages, nodes_of_pages, page_size, policy_of_thread,
        set_policy_of_thread, ticks_per_second,
    },
    place::place,
    usage::resource_usage,
    wait::wait_for_priority,
};

/// The number of the last error of this thread.
#[cfg(target_os = "linux")]
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
