//! Counters that each count for themselves.

use std::fs::File;

use super::{Event, Scope};
use crate::sys::{self, Attributes, Control};
use crate::unavailable::{Reason, Unavailable};

/// What a counter has counted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Of what.
    pub event: Event,
    /// The count, scaled to the time that it was wanted.
    pub count: u64,
    /// The share of that time in which it had a place on the processor: 1 is exact, less is an estimate.
    pub running: f64,
}

impl Sample {
    /// Scales what was counted; `None` for a counter that never ran, of which nothing is known.
    pub(super) fn scaled(event: Event, counted: u64, [enabled, running]: [u64; 2]) -> Option<Self> {
        if running == 0 {
            return None;
        }
        // Clocks of several processors can make it seem to have run longer than it was wanted.
        let enabled = enabled.max(running);
        let scaled = u128::from(counted) * u128::from(enabled) / u128::from(running);
        let count = u64::try_from(scaled).unwrap_or(u64::MAX);
        Some(Self { event, count, running: running as f64 / enabled as f64 })
    }
}

/// Opens a counter: in user space only, which needs the fewest rights.
pub(super) fn open(
    event: Event,
    scope: Scope,
    leader: Option<&File>,
    format: u64,
) -> Result<File, Unavailable> {
    let (pid, flags) = scope.of_process();
    let flags = flags | sys::EXCLUDE_KERNEL | sys::EXCLUDE_HV;
    // Members follow their leader.
    let flags =
        if leader.is_some() { flags & !(sys::DISABLED | sys::ENABLE_ON_EXEC) } else { flags };
    sys::open_counter(&Attributes::new(event.code(), flags, format), pid, leader)
}

/// Counters of a process and of all that it starts, for which the kernel has no groups: they take turns one by
/// one, and each says how long it ran.
#[derive(Debug)]
pub struct Counters {
    open: Vec<(Event, File)>,
    unavailable: Vec<(Event, Unavailable)>,
}

impl Counters {
    /// Opens those that there are; the rest is [unavailable](Self::unavailable).
    #[must_use]
    pub fn open(events: &[Event], scope: Scope) -> Self {
        let mut all = Self { open: Vec::new(), unavailable: Vec::new() };
        for event in events {
            match open(*event, scope, None, sys::WITH_TIMES) {
                Ok(file) => all.open.push((*event, file)),
                Err(error) => all.unavailable.push((*event, error)),
            }
        }
        all
    }

    /// Starts those that do not start with a program.
    ///
    /// # Errors
    /// When one of them cannot be started.
    pub fn enable(&self) -> Result<(), Unavailable> {
        self.open.iter().try_for_each(|(_, file)| sys::control(file, Control::Enable))
    }

    /// What was counted until now; events that never had a place are left out.
    ///
    /// # Errors
    /// When a counter cannot be read any more.
    pub fn read(&self) -> Result<Vec<Sample>, Unavailable> {
        let mut samples = Vec::with_capacity(self.open.len());
        for (event, file) in &self.open {
            let mut numbers = [0; 3];
            if sys::read_counter(file, &mut numbers)? < 3 {
                return Err(Unavailable::because(Reason::PinnedEof, "a counter"));
            }
            let [count, times @ ..] = numbers;
            samples.extend(Sample::scaled(*event, count, times));
        }
        Ok(samples)
    }

    /// What could not be opened, and why.
    #[must_use]
    pub fn unavailable(&self) -> &[(Event, Unavailable)] {
        &self.unavailable
    }
}
