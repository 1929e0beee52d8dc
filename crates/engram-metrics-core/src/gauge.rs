//! A number that is set.

use crate::collect::{Value, Visit};
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::label::Labels;
use crate::set::Instrument;
use crate::sync::{AtomicU64, Ordering};
use crate::unit::Unit;

/// The last number that any thread set: temperatures, sizes, moments.
///
/// A store and nothing else; of two threads that set it at once either may be last. For a quantity that
/// is built from changes use an [`UpDownCounter`](crate::UpDownCounter), which is exact and stays fast
/// when threads share it. NaN and infinities are values like any other.
///
/// ```
/// use engram_metrics_core::Gauge;
///
/// static LOAD: Gauge = Gauge::new();
/// LOAD.set(0.25);
/// LOAD.add(0.5);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(LOAD.value(), 0.75);
/// # }
/// ```
#[derive(Debug)]
pub struct Gauge(Live<OwnLine>);

/// All threads write this word, so it must not share a line with the slots that all threads read.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct OwnLine(pub(crate) AtomicU64);

impl Gauge {
    /// A gauge at 0.
    #[must_use]
    pub const fn new() -> Self {
        Self(Live::new(OwnLine(AtomicU64::new(0))))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self::new()
    }

    /// Replaces the value.
    #[inline]
    pub fn set(&self, value: f64) {
        // Relaxed: a statistic; nothing else is read on the strength of this value.
        self.0.with(|line| line.0.store(value.to_bits(), Ordering::Relaxed));
    }

    /// Adds to the value, exactly once even when other threads do the same: a loop of compare and
    /// exchange, about ten times the cost of `set`.
    pub fn add(&self, change: f64) {
        self.0.with(|line| {
            let add = |bits| Some((f64::from_bits(bits) + change).to_bits());
            // Relaxed, both: as in `set`; the exchange alone keeps additions from being lost.
            let _ = line.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        });
    }

    /// The value that was set last.
    #[must_use]
    pub fn value(&self) -> f64 {
        // Relaxed: as in `set`.
        self.0.with(|line| f64::from_bits(line.0.load(Ordering::Relaxed)))
    }
}

impl Default for Gauge {
    fn default() -> Self {
        Self::new()
    }
}

impl Instrument for Gauge {
    const KIND: Kind = Kind::Gauge;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Float(self.value()));
    }
}
