//! Counters, gauges and histograms at the cost of a plain add.
//!
//! ```
//! use engram_metrics_core::{Counter, Histogram, Registry, Unit, metric_set};
//!
//! metric_set! {
//!     /// What the cache does.
//!     pub struct CacheMetrics {
//!         /// Look-ups that found their entry.
//!         pub hits: Counter = "cache.hits", Unit::Count("{lookup}");
//!         /// Time to load a missing entry.
//!         pub load_duration: Histogram = "cache.load.duration", Unit::Seconds;
//!     }
//! }
//! static CACHE: CacheMetrics = CacheMetrics::new();
//!
//! let registry = Registry::new();
//! registry.register(&CACHE)?;
//! CACHE.hits.increment();
//! CACHE.load_duration.time(|| { /* load */ });
//! # engram_metrics_core::when_enabled! {
//! assert_eq!(CACHE.hits.value(), 1);
//! # }
//! # Ok::<(), engram_metrics_core::RegisterError>(())
//! ```
//!
//! # Which one
//! | for | use |
//! |---|---|
//! | what only grows | [`Counter`] |
//! | what grows and shrinks by what is added | [`UpDownCounter`] |
//! | what was set last | [`Gauge`]; [`StateSet`] for which of a few states |
//! | a distribution | [`Histogram`]; [`ExplicitHistogram`] for bounds that mean something, [`LogLinearHistogram`] where small whole numbers are to stay apart, [`ExemplarHistogram`] to lead to traces, [`SampledHistogram`] with a [`Governor`] for scopes too short to time all |
//! | labels known when compiling | [`Family`] of a [`label_enum!`] |
//! | labels that are strings | [`DynamicFamily`] |
//! | a metric made at run time | [`Named`] |
//!
//! # How it is that cheap
//! Each thread writes only memory that it owns, with a plain load and store; readers add up the cells
//! of all threads. No lock, no locked instruction, no line shared between threads, no allocation after
//! a thread's first record, and nothing lost when a thread ends. The module `storage` has the drawing.
//!
//! # What everything meets in
//! [`Collect`] is a source of metrics, [`Visit`] an exporter; a [`Registry`] is an ordered list of
//! sources. Any number of sources and exporters need no knowledge of each other. [`Reading`] is the exporter
//! for tests: what changed between two moments.
//!
//! # Switched off
//! Without the feature `enabled`, or with `--cfg engram_off` whatever the features say, all types are
//! zero-sized and all calls empty: an instrumented function is the same machine code as its bare twin.
//!
//! # Deliberately absent
//! No I/O, no threads, no async, no serialisation: exporters are other crates. No resetting of
//! counters: a delta is the reader's subtraction. No floating-point counters: their sum would depend
//! on the order of the threads; count ticks of a unit instead, as [`Histogram`] does.

#![cfg_attr(engram_loom, expect(dead_code, reason = "models use the storage and nothing above it"))]

mod gate;
mod storage;
mod sync;

#[cfg(not(engram_loom))]
mod clock;
#[cfg(not(engram_loom))]
mod collect;
#[cfg(not(engram_loom))]
mod control;
#[cfg(not(engram_loom))]
mod counter;
#[cfg(not(engram_loom))]
mod descriptor;
#[cfg(not(engram_loom))]
mod dynamic;
#[cfg(engram_loom)]
#[path = "dynamic/models.rs"]
mod dynamic;
#[cfg(not(engram_loom))]
mod family;
#[cfg(not(engram_loom))]
mod gauge;
#[cfg(not(engram_loom))]
mod governor;
#[cfg(not(engram_loom))]
pub mod histogram;
#[cfg(engram_loom)]
#[path = "histogram/cells.rs"]
mod histogram_cells;
#[cfg(engram_loom)]
#[path = "histogram/places.rs"]
mod histogram_places;
#[cfg(not(engram_loom))]
mod info;
#[cfg(not(engram_loom))]
mod label;
#[cfg(not(engram_loom))]
mod named;
#[cfg(not(engram_loom))]
mod node;
#[cfg(not(engram_loom))]
mod random;
#[cfg(not(engram_loom))]
mod reading;
#[cfg(not(engram_loom))]
mod recorder;
#[cfg(not(engram_loom))]
mod registry;
#[cfg(not(engram_loom))]
mod rows;
#[cfg(not(engram_loom))]
mod sampler;
#[cfg(not(engram_loom))]
mod set;
#[cfg(not(engram_loom))]
mod state_set;
#[cfg(not(engram_loom))]
mod unit;
#[cfg(not(engram_loom))]
mod versions;
#[cfg(not(engram_loom))]
mod view;

pub use gate::ENABLED;
/// For the models of other crates.
#[cfg(all(engram_loom, not(engram_shuttle)))]
#[doc(hidden)]
pub use sync::ordering_at;

#[cfg(not(engram_loom))]
pub use {
    clock::{Moment, Stamp, seconds_to_ticks},
    collect::{Collect, Exemplify, Value, Visit},
    control::Control,
    counter::{Counter, UpDownCounter},
    descriptor::{Descriptor, InvalidName, Kind, metric_name},
    dynamic::{At, DEFAULT_LIMIT, DynamicFamily, Handle, MAX_VALUE_BYTES, Plain, Replicate},
    family::{Family, FamilyCells, Member, Series},
    gauge::Gauge,
    governor::{Adaptation, DEFAULT_LIMIT as DEFAULT_OVERHEAD_LIMIT, Governor},
    histogram::{
        Bounds, Buckets, Exemplar, ExemplarHistogram, ExplicitHistogram, Histogram, Layout,
        LogLinear, LogLinearHistogram, SampledHistogram, Snapshot, SpanId, TraceId,
    },
    info::Info,
    label::{Label, LabelSet, Labels, UsePairs, label_name, label_text},
    named::Named,
    node::{HookTaken, node_of_thread, set_node_of_thread},
    reading::Reading,
    recorder::{
        LostRecords, RECORDER, RecorderMetrics, Reject, Shards, SharedRecords, Unread, Versions,
    },
    registry::{Conflict, RegisterError, Registry},
    rows::{Numbers, Room, Rows},
    sampler::{Sampler, SamplingRatio},
    set::Instrument,
    state_set::StateSet,
    unit::Unit,
    versions::versions,
    view::View,
};
