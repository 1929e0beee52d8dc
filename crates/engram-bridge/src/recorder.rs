//! A recorder for the facade `metrics`.
//!
//! ```text
//!   counter!("rows", "table" => t).increment(1)
//!     key with its hash ─► this thread's table ─► compare in full ─► handle ─► this thread's cell    a hit
//!                                │ not there
//!                                └─► name ─► metric, registered when new ─► labels ─► series         a miss
//!                                              │ too many                     │ too many
//!                                              └─► facade.overflow.*          └─► the overflow series
//! ```

mod cache;
mod catalogue;
mod description;
mod instrument;
mod label;
mod measure;
mod metric;
mod name;
mod series;
mod store;

use std::fmt;

use engram_metrics_core::{Layout, Registry};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use crate::gate::Live;
use description::Description;
use instrument::{Count, Level, Spread};
use store::Store;

/// Records what libraries say through the facade `metrics`, into a registry of ours.
///
/// ```
/// use engram_bridge::Recorder;
/// use engram_metrics_core::Registry;
///
/// static REGISTRY: Registry = Registry::new();
///
/// Recorder::new(&REGISTRY).install()?;
/// metrics::describe_histogram!("query_seconds", metrics::Unit::Seconds, "Time of a query.");
/// metrics::counter!("rows_read_total", "table" => "words").increment(64);
/// metrics::histogram!("query_seconds").record(0.003);
/// # engram_metrics_core::when_enabled! {
/// let page = engram_metrics_core::Reading::of(&REGISTRY);
/// assert_eq!(page.number("rows_read", &[("table", "words")]), Some(64.0));
/// # }
/// # Ok::<(), engram_bridge::AlreadyInstalled>(())
/// ```
///
/// Metrics appear in the registry when they are first recorded into, and stay there when the recorder is gone.
/// One recorder to a registry: the metrics of a second one would have to give way in their names.
///
/// # Names
/// | of the facade | is here | why |
/// |---|---|---|
/// | `HTTP-Requests` | `http_requests` | names are `[a-z][a-z0-9_.]*` |
/// | `5xx` | `metric_5xx` | and begin with a letter |
/// | counter `rows_total` | `rows` | the exporter for Prometheus appends it again |
/// | `query_seconds` | `query`, in seconds | as above; so do `_bytes`, `_ratio`, `_milliseconds` … |
/// | `wait_ms`, described as milliseconds | `wait`, in seconds, values divided by 1000 | base units |
/// | label `Status Code`, `1st`, `le` | `status_code`, `label_1st`, `label_le` | label names are `[a-z][a-z0-9_]*`, some belong to the page |
///
/// A unit that was described counts more than one in the name. A counter is converted only to bytes, which
/// stays exact; described as milliseconds, it goes on counting milliseconds. A description that comes after
/// the first record still brings its help, but no other unit.
///
/// **Collisions.** A metric whose name is taken, by another of the facade or by one of yours, gets the first
/// number that is free behind it: `requests_2`; its help says what the facade calls it, unless that was
/// described. Two names of one series' labels likewise. Two keys whose labels become the same share
/// a series, in which their records add up. Each is counted in `engram.bridge.merged`.
///
/// # Bounds
/// A metric has 2,000 series ([`with_series_limit`](Self::with_series_limit)); what is beyond goes to one
/// more, labelled `otel_metric_overflow="true"`, and is counted by the registry in `engram.metrics.overflow`.
/// So do labels of more than 1,024 bytes. There are 2,000 metrics of each kind
/// ([`with_metric_limit`](Self::with_metric_limit)); what is beyond goes to `facade.overflow.counter`, `.gauge`
/// and `.histogram`. A thread remembers 4,096 series of each kind, some 200 bytes each.
///
/// # Cost
/// A call of `counter!(…)` looks its series up in a table of this thread: a hash that the macro brings along,
/// a comparison, and two locked instructions on a line that no other thread writes, because the facade counts
/// references. A handle that is kept costs one call through a table of functions, and the record.
/// The first record of a thread into a series takes a lock and allocates. `cargo xtask bench export` prints it.
///
/// # Histograms
/// have the buckets that suit their unit; where nobody told it, 19 % wide from 10^-6 to 4 * 10^9
/// ([`with_layout`](Self::with_layout) says otherwise). What has no place in one is in `engram.metrics.rejected`.
pub struct Recorder(Live<Store>);

impl Recorder {
    /// A recorder whose metrics are registered with `registry`.
    #[must_use]
    pub fn new(registry: &'static Registry) -> Self {
        Self(Live::make(|| Store::new(registry)))
    }

    /// At most so many series in each metric.
    #[must_use]
    pub fn with_series_limit(mut self, series: u32) -> Self {
        self.change(|store| store.limit().series = series);
        self
    }

    /// At most so many metrics of each kind, and as many descriptions of all kinds together.
    #[must_use]
    pub fn with_metric_limit(mut self, metrics: u32) -> Self {
        self.change(|store| store.limit().metrics = metrics);
        self
    }

    /// Gives buckets to the histogram of this name, or with `*` at its end, to those that begin like it. The
    /// range is in base units; the name is that of the facade. What is said last counts.
    #[must_use]
    pub fn with_layout(mut self, name: &str, layout: Layout) -> Self {
        self.change(|store| store.add_layout(name, layout));
        self
    }

    /// Makes it the recorder of the process. Off, the facade stays without one, which is cheapest.
    ///
    /// # Errors
    /// When the process has one.
    pub fn install(self) -> Result<(), AlreadyInstalled> {
        if !crate::ENABLED {
            return Ok(());
        }
        metrics::set_global_recorder(self).map_err(|_| AlreadyInstalled(()))
    }

    fn change(&mut self, change: impl FnOnce(&mut Store)) {
        if let Some(store) = self.0.get_mut() {
            change(store);
        }
    }

    fn describe(&self, describe: impl FnOnce(&Store)) {
        if let Some(store) = self.0.get() {
            describe(store);
        }
    }
}

/// Methods of the facade, alike for each kind.
macro_rules! record {
    ($($describe:ident, $register:ident: $instrument:ty as $handle:ident;)+) => {$(
        fn $describe(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
            let description = Description { unit, help: Some(help.into_owned()) };
            self.describe(|store| store.describe::<$instrument>(name.as_str(), &description));
        }

        #[inline]
        fn $register(&self, key: &Key, _: &Metadata<'_>) -> $handle {
            self.0.get().map_or_else($handle::noop, |store| store.handle::<$instrument>(key))
        }
    )+};
}

impl metrics::Recorder for Recorder {
    record! {
        describe_counter, register_counter: Count as Counter;
        describe_gauge, register_gauge: Level as Gauge;
        describe_histogram, register_histogram: Spread as Histogram;
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limits = self.0.get().map(|store| store.limits);
        out.debug_struct("Recorder").field("limits", &limits).finish_non_exhaustive()
    }
}

/// The process has a recorder for the facade `metrics` already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled(());

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the process has a recorder for the facade `metrics` already")
    }
}

impl std::error::Error for AlreadyInstalled {}
