//! Keeps what measuring costs below a share of the processors' time.
//!
//! ```text
//!              overhead above the limit                overhead below a quarter of it
//!   all ─► 1 in 2 ─► 1 in 4 … ─► 1 in 1024 ─► off      off ─► 1 in 1024 … ─► 1 in 2 ─► all
//!                                                       (after a pause)
//! ```
//!
//! Only histograms that agreed to it are touched, see [`SampledHistogram`]. Each step halves the cost or
//! doubles it, hence the quarter: a step back never leads above the limit again by itself.

use std::sync::PoisonError;
use std::time::Instant;

use crate::clock::Moment;
use crate::gate::Live;
use crate::histogram::SampledHistogram;
use crate::recorder::RECORDER;
use crate::sampler::Sampler;
use crate::set::Instrument;
use crate::sync::Mutex;

#[cfg(test)]
mod tests;

/// The share of the processors' time that measuring may take: half a percent.
pub const DEFAULT_LIMIT: f64 = 0.005;

/// Beyond this, sampling gives way to switching off.
const MAX_ONE_IN: u32 = 1024;

/// Steps that histograms stay off before they are tried again.
const PAUSE: u32 = 16;

crate::label_enum! {
    /// What a governor did about the overhead.
    pub enum Adaptation as "step" {
        /// Halved the share of records that are kept.
        SampleLess = "sample_less",
        /// Doubled it.
        SampleMore = "sample_more",
        /// Switched the histograms off.
        SwitchOff = "switch_off",
        /// Switched them on again, at the smallest share.
        SwitchOn = "switch_on",
    }
}

/// Watches what timed scopes cost and makes them rarer when it is too much.
///
/// The overhead is the number of scopes times what one costs on this machine, which the first step measures
/// in about 0.1 ms. It is shown as `engram.metrics.overhead`, each adaptation is counted in
/// `engram.metrics.adaptations`, both among the [recorder's own metrics](crate::RECORDER).
///
/// ```
/// use engram_metrics_core::{Governor, SampledHistogram, Sampler};
/// use std::time::Instant;
///
/// static SAMPLING: Sampler = Sampler::new();
/// static HOP: SampledHistogram = SampledHistogram::seconds(&SAMPLING);
/// static GOVERNOR: Governor = Governor::new(&SAMPLING, &[&HOP]);
///
/// // Every few seconds, for instance before each scrape:
/// let overhead: f64 = GOVERNOR.step(Instant::now(), 2);
/// assert!(overhead < 0.005);
/// ```
#[derive(Debug)]
pub struct Governor(Live<Inner>);

#[derive(Debug)]
struct Inner {
    sampler: &'static Sampler,
    histograms: &'static [&'static SampledHistogram],
    limit: f64,
    /// `None` before the first step.
    state: Mutex<Option<State>>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    cost: Cost,
    since: Instant,
    /// Scopes up to `since`, whether kept or not.
    scopes: u64,
    /// Steps since the histograms were switched off; `None` while they are on.
    off_for: Option<u32>,
}

/// Seconds that one timed scope takes.
#[derive(Clone, Copy, Debug)]
struct Cost {
    kept: f64,
    skipped: f64,
}

impl Governor {
    /// Governs `histograms`, which all ask `sampler`, with the [`DEFAULT_LIMIT`].
    #[must_use]
    pub const fn new(
        sampler: &'static Sampler,
        histograms: &'static [&'static SampledHistogram],
    ) -> Self {
        Self::with_limit(sampler, histograms, DEFAULT_LIMIT)
    }

    /// The same with another limit.
    ///
    /// # Panics
    /// At compile time in a `const`: when the limit is not between 0 and 1.
    #[must_use]
    pub const fn with_limit(
        sampler: &'static Sampler,
        histograms: &'static [&'static SampledHistogram],
        limit: f64,
    ) -> Self {
        assert!(limit > 0.0 && limit <= 1.0, "a share of the processors' time");
        Self(Live::new(Inner { sampler, histograms, limit, state: Mutex::new(None) }))
    }

    /// Looks at the time since the last step, and adapts if need be. Returns the share of the time of so
    /// many `processors` that scopes took; 0 for the first step, which has nothing to look back on.
    pub fn step(&self, now: Instant, processors: u32) -> f64 {
        self.0.with(|inner| {
            // A panic cannot leave the state half changed: it is replaced as a whole.
            let mut state = inner.state.lock().unwrap_or_else(PoisonError::into_inner);
            let (overhead, next) = inner.step(*state, now, processors);
            *state = Some(next);
            RECORDER.overhead.set(overhead);
            overhead
        })
    }
}

impl Inner {
    fn step(&self, state: Option<State>, now: Instant, processors: u32) -> (f64, State) {
        let scopes = self.histograms.iter().map(|it| it.scopes()).fold(0, u64::wrapping_add);
        let Some(before) = state else {
            let cost = Cost::measure();
            return (0.0, State { cost, since: now, scopes, off_for: None });
        };
        let seconds = now.saturating_duration_since(before.since).as_secs_f64();
        let available = seconds * f64::from(processors.max(1));
        let new = scopes.wrapping_sub(before.scopes) as f64;
        let spent = before.cost.of(new, self.sampler.one_in());
        let overhead = if available > 0.0 { spent / available } else { 0.0 };
        let adaptation = adapt(overhead / self.limit, self.sampler.one_in(), before.off_for);
        let off_for = match adaptation {
            Some(Adaptation::SwitchOff) => Some(0),
            Some(_) => None,
            None => before.off_for.map(|steps| steps + 1),
        };
        adaptation.into_iter().for_each(|it| self.apply(it));
        (overhead, State { cost: before.cost, since: now, scopes, off_for })
    }

    fn apply(&self, adaptation: Adaptation) {
        let one_in = self.sampler.one_in();
        match adaptation {
            Adaptation::SampleLess => self.sampler.set_one_in(one_in * 2),
            Adaptation::SampleMore => self.sampler.set_one_in(one_in / 2),
            Adaptation::SwitchOff => self.switch(false),
            Adaptation::SwitchOn => self.switch(true),
        }
        RECORDER.adaptations.at(adaptation).increment();
    }

    fn switch(&self, on: bool) {
        let controls = self.histograms.iter().filter_map(|histogram| histogram.control());
        controls.for_each(|control| control.switch(on));
    }
}

/// What to do when the overhead is `load` times the limit and one in `one_in` records is kept.
fn adapt(load: f64, one_in: u32, off_for: Option<u32>) -> Option<Adaptation> {
    match off_for {
        Some(steps) => (steps + 1 >= PAUSE).then_some(Adaptation::SwitchOn),
        None if load > 1.0 && one_in < MAX_ONE_IN => Some(Adaptation::SampleLess),
        None if load > 1.0 => Some(Adaptation::SwitchOff),
        None if load < 0.25 && one_in > 1 => Some(Adaptation::SampleMore),
        None => None,
    }
}

impl Cost {
    /// Of `scopes` scopes, one in `one_in` of which was kept.
    fn of(self, scopes: f64, one_in: u32) -> f64 {
        let kept = scopes / f64::from(one_in.max(1));
        kept * self.kept + (scopes - kept) * self.skipped
    }

    /// Times scopes of each kind, here and now.
    fn measure() -> Self {
        static ALL: Sampler = Sampler::new();
        static HARDLY_ANY: Sampler = Sampler::keeping_one_in(1 << 31);
        static KEPT: SampledHistogram = SampledHistogram::seconds(&ALL);
        static SKIPPED: SampledHistogram = SampledHistogram::seconds(&HARDLY_ANY);
        Self { kept: Self::of_one(&KEPT), skipped: Self::of_one(&SKIPPED) }
    }

    /// The fastest of a few batches: what disturbs a batch is not the cost of a scope.
    fn of_one(histogram: &SampledHistogram) -> f64 {
        const BATCHES: u32 = 8;
        const SCOPES: u32 = 200;
        let batch = || {
            let started = Moment::now();
            (0..SCOPES).for_each(|_| histogram.time(|| ()));
            started.elapsed().as_secs_f64() / f64::from(SCOPES)
        };
        (0..BATCHES).map(|_| batch()).fold(f64::INFINITY, f64::min)
    }
}
