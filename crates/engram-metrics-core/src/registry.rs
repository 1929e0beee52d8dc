//! An ordered list of sources.

mod overflow;

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, PoisonError, RwLock};

use crate::collect::{Collect, Value, Visit};
use crate::control::Control;
use crate::descriptor::{Descriptor, is_valid_label};
use crate::gate::Live;
use crate::label::Labels;
use crate::recorder::RECORDER;

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
struct Sources(RwLock<Option<Arc<Vec<Metric>>>>);

/// A metric and where its series come from: never empty.
#[derive(Clone, Debug)]
struct Metric {
    members: Vec<Member>,
}

/// One metric of one instance.
#[derive(Clone)]
struct Member {
    source: Source,
    index: usize,
    labels: Arc<[(String, String)]>,
    place: &'static Location<'static>,
}

#[derive(Clone)]
enum Source {
    Static(&'static dyn Collect),
    Shared(Arc<dyn Collect>),
}

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
    /// something else; the registry is then unchanged.
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
            sources.change(|metrics| {
                for metric in metrics.iter_mut() {
                    metric.members.retain(|member| !member.source.is(source));
                }
                metrics.retain(|metric| !metric.members.is_empty());
            });
        });
    }

    /// Shows every metric to `visit`, in the order of registration. Writers are not stopped.
    ///
    /// Where metrics have a bound on their series, one more metric follows: how many records of each
    /// went to its overflow series.
    pub fn collect(&self, visit: &mut dyn Visit) {
        self.0.with(|sources| {
            let duration = RECORDER.collect_duration.start();
            let current = sources.current();
            let metrics = || current.iter().flat_map(|metrics| metrics.iter());
            metrics().for_each(|metric| metric.collect(visit));
            overflow::collect(metrics().flat_map(|metric| &metric.members), visit);
            duration.stop();
        });
    }

    /// Switches the metric of this name, in all instances, off or on again. Off, records are ignored and
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
            let current = sources.current();
            let metrics = current.iter().flat_map(|metrics| metrics.iter());
            let chosen = metrics.filter(|metric| those(metric.descriptor()));
            let controls = chosen.flat_map(|metric| &metric.members).filter_map(Member::control);
            controls.map(|control| control.switch(on)).count()
        })
    }

    fn add(
        &self,
        labels: &[(&str, &str)],
        source: &Source,
        place: &'static Location<'static>,
    ) -> Result<(), RegisterError> {
        if let Some((name, _)) = labels.iter().find(|(name, _)| !is_valid_label(name)) {
            return Err(RegisterError::InvalidLabel { name: (*name).to_owned() });
        }
        self.0.get().map_or(Ok(()), |sources| sources.add(labels, source, place))
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Sources {
    fn current(&self) -> Option<Arc<Vec<Metric>>> {
        // A panic cannot leave the list half changed: it is replaced as a whole.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change<R>(&self, change: impl FnOnce(&mut Vec<Metric>) -> R) -> R {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(current.get_or_insert_default()))
    }

    fn add(
        &self,
        labels: &[(&str, &str)],
        source: &Source,
        place: &'static Location<'static>,
    ) -> Result<(), RegisterError> {
        let labels: Arc<[_]> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.change(|metrics| {
            let members =
                (0..).take_while(|index| source.get().descriptor(*index).is_some()).map(|index| {
                    Member { source: source.clone(), index, labels: labels.clone(), place }
                });
            let mut grown = metrics.clone();
            members.into_iter().try_for_each(|member| insert(&mut grown, member))?;
            *metrics = grown;
            Ok(())
        })
    }
}

/// Adds a member to the metric of its name, or as a new metric.
fn insert(metrics: &mut Vec<Metric>, member: Member) -> Result<(), RegisterError> {
    let same_name =
        |metric: &&mut Metric| same_series_name(metric.descriptor(), member.descriptor());
    let Some(metric) = metrics.iter_mut().find(same_name) else {
        metrics.push(Metric { members: vec![member] });
        return Ok(());
    };
    let conflict = |first: &Member| Conflict {
        name: member.descriptor().name().to_owned(),
        first: first.place,
        second: member.place,
    };
    let first = &metric.members[0];
    if first.descriptor() != member.descriptor() {
        return Err(RegisterError::Mismatch(conflict(first)));
    }
    if let Some(twin) = metric.members.iter().find(|other| other.labels == member.labels) {
        return Err(RegisterError::Duplicate(conflict(twin)));
    }
    metric.members.push(member);
    Ok(())
}

/// Whether two metrics would have the same name on a Prometheus page, where dots are underscores.
fn same_series_name(one: &Descriptor, other: &Descriptor) -> bool {
    let plain = |byte: u8| if byte == b'.' { b'_' } else { byte };
    one.name().bytes().map(plain).eq(other.name().bytes().map(plain))
}

impl Metric {
    fn descriptor(&self) -> &Descriptor {
        self.members[0].descriptor()
    }

    fn collect(&self, visit: &mut dyn Visit) {
        visit.metric(self.descriptor());
        for member in &self.members {
            let source = member.source.get();
            if member.labels.is_empty() {
                source.collect(member.index, visit);
            } else {
                source.collect(member.index, &mut Instance { labels: &member.labels, visit });
            }
        }
    }
}

impl Member {
    fn control(&self) -> Option<&dyn Control> {
        self.source.get().control(self.index)
    }

    fn descriptor(&self) -> &Descriptor {
        let descriptor = self.source.get().descriptor(self.index);
        descriptor.expect("a source keeps the metrics that it was registered with")
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Member")
            .field("descriptor", self.descriptor())
            .field("labels", &self.labels)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Source {
    fn get(&self) -> &dyn Collect {
        match self {
            Self::Static(source) => *source,
            Self::Shared(source) => &**source,
        }
    }

    fn is(&self, other: &Arc<dyn Collect>) -> bool {
        matches!(self, Self::Shared(source) if Arc::ptr_eq(source, other))
    }
}

/// Puts the labels of an instance before those of its series.
struct Instance<'a> {
    labels: &'a [(String, String)],
    visit: &'a mut dyn Visit,
}

impl Visit for Instance<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.visit.metric(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        self.visit.series(labels.within(self.labels), value);
    }
}

/// Why a source was not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The metric is there already, with the same instance labels.
    Duplicate(Conflict),
    /// The metric is there already with another kind, unit or help.
    Mismatch(Conflict),
    /// An instance label that no exporter could write.
    InvalidLabel {
        /// The label's name.
        name: String,
    },
}

/// Two registrations of one metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The metric.
    pub name: String,
    /// Where it was registered first.
    pub first: &'static Location<'static>,
    /// Where it was registered again.
    pub second: &'static Location<'static>,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(Conflict { name, first, second }) => write!(
                out,
                "the metric {name:?} registered at {second} is registered at {first} already; \
                 give each instance labels of its own with `register_with`"
            ),
            Self::Mismatch(Conflict { name, first, second }) => write!(
                out,
                "the metric {name:?} registered at {second} has another kind, unit or help than at {first}"
            ),
            Self::InvalidLabel { name } => {
                write!(out, "the label name {name:?} is not [a-z][a-z0-9_]*")
            }
        }
    }
}

impl std::error::Error for RegisterError {}
