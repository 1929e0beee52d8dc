//! Which of a few states something is in.

use std::fmt;
use std::marker::PhantomData;

use crate::collect::{Value, Visit};
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::gauge::OwnLine;
use crate::label::{Label, Labels};
use crate::set::Instrument;
use crate::sync::{AtomicU64, Ordering};
use crate::unit::Unit;

/// The state that any thread set last: a phase, a mode, a verdict.
///
/// There is a series for each state, of which one is 1 and the others are 0, so that the share of time in a state is
/// its average. OpenMetrics has a type for it, `stateset`, whose label is called like the metric (`mind_phase`); elsewhere
/// it is a gauge, and the label is called as it is here (`phase`). A store and nothing else, as
/// [`Gauge`](crate::Gauge), and one word however many states there are: no reader ever sees two of them, or none.
/// Before the first [`set`](Self::set) it is the first state.
///
/// ```
/// use engram_metrics_core::{StateSet, label_enum};
///
/// label_enum! { pub enum Phase as "phase" { Awake = "awake", Asleep = "asleep" } }
///
/// static PHASE: StateSet<Phase> = StateSet::new();
/// PHASE.set(Phase::Asleep);
/// # engram_metrics_core::when_enabled! {
/// assert!(PHASE.is(Phase::Asleep) && !PHASE.is(Phase::Awake));
/// # }
/// ```
pub struct StateSet<L: Label> {
    index: Live<OwnLine>,
    label: PhantomData<fn(L)>,
}

impl<L: Label> StateSet<L> {
    /// In the first state.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(!L::VALUES.is_empty(), "something is in a state, so there is at least one") };
        Self { index: Live::new(OwnLine(AtomicU64::new(0))), label: PhantomData }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self::new()
    }

    /// From now on in this state.
    #[inline]
    pub fn set(&self, state: L) {
        // Relaxed: a statistic; nothing else is read on the strength of this value.
        self.index.with(|line| line.0.store(place(state) as u64, Ordering::Relaxed));
    }

    /// Whether it is in this state; in none where telemetry is compiled out.
    #[must_use]
    pub fn is(&self, state: L) -> bool {
        self.index.with(|line| current(line) == place(state))
    }
}

/// `Label` may be implemented by hand, and there is no state behind the last.
#[inline]
fn place<L: Label>(state: L) -> usize {
    state.index().min(L::VALUES.len() - 1)
}

fn current(line: &OwnLine) -> usize {
    // Relaxed: as in `StateSet::set`.
    line.0.load(Ordering::Relaxed) as usize
}

impl<L: Label> Default for StateSet<L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: Label> Instrument for StateSet<L> {
    const KIND: Kind = Kind::StateSet;

    fn collect(&self, visit: &mut dyn Visit) {
        self.index.with(|line| {
            let current = current(line);
            for (index, name) in L::VALUES.iter().enumerate() {
                let is_current = Value::Signed((index == current).into());
                visit.series(Labels::new(&[(L::KEY, name)]), is_current);
            }
        });
    }
}

impl<L: Label> fmt::Debug for StateSet<L> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.index.with(|line| L::VALUES.get(current(line)));
        out.debug_tuple("StateSet").field(&state.unwrap_or(&"")).finish()
    }
}
