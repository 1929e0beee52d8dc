//! Waiting for an event that is not data.

use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::time::Duration;

use crate::unavailable::{Reason, Unavailable};

/// Waits until the file has something urgent; false when it had not for so long.
pub(crate) fn wait_for_priority(file: &File, timeout: Duration) -> Result<bool, Unavailable> {
    let mut wanted = libc::pollfd { fd: file.as_raw_fd(), events: libc::POLLPRI, revents: 0 };
    let timeout = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: one `pollfd` that lives during the call; its descriptor is open as long as `file` is borrowed.
    let ready = unsafe { libc::poll(&raw mut wanted, 1, timeout) };
    match ready {
        0 => Ok(false),
        1 if wanted.revents & libc::POLLERR == 0 => Ok(true),
        1 => Err(Unavailable::because(Reason::Missing, "poll")),
        // A signal: nothing has happened yet.
        _ if super::errno() == libc::EINTR => Ok(false),
        _ => Err(Unavailable {
            reason: Reason::NotSupported,
            what: "poll",
            errno: Some(super::errno()),
        }),
    }
}
