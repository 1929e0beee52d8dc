//! What the recorder says about itself, and what it refused.

use crate::collect::{Value, Visit};
use crate::counter::Counter;
use crate::descriptor::Kind;
use crate::family::Family;
use crate::gauge::Gauge;
use crate::governor::Adaptation;
use crate::histogram::Histogram;
use crate::label::Labels;
use crate::set::Instrument;
use crate::storage::STORAGE;
use crate::unit::Unit;
use crate::versions::versions;

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
        /// Records that had to share cells with other threads, by a locked instruction: more threads than
        /// shards, a thread that is ending, or a signal handler.
        pub shared_records: SharedRecords = "engram.metrics.shared_records", Unit::Count("{record}");
        /// Metrics that something was recorded into and that nobody ever read: not registered, most likely.
        pub unread: Unread = "engram.metrics.unread", Unit::Count("{metric}");
        /// Time to collect a registry, what the exporter does with each series included.
        pub collect_duration: Histogram = "engram.metrics.collect.duration", Unit::Seconds;
        /// Share of the processors' time that governed histograms took, as of the last step of the governor.
        pub overhead: Gauge = "engram.metrics.overhead", Unit::Ratio;
        /// What governors did about the overhead.
        pub adaptations: Family<Adaptation, Counter> = "engram.metrics.adaptations",
            Unit::Count("{step}");
        /// Sets of cells in existence: the peak number of threads that recorded at one time.
        pub shards: Shards = "engram.metrics.shards", Unit::Count("{shard}");
        /// Versions of the recorder in the program. They record apart from each other, so that more than one is
        /// a mistake: what is recorded through one is not on the pages of another.
        pub versions: Versions = "engram.metrics.versions", Unit::Count("{version}");
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

/// Declares instruments that read a number which is there anyway.
macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $value:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(());

        impl $name {
            #[doc(hidden)]
            #[must_use]
            pub const fn for_unit(_: Unit) -> Self {
                Self(())
            }
        }

        impl Instrument for $name {
            const KIND: Kind = Kind::$kind;

            fn collect(&self, visit: &mut dyn Visit) {
                visit.series(Labels::NONE, $value);
            }
        }
    )+};
}

reads! {
    /// Reads how many records the storage had no cell for.
    LostRecords: Counter, Value::Unsigned(STORAGE.lost());
    /// Reads how many records went to shared cells.
    SharedRecords: Counter, Value::Unsigned(STORAGE.shared_records());
    /// Reads how many metrics nobody has read.
    Unread: Gauge, Value::Float(STORAGE.unread() as f64);
    /// Reads how many shards the storage has made.
    Shards: Gauge, Value::Float(STORAGE.shard_count() as f64);
    /// Reads how many versions of this crate are in the program.
    Versions: Gauge, Value::Float(versions().len() as f64);
}
