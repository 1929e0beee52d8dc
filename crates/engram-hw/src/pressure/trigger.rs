//! Being woken when something waits too long.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use super::Pressure;
use crate::kept;
use crate::sys;
use crate::unavailable::{Reason, Unavailable};

/// Wakes when tasks waited longer than a limit within a window.
///
/// Without `CAP_SYS_RESOURCE` the kernel takes windows that are a multiple of two seconds, and its first event
/// may be a false one: [`wait`](Self::wait) believes an event only when the total has grown by the limit.
#[derive(Debug)]
pub struct Trigger {
    file: File,
    limit: Duration,
    /// `total` of `some` when it last fired.
    seen: Duration,
}

impl Trigger {
    /// Watches `some` of a pressure file: more than `limit` within `window`.
    ///
    /// # Errors
    /// When there is no such file, or the kernel does not take the window.
    pub fn new(file: &Path, limit: Duration, window: Duration) -> Result<Self, Unavailable> {
        const WHAT: &str = "a pressure trigger";
        let failed = |error: std::io::Error| Unavailable::of_file(&error, WHAT);
        let mut file = OpenOptions::new().read(true).write(true).open(file).map_err(failed)?;
        let seen = total(&file)?;
        // Old kernels want the zero at the end.
        let wish = format!("some {} {}\0", limit.as_micros(), window.as_micros());
        file.write_all(wish.as_bytes()).map_err(|error| refused(&error, limit, window))?;
        Ok(Self { file, limit, seen })
    }

    /// Waits for the next event; false when there was none for so long.
    ///
    /// # Errors
    /// When the file is gone, as that of a cgroup that was removed.
    pub fn wait(&mut self, timeout: Duration) -> Result<bool, Unavailable> {
        if !sys::wait_for_priority(&self.file, timeout)? {
            return Ok(false);
        }
        let total = total(&self.file)?;
        let is_true = total.saturating_sub(self.seen) >= self.limit;
        if is_true {
            self.seen = total;
        }
        Ok(is_true)
    }

    /// Hands each event to `handle`, on the calling thread, until it breaks: true for an event, false when there was
    /// none for so long.
    ///
    /// ```no_run
    /// use engram_hw::Trigger;
    /// use std::{ops::ControlFlow, path::Path, thread, time::Duration};
    ///
    /// # let is_ending = || false;
    /// # let shrink_caches = || ();
    /// let seconds = Duration::from_secs;
    /// let file = Path::new("/proc/pressure/memory");
    /// let mut trigger = Trigger::new(file, Duration::from_millis(200), seconds(2))?;
    /// thread::spawn(move || {
    ///     trigger.watch(seconds(1), |is_pressed| {
    ///         if is_pressed {
    ///             shrink_caches();
    ///         }
    ///         if is_ending() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    ///     })
    /// });
    /// # Ok::<(), engram_hw::Unavailable>(())
    /// ```
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn watch(
        &mut self,
        timeout: Duration,
        mut handle: impl FnMut(bool) -> ControlFlow<()>,
    ) -> Result<(), Unavailable> {
        while handle(self.wait(timeout)?).is_continue() {}
        Ok(())
    }
}

/// The kernel has one number for all that it does not like about a wish.
fn refused(error: &std::io::Error, limit: Duration, window: Duration) -> Unavailable {
    if error.raw_os_error() != Some(libc::EINVAL) || limit > window {
        return Unavailable::of_file(error, "a pressure trigger");
    }
    let what = "a pressure trigger whose window is not a multiple of two seconds";
    Unavailable { reason: Reason::Permission, what, errno: Some(libc::EINVAL) }
}

fn total(file: &File) -> Result<Duration, Unavailable> {
    let mut buffer = [0; 256];
    let text = kept::read_again(file, &mut buffer, "a pressure trigger")?;
    let some = Pressure::parse(text)?.some;
    some.map(|some| some.total)
        .ok_or(Unavailable::because(Reason::NotSupported, "a pressure trigger"))
}
