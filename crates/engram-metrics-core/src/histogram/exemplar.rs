//! Histograms that remember a trace for values of each magnitude.
//!
//! ```text
//!   buckets   | 2^-30 s …                 18 of them …              … 64 s |   as in any histogram
//!   places    |  0  |  1  |  2  | …                           | 14  |  15  |   per recording thread
//! ```
//!
//! Each place belongs to one sixteenth of the buckets and holds the newest exemplar among them. So the
//! rare slow request keeps its trace however many fast ones follow: they go to other places.

mod family;

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime};

use super::cells::{Observe, run_cells};
use super::places::{self, PLACE_CELLS, WORDS};
use super::target::Target;
use super::{Histogram, Layout};
use crate::clock;
use crate::collect::{Exemplify, Visit};
use crate::control::Control;
use crate::descriptor::Kind;
use crate::set::Instrument;
use crate::storage::{Cells, Record, STORAGE};
use crate::unit::Unit;

/// Exemplars that a histogram keeps, each for values of another magnitude.
pub const PLACES: usize = 16;

/// A [`Histogram`] that also keeps some of its values together with the trace they came from.
///
/// It is a type of its own because a histogram that was not asked for exemplars pays nothing for them.
/// This one takes 768 bytes more per recording thread, and nothing but memory when it is recorded into as
/// a [`Histogram`], which it dereferences to.
///
/// The newest exemplar of each of [`PLACES`] magnitudes is kept. A record that finds no cells of its own
/// (in a destructor of the thread's locals, beyond the last shard: see the module `storage`) is counted
/// but leaves no exemplar, because cells that threads share could mix two.
///
/// ```
/// use std::time::SystemTime;
/// use engram_metrics_core::{ExemplarHistogram, Moment, SpanId, TraceId};
///
/// static SEARCHES: ExemplarHistogram = ExemplarHistogram::seconds();
///
/// let (trace, span) = (TraceId(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736), SpanId(0x00f0_67aa_0ba9_02b7));
/// let started = Moment::now();
/// // search
/// SEARCHES.record_with_exemplar(started.elapsed_ticks(), trace, span);
///
/// SEARCHES.exemplars(SystemTime::now(), &mut |exemplar| {
///     assert_eq!(exemplar.trace_id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// });
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(SEARCHES.snapshot().count(), 1);
/// # }
/// ```
#[derive(Debug)]
pub struct ExemplarHistogram(Histogram);

impl ExemplarHistogram {
    /// A histogram with the given buckets.
    #[must_use]
    pub const fn with_layout(layout: Layout) -> Self {
        Self(Histogram::with_cells(layout, PLACES as u32 * PLACE_CELLS))
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

    /// Records a number of ticks and keeps it as an exemplar: one record, one reading of the clock and
    /// seven stores to cells that this thread owns. An identity that is all zeroes, which W3C calls
    /// invalid, is that of a request that is not traced: it is recorded and leaves no exemplar.
    #[inline]
    pub fn record_with_exemplar(&self, ticks: u64, trace_id: TraceId, span_id: SpanId) {
        self.0.0.with(|it| it.target().record_with_exemplar(ticks, trace_id, span_id));
    }

    /// Hands the newest exemplar of each magnitude to `emit`, in ascending order of their values. `now`
    /// dates them; what was recorded carries ticks of the [clock](crate::Moment), so the date is off by
    /// less than 1e-4 of the exemplar's age.
    ///
    /// Walks all shards once per place and allocates nothing. An exemplar that is replaced all the time
    /// while it is read is left out.
    pub fn exemplars(&self, now: SystemTime, emit: &mut dyn FnMut(&Exemplar)) {
        self.0.0.with(|it| it.target().exemplars(now, emit));
    }
}

impl Deref for ExemplarHistogram {
    type Target = Histogram;

    #[inline]
    fn deref(&self) -> &Histogram {
        &self.0
    }
}

impl Instrument for ExemplarHistogram {
    const KIND: Kind = Kind::Histogram;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.exemplify(self);
        self.0.collect(visit);
    }

    fn control(&self) -> Option<&dyn Control> {
        self.0.control()
    }
}

impl Exemplify for ExemplarHistogram {
    fn exemplars(&self, now: SystemTime, emit: &mut dyn FnMut(&Exemplar)) {
        self.exemplars(now, emit);
    }
}

impl Target<'_> {
    #[inline(always)]
    fn record_with_exemplar(self, ticks: u64, trace_id: TraceId, span_id: SpanId) {
        if trace_id.0 == 0 || span_id.0 == 0 {
            return self.record(ticks, 1);
        }
        if self.run.is_off() {
            return;
        }
        let bucket = self.indexer.bucket(ticks);
        let (high, low) = ((trace_id.0 >> 64) as u64, trace_id.0 as u64);
        let remember = Remember {
            observe: Observe { bucket, ticks, weight: 1 },
            at: self.place(bucket),
            words: [ticks, high, low, span_id.0, clock::stamp()],
        };
        self.run.write(self.first, remember);
    }

    /// Where the places begin, in cells from the start of the histogram.
    fn first_place(&self) -> u32 {
        run_cells(self.indexer.layout.buckets())
    }

    /// Where the place for a bucket begins.
    fn place(&self, bucket: usize) -> u32 {
        let place = bucket * PLACES / self.indexer.layout.buckets();
        self.first_place() + place as u32 * PLACE_CELLS
    }
}

impl Exemplify for Target<'_> {
    fn exemplars(&self, now: SystemTime, emit: &mut dyn FnMut(&Exemplar)) {
        let Some(run) = self.run.read() else { return };
        let stamp = clock::stamp();
        let first = run.offset(self.first + self.first_place());
        for place in 0..PLACES as u32 {
            let mut newest: Option<[u64; WORDS]> = None;
            STORAGE.for_each(first.offset(place * PLACE_CELLS), |cells| {
                let found = places::read(cells);
                let time = |words: Option<[u64; WORDS]>| words.map(|words| words[WORDS - 1]);
                if time(found) > time(newest) {
                    newest = found;
                }
            });
            if let Some(words) = newest {
                emit(&Exemplar::new(words, self.indexer.layout.tick(), (now, stamp)));
            }
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Copy, Debug)]
struct Remember {
    observe: Observe,
    /// The place, in cells from the start of the run.
    at: u32,
    words: [u64; WORDS],
}

impl Record for Remember {
    #[inline(always)]
    fn apply(self, cells: impl Cells) {
        self.observe.apply(cells);
        if let Some(own) = cells.owned() {
            places::replace(own, self.at as usize, self.words);
        }
    }
}

/// One value, and the trace that it came from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exemplar {
    /// The value in base units.
    pub value: f64,
    /// The value as it was recorded.
    pub ticks: u64,
    /// The trace.
    pub trace_id: TraceId,
    /// The span inside the trace.
    pub span_id: SpanId,
    /// When it was recorded.
    pub at: SystemTime,
}

impl Exemplar {
    fn new(words: [u64; WORDS], tick: f64, (now, stamp): (SystemTime, u64)) -> Self {
        let [ticks, high, low, span, recorded] = words;
        let age: Duration = clock::ticks_to_duration(stamp.saturating_sub(recorded));
        Self {
            value: ticks as f64 * tick,
            ticks,
            trace_id: TraceId((u128::from(high) << 64) | u128::from(low)),
            span_id: SpanId(span),
            at: now.checked_sub(age).unwrap_or(now),
        }
    }
}

/// The identity of a trace, sixteen bytes in network order; shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

/// The identity of a span, eight bytes in network order; shown as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanId(pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}
