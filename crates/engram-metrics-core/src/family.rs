//! A metric with one series per combination of enum labels.

use std::fmt;
use std::marker::PhantomData;

use crate::collect::Visit;
use crate::control::Control;
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::label::{LabelSet, Labels};
use crate::set::Instrument;
use crate::storage::Run;

/// Series that a family can have: with the largest histogram as member, its cells still fit in a `u32`.
const MAX_SERIES: usize = 65_536;

/// An instrument that can be the member of a family.
pub trait Member {
    /// What all members have in common, such as the buckets of a histogram.
    type Shape: Copy;
    /// How the members' values behave.
    const KIND: Kind;

    /// Shows one member as the series with these labels.
    #[doc(hidden)]
    fn show(member: (&FamilyCells<Self::Shape>, usize), labels: Labels<'_>, visit: &mut dyn Visit);
}

/// The cells of all members, side by side in one run.
#[derive(Debug)]
pub struct FamilyCells<S> {
    pub(crate) run: Run,
    pub(crate) shape: S,
}

/// One series for each combination of labels, found by index arithmetic.
///
/// The combinations are fixed by the type, so the number of series is bounded and all of them are
/// exported from the start, with 0 before the first record.
///
/// ```
/// use engram_metrics_core::{Counter, Family, label_enum};
///
/// label_enum! { pub enum Outcome as "outcome" { Hit = "hit", Miss = "miss" } }
///
/// static LOOKUPS: Family<Outcome, Counter> = Family::new();
/// LOOKUPS.at(Outcome::Hit).increment();
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(LOOKUPS.at(Outcome::Hit).value(), 1);
/// assert_eq!(LOOKUPS.at(Outcome::Miss).value(), 0);
/// # }
/// ```
pub struct Family<L: LabelSet, M: Member> {
    cells: Live<FamilyCells<M::Shape>>,
    labels: PhantomData<fn(L)>,
}

/// One series of a family, to be used at once or kept.
#[derive(Debug)]
pub struct Series<'a, M: Member>(pub(crate) Live<(&'a FamilyCells<M::Shape>, usize)>);

impl<L: LabelSet, M: Member> Family<L, M> {
    pub(crate) const fn of(shape: M::Shape, cells: u32) -> Self {
        const { assert!(L::COUNT > 0 && L::COUNT <= MAX_SERIES, "1 to 65536 combinations of labels") };
        Self { cells: Live::new(FamilyCells { run: Run::new(cells), shape }), labels: PhantomData }
    }

    /// The series of these labels.
    #[inline]
    pub fn at(&self, labels: L) -> Series<'_, M> {
        // `LabelSet` is safe to implement, so an index beyond the run must not become a pointer. For the
        // enums of `label_enum!` the compiler knows that the minimum changes nothing.
        Series(self.cells.pointing(labels.index().min(L::COUNT - 1)))
    }
}

impl<L: LabelSet, M: Member> Instrument for Family<L, M> {
    const KIND: Kind = M::KIND;

    fn collect(&self, visit: &mut dyn Visit) {
        self.cells.with(|cells| {
            for index in 0..L::COUNT {
                L::pairs(index, &mut |pairs| {
                    M::show((cells, index), Labels::new(pairs), visit);
                });
            }
        });
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

impl<L: LabelSet, M: Member> Control for Family<L, M> {
    fn switch(&self, on: bool) {
        self.cells.with(|cells| cells.run.switch(on));
    }
}

impl<L: LabelSet, M: Member> fmt::Debug for Family<L, M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Family").field("series", &L::COUNT).finish_non_exhaustive()
    }
}
