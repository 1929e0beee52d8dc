//! Measuring how long something takes, into a histogram of seconds.

use super::target::Target;
use crate::clock::Moment;
use crate::gate::Live;

/// Measures from its creation; records once, when stopped or dropped.
///
/// Off, it is nothing. While its histogram is switched off no clock is read, and what begins then is not
/// recorded.
#[derive(Debug)]
pub struct Timer<'a>(Live<Option<Running<'a>>>);

#[derive(Debug)]
struct Running<'a> {
    target: Target<'a>,
    started: Moment,
    /// How many scopes this one stands for.
    weight: u32,
}

impl<'a> Timer<'a> {
    /// Starts now.
    #[inline]
    pub(super) fn start(target: Live<Target<'a>>, weight: u32) -> Self {
        Self(target.map(|target| {
            let start = || Running { target: *target, started: Moment::now(), weight };
            (!target.run.is_off()).then(start)
        }))
    }

    /// Records the time since the timer was started.
    #[inline]
    pub fn stop(self) {}

    /// Forgets the measurement: nothing is recorded.
    #[inline]
    pub fn discard(self) {
        std::mem::forget(self);
    }
}

impl Drop for Timer<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.with(|running| {
            if let Some(it) = running {
                it.target.record(it.started.elapsed_ticks(), it.weight);
            }
        });
    }
}
