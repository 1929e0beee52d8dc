//! What a registry holds: metrics, each with the instances that its series come from, and how they are
//! shown.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::claims::{claims, underscored};
use super::error::{Conflict, RegisterError};
use crate::collect::{Collect, Exemplify, Value, Visit};
use crate::control::Control;
use crate::descriptor::{Descriptor, is_valid_label};
use crate::label::Labels;
use crate::rows::Rows;
use crate::view::{Shown, View};

/// Names and values of labels.
pub(super) type OwnedLabels = Vec<(String, String)>;

/// All metrics, in the order of their registration.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    metrics: Vec<Metric>,
    /// Where a metric is, by the name on a Prometheus page that it was registered under.
    registered: HashMap<String, usize>,
    /// The same by each name that it takes there, which a view may have changed.
    shown: HashMap<String, usize>,
    /// Before those of every series.
    labels: OwnedLabels,
    views: Vec<View>,
}

/// A metric and where its series come from: never empty.
#[derive(Clone, Debug)]
pub(super) struct Metric {
    members: Vec<Member>,
    shown: Shown,
}

/// One metric of one instance.
#[derive(Clone)]
pub(super) struct Member {
    origin: Arc<Origin>,
    index: usize,
    /// Those of the registry and those of the instance.
    labels: Arc<[(String, String)]>,
}

/// A source, and where it was registered as which instance.
pub(super) struct Origin {
    pub(super) source: Source,
    pub(super) labels: OwnedLabels,
    pub(super) place: &'static Location<'static>,
}

#[derive(Clone)]
pub(super) enum Source {
    Static(&'static dyn Collect),
    Shared(Arc<dyn Collect>),
}

impl Listing {
    /// Adds every metric of a source, or none.
    pub(super) fn add(&mut self, origin: Origin) -> Result<(), RegisterError> {
        let origin = Arc::new(origin);
        let labels: Arc<[_]> = self.labels_of(&origin)?.into();
        let metrics = (0..).take_while(|index| origin.source.get().descriptor(*index).is_some());
        let mut members =
            metrics.map(|index| Member { origin: origin.clone(), index, labels: labels.clone() });
        let added = members.try_for_each(|member| self.insert(member));
        if added.is_err() {
            self.retain(|member| !Arc::ptr_eq(&member.origin, &origin));
        }
        added
    }

    pub(super) fn remove(&mut self, source: &Arc<dyn Collect>) {
        self.retain(|member| !member.origin.source.is(source));
    }

    /// The same metrics with other labels before those of every series.
    pub(super) fn with_labels(&self, labels: OwnedLabels) -> Result<Self, RegisterError> {
        let views = self.views.clone();
        Self { labels, views, ..Self::default() }.with_members(self.members())
    }

    /// The same metrics seen through one more view.
    pub(super) fn with_view(&self, view: View) -> Result<Self, RegisterError> {
        let (labels, views) = (self.labels.clone(), [&self.views[..], &[view]].concat());
        Self { labels, views, ..Self::default() }.with_members(self.members())
    }

    /// The metrics that no view leaves out.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.iter().filter(|metric| metric.shown().is_some())
    }

    /// Those of the metrics that `those` chooses, in all their instances.
    pub(super) fn controls(
        &self,
        those: impl Fn(&Descriptor) -> bool,
    ) -> impl Iterator<Item = &dyn Control> {
        let chosen = self.metrics.iter().filter(move |metric| those(metric.descriptor()));
        chosen.flat_map(|metric| &metric.members).filter_map(Member::control)
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        self.metrics.iter().flat_map(|metric| &metric.members)
    }

    fn retain(&mut self, keep: impl Fn(&Member) -> bool) {
        let (labels, views) = (self.labels.clone(), self.views.clone());
        let kept = self.members().filter(|member| keep(member));
        let kept = Self { labels, views, ..Self::default() }.with_members(kept);
        *self = kept.expect("what went together before also does without the rest");
    }

    fn with_members<'a>(
        mut self,
        members: impl Iterator<Item = &'a Member>,
    ) -> Result<Self, RegisterError> {
        for member in members {
            let labels = self.labels_of(&member.origin)?.into();
            self.insert(Member { labels, ..member.clone() })?;
        }
        Ok(self)
    }

    fn labels_of(&self, origin: &Origin) -> Result<OwnedLabels, RegisterError> {
        let labels = [&self.labels[..], &origin.labels].concat();
        match repeated(&labels) {
            Some((name, _)) => Err(RegisterError::RepeatedLabel { name: name.clone() }),
            None => Ok(labels),
        }
    }

    /// Adds a member to the metric of its name, or as a new metric.
    fn insert(&mut self, member: Member) -> Result<(), RegisterError> {
        match self.registered.get(&underscored(member.descriptor())) {
            Some(at) => self.metrics[*at].join(member),
            None => self.push(member),
        }
    }

    fn push(&mut self, member: Member) -> Result<(), RegisterError> {
        let at = self.metrics.len();
        let metric =
            Metric { shown: View::show(&self.views, member.descriptor()), members: vec![member] };
        let names = metric.shown().map(claims).unwrap_or_default();
        if let Some(other) = names.iter().find_map(|name| self.shown.get(name)) {
            let first = &self.metrics[*other].members[0];
            let conflict = conflict(first, &metric.members[0]);
            let other = first.descriptor().name().to_owned();
            return Err(RegisterError::Clash { conflict, other });
        }
        self.shown.extend(names.into_iter().map(|name| (name, at)));
        self.registered.insert(underscored(metric.descriptor()), at);
        self.metrics.push(metric);
        Ok(())
    }
}

impl Metric {
    /// Adds an instance.
    fn join(&mut self, member: Member) -> Result<(), RegisterError> {
        let first = &self.members[0];
        if first.descriptor() != member.descriptor() {
            return Err(RegisterError::Mismatch(conflict(first, &member)));
        }
        let is_twin = |other: &&Member| other.origin.labels == member.origin.labels;
        if let Some(twin) = self.members.iter().find(is_twin) {
            return Err(RegisterError::Duplicate(conflict(twin, &member)));
        }
        self.members.push(member);
        Ok(())
    }

    /// What it was registered as.
    fn descriptor(&self) -> &Descriptor {
        self.members[0].descriptor()
    }

    /// What it is shown as, if it is.
    pub(super) fn shown(&self) -> Option<&Descriptor> {
        match &self.shown {
            Shown::AsItIs => Some(self.descriptor()),
            Shown::Renamed(descriptor) => Some(descriptor),
            Shown::Not => None,
        }
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn collect(&self, visit: &mut dyn Visit) {
        let Some(descriptor) = self.shown() else { return };
        visit.metric(descriptor);
        for member in &self.members {
            let source = member.origin.source.get();
            if member.labels.is_empty() {
                source.collect(member.index, visit);
            } else {
                source.collect(member.index, &mut Instance { labels: &member.labels, visit });
            }
        }
    }
}

impl Member {
    pub(super) fn control(&self) -> Option<&dyn Control> {
        self.origin.source.get().control(self.index)
    }

    pub(super) fn labels(&self) -> &[(String, String)] {
        &self.labels
    }

    fn descriptor(&self) -> &Descriptor {
        let descriptor = self.origin.source.get().descriptor(self.index);
        descriptor.expect("a source keeps the metrics that it was registered with")
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Member")
            .field("descriptor", self.descriptor())
            .field("labels", &self.labels)
            .field("place", &self.origin.place)
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

    fn rows(&mut self, rows: &Rows<'_>) {
        self.visit.rows(&rows.within(self.labels));
    }

    fn exemplify(&mut self, source: &dyn Exemplify) {
        self.visit.exemplify(source);
    }
}

/// Whether an exporter can write these labels.
pub(crate) fn check(labels: &[(&str, &str)]) -> Result<(), RegisterError> {
    let named = |name: &str| name.to_owned();
    if let Some((name, _)) = labels.iter().find(|(name, _)| !is_valid_label(name)) {
        return Err(RegisterError::InvalidLabel { name: named(name) });
    }
    match repeated(labels) {
        Some((name, _)) => Err(RegisterError::RepeatedLabel { name: named(name) }),
        None => Ok(()),
    }
}

/// The labels as they are kept.
pub(super) fn owned(labels: &[(&str, &str)]) -> OwnedLabels {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The first label whose name was there before.
fn repeated<N: PartialEq, V>(labels: &[(N, V)]) -> Option<&(N, V)> {
    let is_there = |at: &usize| labels[..*at].iter().any(|(name, _)| *name == labels[*at].0);
    (0..labels.len()).find(is_there).map(|at| &labels[at])
}

fn conflict(first: &Member, second: &Member) -> Conflict {
    Conflict {
        name: second.descriptor().name().to_owned(),
        first: first.origin.place,
        second: second.origin.place,
    }
}
