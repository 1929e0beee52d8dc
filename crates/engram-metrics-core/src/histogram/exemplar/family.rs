//! Histograms with exemplars as members of a family.

use std::time::SystemTime;

use super::super::cells::run_cells;
use super::super::places::PLACE_CELLS;
use super::super::target::Target;
use super::super::{Indexer, Layout, Snapshot};
use super::{Exemplar, ExemplarHistogram, PLACES, SpanId, TraceId};
use crate::collect::{Exemplify, Value, Visit};
use crate::descriptor::Kind;
use crate::family::{Family, FamilyCells, Member, Series};
use crate::label::{LabelSet, Labels};
use crate::unit::Unit;

/// The members of a family share one run of cells, in which each has its places behind its buckets.
impl Member for ExemplarHistogram {
    type Shape = Indexer;
    const KIND: Kind = Kind::Histogram;

    fn show(member: Place<'_>, labels: Labels<'_>, visit: &mut dyn Visit) {
        let target = series_target(&member);
        visit.exemplify(&target);
        visit.series(labels, Value::Histogram(&target.snapshot()));
    }
}

impl<L: LabelSet> Family<L, ExemplarHistogram> {
    /// A histogram per combination of labels, with the given buckets.
    ///
    /// ```
    /// use engram_metrics_core::{ExemplarHistogram, Family, Layout, SpanId, TraceId, label_enum};
    ///
    /// label_enum! { pub enum Step as "step" { Parse = "parse", Plan = "plan" } }
    ///
    /// static STEPS: Family<Step, ExemplarHistogram> = Family::with_exemplars(Layout::SECONDS);
    /// STEPS.at(Step::Parse).record_with_exemplar(1 << 20, TraceId(1), SpanId(2));
    /// # engram_metrics_core::when_enabled! {
    /// assert_eq!(STEPS.at(Step::Parse).snapshot().count(), 1);
    /// # }
    /// ```
    #[must_use]
    pub const fn with_exemplars(layout: Layout) -> Self {
        Self::of(Indexer::new(layout), member_cells(layout) * L::COUNT as u32)
    }

    /// The layout that suits a unit: see the constants of [`Layout`].
    #[must_use]
    pub const fn for_unit(unit: Unit) -> Self {
        Self::with_exemplars(unit.layout())
    }
}

impl Series<'_, ExemplarHistogram> {
    /// Records a number of ticks, without an exemplar.
    #[inline]
    pub fn record(&self, ticks: u64) {
        self.0.with(|it| series_target(it).record(ticks, 1));
    }

    /// Records a number of ticks and keeps it, as [`ExemplarHistogram::record_with_exemplar`].
    #[inline]
    pub fn record_with_exemplar(&self, ticks: u64, trace_id: TraceId, span_id: SpanId) {
        self.0.with(|it| series_target(it).record_with_exemplar(ticks, trace_id, span_id));
    }

    /// Hands out the newest exemplars, as [`ExemplarHistogram::exemplars`].
    pub fn exemplars(&self, now: SystemTime, emit: &mut dyn FnMut(&Exemplar)) {
        self.0.with(|it| series_target(it).exemplars(now, emit));
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
    let first = at as u32 * member_cells(cells.shape.layout);
    Target { run: &cells.run, indexer: &cells.shape, first }
}

/// Cells of one member: those of a histogram, and its places. An odd number, as that of the former is and
/// that of the latter is not.
const fn member_cells(layout: Layout) -> u32 {
    run_cells(layout.buckets()) + PLACES as u32 * PLACE_CELLS
}
