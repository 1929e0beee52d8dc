//! Histograms: exact counts, an exact sum, coherent snapshots.
//!
//! A value is an integer number of ticks, the layout saying how many make up a base unit
//! ([`Layout::SECONDS`]: 2^30 to the second). Integers make sums exact and independent of the order of
//! threads, and make bucket bounds that are powers of two exact as well.
//!
//! | type                  | buckets                              | for                            |
//! |-----------------------|--------------------------------------|--------------------------------|
//! | [`Histogram`]         | base-2 exponential, up to 512        | the default                    |
//! | [`LogLinearHistogram`]| 2^p equal parts per power of two     | small whole numbers, exactly   |
//! | [`ExplicitHistogram`] | up to 64 bounds of your own          | bounds that mean something     |
//! | [`SampledHistogram`]  | as [`Histogram`]                     | one in N, when all cost too much |
//! | [`ExemplarHistogram`] | as [`Histogram`]                     | values that lead to a trace    |
//!
//! All write three cells per record, plus min or max when they move. `histogram/cells.rs` has the protocol.

pub(crate) mod cells;
mod exemplar;
mod explicit;
mod indexer;
mod layout;
mod log_linear;
mod merge;
mod outside;
pub(crate) mod places;
mod quantile;
mod sampled;
mod snapshot;
mod target;
mod timer;

#[cfg(test)]
mod tests;

pub use exemplar::{Exemplar, ExemplarHistogram, PLACES, SpanId, TraceId};
pub use explicit::{Bounds, ExplicitHistogram, MAX_BOUNDS};
pub use indexer::Indexer;
pub use layout::{FINEST, HIGHEST, Layout, MAX_BUCKETS};
pub use log_linear::{LogLinear, LogLinearHistogram};
pub use merge::MergeError;
pub use sampled::SampledHistogram;
pub use snapshot::{Buckets, Snapshot};
pub use timer::Timer;

use std::time::Duration;

use crate::clock::seconds_to_ticks;
use crate::collect::{Value, Visit};
use crate::control::{Control, switch_by_run};
use crate::descriptor::Kind;
use crate::family::{Family, FamilyCells, Member, Series};
use crate::gate::Live;
use crate::label::{LabelSet, Labels};
use crate::recorder::Reject;
use crate::set::Instrument;
use crate::storage::Run;
use crate::unit::Unit;
use cells::{Observe, family_cells};
use target::Target;

/// A distribution in base-2 exponential buckets.
///
/// Recording writes three cells that the calling thread owns; it takes no lock, allocates nothing
/// after the thread's first record, and cannot fail.
///
/// ```
/// use engram_metrics_core::Histogram;
/// use std::time::Duration;
///
/// static LATENCY: Histogram = Histogram::seconds();
/// LATENCY.record_duration(Duration::from_millis(3));
/// let took = LATENCY.time(|| 6 * 7);
/// assert_eq!(took, 42);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(LATENCY.snapshot().count(), 2);
/// # }
/// ```
#[derive(Debug)]
pub struct Histogram(Live<Exponential>);

#[derive(Debug)]
struct Exponential {
    run: Run,
    indexer: Indexer,
}

impl Histogram {
    /// A histogram with the given buckets.
    #[must_use]
    pub const fn with_layout(layout: Layout) -> Self {
        Self::with_cells(layout, 0)
    }

    /// A histogram with some cells behind its own.
    const fn with_cells(layout: Layout, behind: u32) -> Self {
        Self(Live::new(Exponential {
            run: Run::new(family_cells(layout.buckets(), 1) + behind),
            indexer: Indexer::new(layout),
        }))
    }

    /// The layout that suits a unit: see the constants of [`Layout`].
    #[must_use]
    pub const fn for_unit(unit: Unit) -> Self {
        Self::with_layout(unit.layout())
    }

    /// A histogram of time: [`Layout::SECONDS`].
    #[must_use]
    pub const fn seconds() -> Self {
        Self::with_layout(Layout::SECONDS)
    }

    /// Records a number of ticks.
    #[inline]
    pub fn record(&self, ticks: u64) {
        self.0.with(|it| it.target().record(ticks, 1));
    }

    /// Records a number of ticks as if that had been done `weight` times: for values that come with a
    /// number, and for samples that stand for what was left out. The cost is that of one record.
    ///
    /// The sum grows by `ticks * weight` modulo 2^64. A weight of 0 records nothing.
    ///
    /// ```
    /// # use engram_metrics_core::Histogram;
    /// static BATCHES: Histogram = Histogram::for_unit(engram_metrics_core::Unit::Bytes);
    /// BATCHES.record_weighted(100, 16);
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!((BATCHES.snapshot().count(), BATCHES.snapshot().sum()), (16, 1600.0));
    /// # }
    /// ```
    #[inline]
    pub fn record_weighted(&self, ticks: u64, weight: u32) {
        self.0.with(|it| it.target().record(ticks, weight));
    }

    /// Records a number of ticks in a signal handler; see
    /// [`Counter::add_from_interrupt`](crate::Counter::add_from_interrupt).
    #[cold]
    pub fn record_from_interrupt(&self, ticks: u64) {
        self.0.with(|it| {
            let observe = Observe { bucket: it.indexer.bucket(ticks), ticks, weight: 1 };
            it.run.write_from_interrupt(0, observe);
        });
    }

    /// Records a number of base units. NaN, infinities and negative numbers have no place in a
    /// histogram: they are counted by reason (see [`crate::RECORDER`]) and change nothing here.
    #[inline]
    pub fn record_f64(&self, value: f64) {
        self.0.with(|it| it.target().record_f64(value, 1));
    }

    /// The same as if that had been done `weight` times, as [`record_weighted`](Self::record_weighted). A number
    /// that has no place is counted once.
    #[inline]
    pub fn record_f64_weighted(&self, value: f64, weight: u32) {
        self.0.with(|it| it.target().record_f64(value, weight));
    }

    /// Records a duration; for histograms whose unit is the second.
    #[inline]
    pub fn record_duration(&self, duration: Duration) {
        self.record(seconds_to_ticks(duration));
    }

    /// Runs `work` and records how long it took: two readings of the [clock](crate::Moment) and one
    /// record.
    #[inline]
    pub fn time<R>(&self, work: impl FnOnce() -> R) -> R {
        let timer = self.start();
        let result = work();
        timer.stop();
        result
    }

    /// Starts a timer that records when it is stopped or dropped. Off, no clock is read.
    #[inline]
    #[must_use = "a timer that is dropped at once measures nothing"]
    pub fn start(&self) -> Timer<'_> {
        self.start_weighted(1)
    }

    #[inline]
    fn start_weighted(&self, weight: u32) -> Timer<'_> {
        Timer::start(self.0.map(Exponential::target), weight)
    }

    /// Records that were begun: cheaper than a snapshot.
    pub(crate) fn started(&self) -> u64 {
        self.0.with(|it| it.run.sum(cells::STARTED))
    }

    /// Reads what is recorded into a snapshot that is used again.
    pub(crate) fn read(&self, snapshot: &mut Snapshot) {
        self.0.with(|it| it.target().read(snapshot));
    }

    /// Everything recorded up to now, coherent: see [`Snapshot`].
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        // Not `with`: its `Option` would be a place of its own, to be copied from.
        self.0.get().map_or_else(Snapshot::default, |it| it.target().snapshot())
    }
}

impl Exponential {
    #[inline(always)]
    fn target(&self) -> Target<'_> {
        Target { run: &self.run, indexer: &self.indexer, first: 0 }
    }
}

/// The largest number below a half. A half itself would round 2^52 + 1 up, the sum being a tie.
const HALF: f64 = 0.5_f64.next_down();

/// Ticks for a number of base units, rounded to the nearest; `Err` says why it has no place.
#[inline(always)]
fn ticks(value: f64, per_unit: f64) -> Result<u64, Reject> {
    /// From here on a value is the largest tick, and its conversion would no longer fit `i64`, which
    /// the processor converts to in one instruction.
    const LIMIT: f64 = (1_u64 << 63) as f64;
    let scaled = value * per_unit + HALF;
    if value >= 0.0 && scaled < LIMIT {
        // SAFETY: not NaN, not below 0 and below 2^63 by the comparison above.
        return Ok(unsafe { scaled.to_int_unchecked::<i64>() }.cast_unsigned());
    }
    if (0.0..f64::INFINITY).contains(&value) { Ok(u64::MAX) } else { Err(Reject::of(value)) }
}

impl Instrument for Histogram {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Histogram(&self.snapshot()));
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

switch_by_run!(Histogram, |it| it.run);

/// The members of a family of histograms share one run of cells.
impl Member for Histogram {
    type Shape = Indexer;
    const KIND: Kind = Kind::Histogram;

    fn show((cells, at): Place<'_>, labels: Labels<'_>, visit: &mut dyn Visit) {
        visit.series(labels, Value::Histogram(&member(cells, at).snapshot()));
    }
}

impl<L: LabelSet> Family<L, Histogram> {
    /// A histogram per combination of labels, with the given buckets.
    #[must_use]
    pub const fn with_layout(layout: Layout) -> Self {
        Self::of(Indexer::new(layout), family_cells(layout.buckets(), L::COUNT))
    }

    /// The layout that suits a unit: see the constants of [`Layout`].
    #[must_use]
    pub const fn for_unit(unit: Unit) -> Self {
        Self::with_layout(unit.layout())
    }
}

impl<'a> Series<'a, Histogram> {
    /// Records a number of ticks.
    #[inline]
    pub fn record(&self, ticks: u64) {
        self.0.with(|it| series_target(it).record(ticks, 1));
    }

    /// Records a number of ticks `weight` times over, as [`Histogram::record_weighted`].
    #[inline]
    pub fn record_weighted(&self, ticks: u64, weight: u32) {
        self.0.with(|it| series_target(it).record(ticks, weight));
    }

    /// Records a number of base units, as [`Histogram::record_f64`].
    #[inline]
    pub fn record_f64(&self, value: f64) {
        self.0.with(|it| series_target(it).record_f64(value, 1));
    }

    /// Records a duration; for histograms whose unit is the second.
    #[inline]
    pub fn record_duration(&self, duration: Duration) {
        self.record(seconds_to_ticks(duration));
    }

    /// Runs `work` and records how long it took, as [`Histogram::time`].
    ///
    /// ```
    /// use engram_metrics_core::{Family, Histogram, Layout, label_enum};
    ///
    /// label_enum! { pub enum Step as "step" { Parse = "parse", Plan = "plan" } }
    ///
    /// static STEPS: Family<Step, Histogram> = Family::with_layout(Layout::SECONDS);
    /// assert_eq!(STEPS.at(Step::Parse).time(|| 6 * 7), 42);
    /// let timer = STEPS.at(Step::Plan).start();
    /// timer.stop();
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!(STEPS.at(Step::Parse).snapshot().count(), 1);
    /// # }
    /// ```
    #[inline]
    pub fn time<R>(&self, work: impl FnOnce() -> R) -> R {
        let timer = self.start();
        let result = work();
        timer.stop();
        result
    }

    /// Starts a timer that records when it is stopped or dropped; it may outlive this handle.
    #[inline]
    #[must_use = "a timer that is dropped at once measures nothing"]
    pub fn start(&self) -> Timer<'a> {
        Timer::start(self.0.map(series_target), 1)
    }

    /// Everything recorded up to now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.with(|it| Some(series_target(it).snapshot())).unwrap_or_default()
    }
}

/// The cells of a family, and which member.
type Place<'a> = (&'a FamilyCells<Indexer>, usize);

#[inline(always)]
fn series_target<'a>(&(cells, at): &Place<'a>) -> Target<'a> {
    member(cells, at)
}

/// The cells of one member of a family.
#[inline(always)]
fn member(cells: &FamilyCells<Indexer>, at: usize) -> Target<'_> {
    let first = at as u32 * cells::run_cells(cells.shape.layout.buckets());
    Target { run: &cells.run, indexer: &cells.shape, first }
}
