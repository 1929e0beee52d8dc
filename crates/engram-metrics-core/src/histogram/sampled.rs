//! Histograms that may record one in N.

use std::time::Duration;

use super::timer::Timer;
use super::{Histogram, Layout, Snapshot};
use crate::clock::seconds_to_ticks;
use crate::collect::Visit;
use crate::control::Control;
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::sampler::Sampler;
use crate::set::Instrument;

/// A histogram whose owner agreed that it may be sampled: see [`Sampler`] for what that preserves.
///
/// A timed scope that is left out reads no clock, which is where nearly all of its cost is: at 1 in 16 a
/// scope costs a sixth of what it does otherwise (example `clock`). A plain [`record`](Self::record) is as
/// cheap as the decision (example `histograms`): sampling it saves nothing.
///
/// ```
/// use engram_metrics_core::{SampledHistogram, Sampler};
///
/// static SAMPLING: Sampler = Sampler::new();
/// static HOPS: SampledHistogram = SampledHistogram::seconds(&SAMPLING);
///
/// HOPS.time(|| { /* hop */ });
/// SAMPLING.set_one_in(16); // under pressure
/// HOPS.time(|| { /* hop */ });
/// # engram_metrics_core::when_enabled! {
/// assert!([1, 17].contains(&HOPS.snapshot().count()));
/// # }
/// ```
#[derive(Debug)]
pub struct SampledHistogram {
    histogram: Histogram,
    sampler: Live<&'static Sampler>,
}

impl SampledHistogram {
    /// A histogram with the given buckets that keeps what `sampler` chooses.
    #[must_use]
    pub const fn with_layout(layout: Layout, sampler: &'static Sampler) -> Self {
        Self { histogram: Histogram::with_layout(layout), sampler: Live::new(sampler) }
    }

    /// A histogram of time: [`Layout::SECONDS`].
    #[must_use]
    pub const fn seconds(sampler: &'static Sampler) -> Self {
        Self::with_layout(Layout::SECONDS, sampler)
    }

    /// Records a number of ticks, or leaves it out.
    #[inline]
    pub fn record(&self, ticks: u64) {
        if let Some(weight) = self.keep() {
            self.histogram.record_weighted(ticks, weight);
        }
    }

    /// Records a duration, or leaves it out; for histograms whose unit is the second.
    #[inline]
    pub fn record_duration(&self, duration: Duration) {
        if let Some(weight) = self.keep() {
            self.histogram.record_weighted(seconds_to_ticks(duration), weight);
        }
    }

    /// Runs `work` and, when this time is chosen, records how long it took.
    #[inline]
    pub fn time<R>(&self, work: impl FnOnce() -> R) -> R {
        let timer = self.start();
        let result = work();
        drop(timer);
        result
    }

    /// Starts a timer, if this time is chosen: decided here, so that no clock is read in vain.
    #[inline]
    #[must_use = "a timer that is dropped at once measures nothing"]
    pub fn start(&self) -> Option<Timer<'_>> {
        Some(self.histogram.start_weighted(self.keep()?))
    }

    /// Everything kept up to now, by weight: count and sum are those of all records on average.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.histogram.snapshot()
    }

    /// Scopes and records up to now, those that were left out included, on average.
    pub(crate) fn scopes(&self) -> u64 {
        self.histogram.started()
    }

    #[inline]
    fn keep(&self) -> Option<u32> {
        self.sampler.with(|sampler| sampler.keep())
    }
}

impl Instrument for SampledHistogram {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        self.histogram.collect(visit);
    }

    fn control(&self) -> Option<&dyn Control> {
        self.histogram.control()
    }
}
