//! Histograms whose buckets are found by shifting and masking alone.
//!
//! Every power of two is divided into `2^p` equal parts, where the exponential layout has `2^s` of equal
//! ratio. (H2 histograms, as in rezolus and metriken, are the same but for the ends of a bucket.) With
//! `w = ticks - 1`, so that upper bounds are inclusive and powers of two among them, as everywhere here:
//!
//! ```text
//!   power of two     e = top bit of w, at least p
//!   shift            s = e - p
//!   index            (s << p) + (w >> s)           w >> s is in 2^p .. 2^(p+1), or all of w if s is 0
//! ```
//!
//! A part is `2^s` wide and begins at `2^p * 2^s` or later, so the relative error of a quantile is at most
//! `2^-p`. That is wider than an exponential bucket of the same number per power of two (`2^-3` is 12.5 %,
//! where scale 3 has 9.1 %), and native exponential exports cannot show it without loss. What it buys is
//! a conversion to a float and a table look-up: see docs/decisions/0006 for the numbers.

use std::time::Duration;

use super::cells::{Observe, family_cells, run_cells};
use super::layout::{MAX_BUCKETS, exp2};
use super::snapshot::Snapshot;
use crate::clock::seconds_to_ticks;
use crate::collect::{Value, Visit};
use crate::control::Control;
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::label::Labels;
use crate::recorder;
use crate::set::Instrument;
use crate::storage::Run;
use crate::unit::Unit;

/// The buckets of a log-linear histogram: parts per power of two, range and size of the integer unit.
///
/// The first bucket holds 0 and 1, the last one everything above `2^high` ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLinear {
    pub(super) precision: u8,
    pub(super) high: u8,
    /// Ticks in one base unit, as a power of two.
    pub(super) resolution: u8,
}

impl LogLinear {
    /// `2^precision` parts per power of two, up to `2^high` ticks of `2^-resolution` base units.
    ///
    /// # Panics
    /// At compile time in a `const`: if the range is not wider than the precision or goes beyond 63
    /// bits, or there would be more than [`MAX_BUCKETS`].
    #[must_use]
    pub const fn new(precision: u8, high: u8, resolution: u8) -> Self {
        assert!(precision < high && high < 64, "the range is empty or beyond 2^63 ticks");
        assert!(precision < 8, "too many buckets: choose a coarser precision");
        assert!(resolution < 64, "a tick is at least 2^-63 base units");
        let layout = Self { precision, high, resolution };
        assert!(layout.buckets() <= MAX_BUCKETS, "too many buckets: choose a coarser precision");
        layout
    }

    /// Buckets, the last one included.
    #[must_use]
    pub const fn buckets(self) -> usize {
        ((self.high as usize - self.precision as usize + 1) << self.precision) + 1
    }

    /// Bytes per recording thread, and once more for the shared cells.
    #[must_use]
    pub const fn bytes(self) -> usize {
        run_cells(self.buckets()) as usize * size_of::<u64>()
    }

    /// How far above the true value a quantile can be, as a share of it: `2^-precision`, the width of a
    /// part over its lower bound. Holds up to the end of the range; a 0 can show as one tick.
    #[must_use]
    pub fn relative_error(self) -> f64 {
        exp2(-i32::from(self.precision))
    }

    /// Parts per power of two, as a power of two.
    #[must_use]
    pub const fn precision(self) -> u8 {
        self.precision
    }

    /// The upper end of the range in ticks, as an exponent of two.
    #[must_use]
    pub const fn high(self) -> u8 {
        self.high
    }

    /// Base units in one tick.
    #[must_use]
    pub fn tick(self) -> f64 {
        exp2(-i32::from(self.resolution))
    }

    /// The bounds of a bucket in ticks, the lower exclusive; the last bucket has no upper bound.
    #[must_use]
    pub fn bounds(self, bucket: usize) -> (u64, Option<u64>) {
        let upper = |bucket: usize| {
            let shift = (bucket >> self.precision).saturating_sub(1);
            ((bucket - (shift << self.precision)) as u64 + 1) << shift
        };
        let lower = bucket.checked_sub(1).map_or(0, upper);
        (lower, (bucket + 1 < self.buckets()).then(|| upper(bucket)))
    }

    /// The bucket of a value.
    pub(super) const fn bucket(self, ticks: u64) -> usize {
        index(ticks, self.precision as u32, self.buckets() - 1)
    }

    /// The finest layout that records of both can be counted in; `None` if their ticks differ.
    pub(super) fn common(self, other: Self) -> Option<Self> {
        let precision = self.precision.min(other.precision);
        let high = self.high.min(other.high);
        (self.resolution == other.resolution).then_some(Self { precision, high, ..self })
    }

    /// The bucket of the coarser or narrower layout `common` that holds everything in `bucket`.
    pub(super) fn place_in(self, common: Self, bucket: usize) -> usize {
        // Bounds of a coarser layout are bounds of the finer one, so the upper one belongs where all do.
        let upper = self.bounds(bucket).1;
        upper.map_or(common.buckets() - 1, |upper| common.bucket(upper))
    }
}

/// The bucket of a value among `last + 1` of them.
#[inline(always)]
const fn index(ticks: u64, precision: u32, last: usize) -> usize {
    let (value, precision) = (ticks.saturating_sub(1), precision & 31);
    let shift = 63 - (value | (1 << precision)).leading_zeros() - precision;
    // The mask changes nothing, and tells the compiler that the shift cannot be too far.
    let index = ((shift as usize) << precision) + (value >> (shift & 63)) as usize;
    if index < last { index } else { last }
}

/// A distribution in log-linear buckets: whole numbers up to `2^PRECISION` have one each.
///
/// For values that are small and few: lengths of queues, retries, hops. It is also a little cheaper than
/// [`Histogram`](super::Histogram), and coarser where values are large. Text exports have the same powers of two as bounds; count, sum, min and max are just as exact. Every power of two is
/// divided into `2^PRECISION` parts; that is part of the type because a shift by a constant is what makes
/// it fast.
///
/// ```
/// use engram_metrics_core::{LogLinearHistogram, Unit};
///
/// static SIZES: LogLinearHistogram = LogLinearHistogram::for_unit(Unit::Bytes);
/// SIZES.record(4096);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(SIZES.snapshot().quantile(0.5), Some(4096.0));
/// # }
/// ```
#[derive(Debug)]
pub struct LogLinearHistogram<const PRECISION: u8 = 3>(Live<Cells>);

#[derive(Debug)]
struct Cells {
    run: Run,
    last: u32,
    layout: LogLinear,
}

impl<const PRECISION: u8> LogLinearHistogram<PRECISION> {
    /// A histogram for values up to `2^high` ticks of `2^-resolution` base units.
    ///
    /// # Panics
    /// At compile time in a `const`: as [`LogLinear::new`].
    #[must_use]
    pub const fn new(high: u8, resolution: u8) -> Self {
        let layout = LogLinear::new(PRECISION, high, resolution);
        Self(Live::new(Cells {
            run: Run::new(family_cells(layout.buckets(), 1)),
            last: layout.buckets() as u32 - 1,
            layout,
        }))
    }

    /// The range that suits a unit, which is that of [`Layout`](super::Layout): 64 s, 1 TiB, a ratio of 1, 2^20 things.
    #[must_use]
    pub const fn for_unit(unit: Unit) -> Self {
        let layout = unit.layout();
        Self::new(layout.high, layout.resolution)
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
                let bucket = index(ticks, u32::from(PRECISION), it.last as usize);
                it.run.write(0, Observe { bucket, ticks, weight });
            }
        });
    }

    /// Records a number of base units; what has no place is counted, as in [`super::Histogram`].
    #[inline]
    pub fn record_f64(&self, value: f64) {
        self.0.with(|it| match super::ticks(value, (1_u64 << it.layout.resolution) as f64) {
            Ok(ticks) => self.record(ticks),
            Err(reason) => recorder::count(reason),
        });
    }

    /// Records a duration; for histograms whose unit is the second.
    #[inline]
    pub fn record_duration(&self, duration: Duration) {
        self.record(seconds_to_ticks(duration));
    }

    /// Everything recorded up to now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.with(|it| Some(Snapshot::log_linear(it.layout, &it.run))).unwrap_or_default()
    }
}

impl<const PRECISION: u8> Instrument for LogLinearHistogram<PRECISION> {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Histogram(&self.snapshot()));
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

impl<const PRECISION: u8> Control for LogLinearHistogram<PRECISION> {
    fn switch(&self, on: bool) {
        self.0.with(|it| it.run.switch(on));
    }
}
