//! What the recorder says about itself, and what it refused.

use crate::collect::{Value, Visit};
use crate::counter::Counter;
use crate::descriptor::Kind;
use crate::family::Family;
use crate::label::Labels;
use crate::set::Instrument;
use crate::storage::STORAGE;
use crate::unit::Unit;

crate::label_enum! {
    /// Why a number has no place in a histogram.
    pub enum Reject as "reason" {
        /// Not a number.
        Nan = "nan",
        /// Beyond all bounds.
        Infinite = "infinite",
        /// Below zero.
        Negative = "negative",
    }
}

impl Reject {
    /// Why `value` was refused, given that it was.
    pub(crate) fn of(value: f64) -> Self {
        if value.is_nan() {
            Self::Nan
        } else if value.is_infinite() {
            Self::Infinite
        } else {
            Self::Negative
        }
    }
}

crate::metric_set! {
    /// The recorder's own metrics; register them beside yours.
    pub struct RecorderMetrics {
        /// Numbers that were offered to a histogram and have no place in one.
        pub rejected: Family<Reject, Counter> = "engram.metrics.rejected", Unit::Count("{record}");
        /// Reads of a histogram that a thread recording without a pause kept from being coherent.
        pub torn_snapshots: Counter = "engram.metrics.torn_snapshots", Unit::Count("{snapshot}");
        /// Records that found no cell, because memory or the range of slots was used up.
        pub lost_records: LostRecords = "engram.metrics.lost_records", Unit::Count("{record}");
        /// Sets of cells in existence: the peak number of threads that recorded at one time.
        pub shards: Shards = "engram.metrics.shards", Unit::Count("{shard}");
    }
}

/// The recorder's own metrics.
pub static RECORDER: RecorderMetrics = RecorderMetrics::new();

/// Counts a refused number.
#[cold]
pub(crate) fn count(reason: Reject) {
    RECORDER.rejected.at(reason).increment();
}

/// Counts incoherent reads.
pub(crate) fn count_torn(shards: u32) {
    if shards > 0 {
        RECORDER.torn_snapshots.add(u64::from(shards));
    }
}

/// Reads how many records the storage had no cell for.
#[derive(Debug)]
pub struct LostRecords(());

/// Reads how many shards the storage has made.
#[derive(Debug)]
pub struct Shards(());

impl LostRecords {
    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self(())
    }
}

impl Shards {
    #[doc(hidden)]
    #[must_use]
    pub const fn for_unit(_: Unit) -> Self {
        Self(())
    }
}

impl Instrument for LostRecords {
    const KIND: Kind = Kind::Counter;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Unsigned(STORAGE.lost()));
    }
}

impl Instrument for Shards {
    const KIND: Kind = Kind::Gauge;

    fn collect(&self, visit: &mut dyn Visit) {
        visit.series(Labels::NONE, Value::Float(STORAGE.shard_count() as f64));
    }
}
