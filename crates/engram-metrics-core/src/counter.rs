//! Counters: one that only grows, one that goes both ways.

use crate::collect::{Value, Visit};
use crate::control::{Control, switch_by_run};
use crate::descriptor::Kind;
use crate::family::{Family, FamilyCells, Member, Series};
use crate::gate::Live;
use crate::label::{LabelSet, Labels};
use crate::set::Instrument;
use crate::storage::{Cells, Record, Run};
use crate::unit::Unit;

/// Adding to one cell.
#[derive(Clone, Copy)]
struct Add(u64);

impl Record for Add {
    #[inline(always)]
    fn apply(self, cells: impl Cells) {
        cells.add(0, self.0);
    }
}

/// A number that only grows, as an `AtomicU64` would but at the cost of a plain add.
///
/// Wraps after 2^64. A read sums the cells of all threads: exact once the threads that recorded are
/// joined, and never less than in an earlier read.
///
/// ```
/// use engram_metrics_core::Counter;
///
/// static REQUESTS: Counter = Counter::new();
/// REQUESTS.increment();
/// REQUESTS.add(2);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(REQUESTS.value(), 3);
/// # }
/// ```
#[derive(Debug)]
pub struct Counter(Live<Run>);

impl Counter {
    /// A counter at 0.
    #[must_use]
    pub const fn new() -> Self {
        Self(Live::new(Run::new(1)))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self::new()
    }

    /// Adds one.
    #[inline]
    pub fn increment(&self) {
        self.add(1);
    }

    /// Adds `n`: a load and a store to memory that this thread owns.
    #[inline]
    pub fn add(&self, n: u64) {
        self.0.with(|run| run.write(0, Add(n)));
    }

    /// Adds `n` in a signal handler, which may have interrupted this thread between the load and the store
    /// of an ordinary `add`: a locked instruction on cells that all threads share.
    ///
    /// A handler must not allocate, so the counter needs to have been added to before, were it 0; otherwise
    /// the record is lost, and counted in `engram.metrics.lost_records`.
    #[cold]
    pub fn add_from_interrupt(&self, n: u64) {
        self.0.with(|run| run.write_from_interrupt(0, Add(n)));
    }

    /// The total over all threads, past and present.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.with(|run| run.sum(0))
    }

    /// What it is summed from; `None` when telemetry is compiled out.
    pub(crate) fn run(&self) -> Option<&Run> {
        self.0.get()
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

impl Instrument for Counter {
    const KIND: Kind = Kind::Counter;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Unsigned(self.value()));
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

switch_by_run!(Counter, |run| run);

impl Member for Counter {
    type Shape = ();
    const KIND: Kind = Kind::Counter;

    fn show((cells, at): (&FamilyCells<()>, usize), labels: Labels<'_>, visit: &mut dyn Visit) {
        visit.series(labels, Value::Unsigned(cells.run.sum(at)));
    }
}

impl<L: LabelSet> Family<L, Counter> {
    /// A counter at 0 for each combination of labels.
    #[must_use]
    pub const fn new() -> Self {
        Self::of((), L::COUNT as u32)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self::new()
    }
}

impl<L: LabelSet> Default for Family<L, Counter> {
    fn default() -> Self {
        Self::new()
    }
}

impl Series<'_, Counter> {
    /// Adds one.
    #[inline]
    pub fn increment(&self) {
        self.add(1);
    }

    /// Adds `n`.
    #[inline]
    pub fn add(&self, n: u64) {
        self.0.with(|(cells, at)| cells.run.write(*at as u32, Add(n)));
    }

    /// Adds `n` in a signal handler; see [`Counter::add_from_interrupt`].
    #[cold]
    pub fn add_from_interrupt(&self, n: u64) {
        self.0.with(|(cells, at)| cells.run.write_from_interrupt(*at as u32, Add(n)));
    }

    /// The total over all threads, past and present.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.with(|(cells, at)| cells.run.sum(*at))
    }
}

/// A number that grows and shrinks by what is added, exactly: queue lengths, open connections.
///
/// Each thread adds to its own cell, in two's complement, so that one thread may add what another
/// subtracts.
///
/// ```
/// use engram_metrics_core::UpDownCounter;
///
/// static OPEN: UpDownCounter = UpDownCounter::new();
/// OPEN.add(2);
/// OPEN.add(-1);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(OPEN.value(), 1);
/// # }
/// ```
#[derive(Debug)]
pub struct UpDownCounter(Live<Run>);

impl UpDownCounter {
    /// A counter at 0.
    #[must_use]
    pub const fn new() -> Self {
        Self(Live::new(Run::new(1)))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self::new()
    }

    /// Adds `n`, which may be negative.
    #[inline]
    pub fn add(&self, n: i64) {
        self.0.with(|run| run.write(0, Add(n.cast_unsigned())));
    }

    /// Adds `n` in a signal handler; see [`Counter::add_from_interrupt`].
    #[cold]
    pub fn add_from_interrupt(&self, n: i64) {
        self.0.with(|run| run.write_from_interrupt(0, Add(n.cast_unsigned())));
    }

    /// The sum of everything added.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.0.with(|run| run.sum(0).cast_signed())
    }

    /// What it is summed from; `None` when telemetry is compiled out.
    pub(crate) fn run(&self) -> Option<&Run> {
        self.0.get()
    }
}

impl Default for UpDownCounter {
    fn default() -> Self {
        Self::new()
    }
}

impl Instrument for UpDownCounter {
    const KIND: Kind = Kind::UpDownCounter;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Signed(self.value()));
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

switch_by_run!(UpDownCounter, |run| run);
