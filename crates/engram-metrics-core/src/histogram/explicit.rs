//! Histograms whose bounds the user gives.

use super::cells::{Observe, family_cells};
use super::{Buckets, Snapshot};
use crate::collect::{Value, Visit};
use crate::control::{Control, switch_by_run};
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::label::Labels;
use crate::recorder;
use crate::set::Instrument;
use crate::storage::Run;
use crate::unit::Unit;

/// Bounds that an explicit histogram can have.
pub const MAX_BOUNDS: usize = 64;

/// Ascending upper bounds in base units, each inclusive, together with their ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    units: &'static [f64],
    resolution: u8,
}

impl Bounds {
    pub(crate) const fn new(units: &'static [f64], resolution: u8) -> Self {
        assert!(!units.is_empty() && units.len() <= MAX_BOUNDS, "1 to 64 bounds");
        assert!(units[0] >= 0.0, "bounds are not negative");
        let mut at = 1;
        while at < units.len() {
            assert!(units[at - 1] < units[at], "bounds ascend");
            at += 1;
        }
        assert!(units[at - 1] < f64::INFINITY, "the bucket up to infinity is always there");
        Self { units, resolution }
    }

    /// The bounds in base units.
    #[must_use]
    pub fn as_slice(&self) -> &'static [f64] {
        self.units
    }

    #[inline(always)]
    fn per_unit(&self) -> f64 {
        (1_u64 << self.resolution) as f64
    }

    pub(super) fn tick(&self) -> f64 {
        1.0 / (1_u64 << self.resolution) as f64
    }

    /// A bound in ticks, rounded as values are: a value that is not above it stays so.
    const fn ticks(&self, at: usize) -> u64 {
        (self.units[at] * (1_u64 << self.resolution) as f64 + super::HALF) as u64
    }

    pub(super) fn bounds_ticks(&self, bucket: usize) -> (u64, Option<u64>) {
        let lower = bucket.checked_sub(1).map_or(0, |below| self.ticks(below));
        (lower, (bucket < self.units.len()).then(|| self.ticks(bucket)))
    }
}

/// A distribution over bounds that mean something to the user, such as an objective of 250 ms.
///
/// ```
/// use engram_metrics_core::{ExplicitHistogram, Unit};
///
/// static WAIT: ExplicitHistogram = ExplicitHistogram::new(Unit::Seconds, &[0.005, 0.05, 0.25, 1.0]);
/// WAIT.record_f64(0.25); // bounds are inclusive
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(WAIT.snapshot().counts(), [0, 0, 1, 0, 0]);
/// # }
/// ```
#[derive(Debug)]
pub struct ExplicitHistogram(Live<Explicit>);

#[derive(Debug)]
struct Explicit {
    run: Run,
    bounds: Bounds,
    /// The bounds in ticks; the unused tail is the largest tick, which nothing is above.
    ticks: [u64; MAX_BOUNDS],
}

impl ExplicitHistogram {
    /// A histogram over `bounds`, in base units of `unit`.
    ///
    /// # Panics
    /// At compile time in a `const`: if there are none or more than [`MAX_BOUNDS`], if one is negative,
    /// infinite or NaN, or if they do not ascend.
    #[must_use]
    pub const fn new(unit: Unit, bounds: &'static [f64]) -> Self {
        Self::over(Bounds::new(bounds, unit.resolution()))
    }

    /// The same with ticks of `2^-resolution` base units.
    ///
    /// A sum has room for 2^64 ticks: with those of [`Unit::Seconds`] for 544 years, which is little where each
    /// value is one of hours or days.
    ///
    /// # Panics
    /// As [`new`](Self::new), and if the resolution is above 52.
    ///
    /// ```
    /// use engram_metrics_core::ExplicitHistogram;
    ///
    /// static AGE: ExplicitHistogram = ExplicitHistogram::with_resolution(&[3600.0, 86_400.0], 0);
    /// AGE.record_f64(7200.0);
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!(AGE.snapshot().counts(), [0, 1, 0]);
    /// # }
    /// ```
    #[must_use]
    pub const fn with_resolution(bounds: &'static [f64], resolution: u8) -> Self {
        assert!(resolution <= 52, "a tick is at least 2^-52 base units");
        Self::over(Bounds::new(bounds, resolution))
    }

    pub(crate) const fn over(bounds: Bounds) -> Self {
        let mut ticks = [u64::MAX; MAX_BOUNDS];
        let mut at = 0;
        while at < bounds.units.len() {
            ticks[at] = bounds.ticks(at);
            at += 1;
        }
        let run = Run::new(family_cells(bounds.units.len() + 1, 1));
        Self(Live::new(Explicit { run, bounds, ticks }))
    }

    /// Records a number of ticks.
    #[inline]
    pub fn record(&self, ticks: u64) {
        self.record_weighted(ticks, 1);
    }

    /// Records a number of ticks `weight` times over, as [`super::Histogram::record_weighted`].
    #[inline]
    pub fn record_weighted(&self, ticks: u64, weight: u32) {
        self.0.with(|it| {
            if weight > 0 {
                let bounds = &it.ticks[..it.bounds.units.len()];
                let bucket = bounds.partition_point(|bound| *bound < ticks);
                it.run.write(0, Observe { bucket, ticks, weight });
            }
        });
    }

    /// Records a number of base units; what has no place is counted, as in [`super::Histogram`].
    #[inline]
    pub fn record_f64(&self, value: f64) {
        self.0.with(|it| match super::ticks(value, it.bounds.per_unit()) {
            Ok(ticks) => self.record(ticks),
            Err(reason) => recorder::count(reason),
        });
    }

    /// Records that were begun: cheaper than a snapshot.
    pub(crate) fn started(&self) -> u64 {
        self.0.with(|it| it.run.sum(super::cells::STARTED))
    }

    /// Reads what is recorded into a snapshot that is used again.
    pub(crate) fn read(&self, snapshot: &mut Snapshot) {
        self.0.with(|it| snapshot.read_again(Buckets::Explicit(it.bounds), &it.run, 0));
    }

    /// Everything recorded up to now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        // Not `with`: its `Option` would be a place of its own, to be copied from.
        self.0.get().map_or_else(Snapshot::default, |it| Snapshot::explicit(it.bounds, &it.run))
    }
}

impl Instrument for ExplicitHistogram {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Histogram(&self.snapshot()));
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

switch_by_run!(ExplicitHistogram, |it| it.run);
