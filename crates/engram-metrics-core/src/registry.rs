//! An ordered list of sources.

mod claims;
mod error;
mod listing;
mod overflow;

pub use error::{Conflict, RegisterError};

use std::panic::Location;
use std::sync::{Arc, PoisonError, RwLock};

use crate::collect::{Collect, Visit};
use crate::descriptor::Descriptor;
use crate::gate::Live;
use crate::recorder::RECORDER;
use crate::view::View;
pub(crate) use listing::check as check_labels;
use listing::{Listing, Origin, Source};

/// Which sources there are, and in which order their metrics appear.
///
/// Registering is explicit and happens at start; collecting walks a copy of the list, so that neither
/// waits for the other. Several instances of one set share its metrics, told apart by labels; each
/// metric then appears once, with the series of all instances behind it.
///
/// ```
/// use engram_metrics_core::{Counter, Registry, Unit, metric_set};
///
/// metric_set! {
///     /// One shard of a store.
///     pub struct ShardMetrics {
///         /// Entries written.
///         pub writes: Counter = "store.writes", Unit::Count("{entry}");
///     }
/// }
/// static LEFT: ShardMetrics = ShardMetrics::new();
/// static RIGHT: ShardMetrics = ShardMetrics::new();
///
/// static REGISTRY: Registry = Registry::new();
/// REGISTRY.register_with(&[("shard", "left")], &LEFT)?;
/// REGISTRY.register_with(&[("shard", "right")], &RIGHT)?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct Registry(Live<Sources>);

#[derive(Debug)]
struct Sources(RwLock<Option<Arc<Listing>>>);

impl Registry {
    /// A registry without sources.
    #[must_use]
    pub const fn new() -> Self {
        Self(Live::new(Sources(RwLock::new(None))))
    }

    /// Adds a source.
    ///
    /// # Errors
    /// When one of its metrics is registered already, without labels that tell the two apart, or as
    /// something else, or takes a name on a Prometheus page that another one has there; the registry is
    /// then unchanged.
    #[track_caller]
    pub fn register(&self, source: &'static dyn Collect) -> Result<(), RegisterError> {
        self.add(&[], &Source::Static(source), Location::caller())
    }

    /// Adds a source as one of several instances: `labels` are put before those of each series.
    ///
    /// # Errors
    /// As [`register`](Self::register), and when the name of a label is not `[a-z][a-z0-9_]*`.
    #[track_caller]
    pub fn register_with(
        &self,
        labels: &[(&str, &str)],
        source: &'static dyn Collect,
    ) -> Result<(), RegisterError> {
        self.add(labels, &Source::Static(source), Location::caller())
    }

    /// Adds a source that was made at run time.
    ///
    /// # Errors
    /// As [`register_with`](Self::register_with).
    #[track_caller]
    pub fn register_shared(
        &self,
        labels: &[(&str, &str)],
        source: Arc<dyn Collect>,
    ) -> Result<(), RegisterError> {
        self.add(labels, &Source::Shared(source), Location::caller())
    }

    /// Removes a source that was added by [`register_shared`](Self::register_shared).
    pub fn remove(&self, source: &Arc<dyn Collect>) {
        self.0.with(|sources| {
            sources.change(|listing| listing.remove(source));
        });
    }

    /// Puts `labels` before those of every series, now and later: the cluster, the tenant, the build.
    /// What was put there before is replaced.
    ///
    /// ```
    /// # use engram_metrics_core::Registry;
    /// static REGISTRY: Registry = Registry::new();
    /// REGISTRY.label_all(&[("region", "eu-west")])?;
    /// # Ok::<(), engram_metrics_core::RegisterError>(())
    /// ```
    ///
    /// # Errors
    /// When a name is not `[a-z][a-z0-9_]*` or stands twice, also among the labels of an instance; the
    /// registry is then unchanged.
    pub fn label_all(&self, labels: &[(&str, &str)]) -> Result<(), RegisterError> {
        listing::check(labels)?;
        self.replace(|listing| listing.with_labels(listing::owned(labels)))
    }

    /// Changes what is shown of what libraries register, now and later. Of several views that match a
    /// metric the first one counts.
    ///
    /// ```
    /// # use engram_metrics_core::{Registry, View};
    /// static REGISTRY: Registry = Registry::new();
    /// REGISTRY.view(View::rename("cache.misses", "store.cache.misses")?)?;
    /// REGISTRY.view(View::drop("cache.*"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the view gives a metric the name of another; the registry is then unchanged.
    pub fn view(&self, view: View) -> Result<(), RegisterError> {
        self.replace(|listing| listing.with_view(view))
    }

    /// Shows every metric to `visit`, in the order of registration. Writers are not stopped.
    ///
    /// Where metrics have a bound on their series, one more metric follows: how many records of each
    /// went to its overflow series.
    pub fn collect(&self, visit: &mut dyn Visit) {
        self.0.with(|sources| {
            let duration = RECORDER.collect_duration.start();
            if let Some(listing) = sources.current() {
                listing.shown().for_each(|metric| metric.collect(visit));
                overflow::collect(&listing, visit);
            }
            duration.stop();
        });
    }

    /// Switches the metric that was registered under this name, in all instances, off or on again. Off, records are ignored and
    /// cost a load and a comparison; the page goes on showing what was recorded before.
    ///
    /// False when there is no such metric, or none that can be switched: a gauge cannot, because asking
    /// would cost more than storing.
    pub fn switch(&self, name: &str, on: bool) -> bool {
        self.switch_those(on, |descriptor| descriptor.name() == name) > 0
    }

    /// The same for all metrics of the registry; returns how many were switched.
    pub fn switch_all(&self, on: bool) -> usize {
        self.switch_those(on, |_| true)
    }

    fn switch_those(&self, on: bool, those: impl Fn(&Descriptor) -> bool) -> usize {
        self.0.with(|sources| {
            sources.current().map_or(0, |listing| {
                let controls = listing.controls(those);
                controls.map(|control| control.switch(on)).count()
            })
        })
    }

    fn add(
        &self,
        labels: &[(&str, &str)],
        source: &Source,
        place: &'static Location<'static>,
    ) -> Result<(), RegisterError> {
        listing::check(labels)?;
        let sources = self.0.get();
        sources.map_or(Ok(()), |sources| {
            let origin = Origin { source: source.clone(), labels: listing::owned(labels), place };
            sources.change(|listing| listing.add(origin))
        })
    }

    fn replace(
        &self,
        changed: impl FnOnce(&Listing) -> Result<Listing, RegisterError>,
    ) -> Result<(), RegisterError> {
        let sources = self.0.get();
        sources.map_or(Ok(()), |sources| {
            sources.change(|listing| changed(listing).map(|changed| *listing = changed))
        })
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Sources {
    fn current(&self) -> Option<Arc<Listing>> {
        // A panic, of a source that is asked what it has, leaves at most that source incomplete.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change<R>(&self, change: impl FnOnce(&mut Listing) -> R) -> R {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(current.get_or_insert_default()))
    }
}
