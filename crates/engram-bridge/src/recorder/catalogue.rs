//! The metrics of one kind: which there are, by the name that the facade has for them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use engram_metrics_core::{Descriptor, Unit};

use super::description::Description;
use super::instrument::{Recorded, Shape};
use super::metric::Metric;
use super::name::{Scale, translate};
use super::store::{Limits, Store};
use crate::sync::{RwLock, read, write};
use crate::telemetry::{BRIDGE, Merged};

/// Numbers that are tried behind a name that is taken.
const TRIES: u32 = 1000;

#[derive(Debug)]
pub(super) struct Catalogue<I> {
    metrics: RwLock<HashMap<String, Arc<Metric<I>>>>,
    /// For everything beyond the limit of metrics.
    beyond: OnceLock<Arc<Metric<I>>>,
}

impl<I: Recorded> Catalogue<I> {
    pub(super) fn new() -> Self {
        Self { metrics: RwLock::default(), beyond: OnceLock::new() }
    }

    /// The metric of this name, if something was recorded into it.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Metric<I>>> {
        read(&self.metrics).get(name).cloned()
    }

    /// The metric of this name, made and registered if it may be.
    pub(super) fn find_or_make(&self, store: &Store, name: &str) -> Arc<Metric<I>> {
        self.get(name).unwrap_or_else(|| self.make(store, name))
    }

    fn make(&self, store: &Store, name: &str) -> Arc<Metric<I>> {
        let mut metrics = write(&self.metrics);
        if let Some(metric) = metrics.get(name) {
            return metric.clone();
        }
        // Under the lock: a description that comes later than this finds the metric, and tells it.
        let description = store.descriptions.of(I::KIND, name);
        let has_room = metrics.len() < store.limits.metrics as usize;
        let made = has_room.then(|| register(store, name, &description)).flatten();
        let Some(metric) = made else { return self.beyond(store) };
        metrics.insert(name.to_owned(), metric.clone());
        metric
    }

    fn beyond(&self, store: &Store) -> Arc<Metric<I>> {
        let make = || {
            let scale = Scale { unit: Unit::Count(""), times: 1.0, per: 1.0 };
            let help = "Records of the facade `metrics` beyond the limit of metrics.";
            let descriptor = Descriptor::fixed(I::BEYOND, help, scale.unit, I::KIND);
            let metric = Metric::new(descriptor, Shape { scale, layout: None }, 0);
            let metric = Arc::new(metric);
            // Refused where another recorder writes to this registry: its metric is then the visible one.
            let _ = store.registry.register_shared(&[], metric.clone());
            metric
        };
        self.beyond.get_or_init(make).clone()
    }
}

/// A metric under a name that no other has; `None` when there is none.
fn register<I: Recorded>(
    store: &Store,
    name: &str,
    description: &Description,
) -> Option<Arc<Metric<I>>> {
    let (ours, scale) = translate(name, I::KIND, description.unit);
    let shape = Shape { scale, layout: store.layout_of(name) };
    let Limits { series, .. } = store.limits;
    for number in 1..=TRIES {
        let ours = if number == 1 { ours.clone() } else { format!("{ours}_{number}") };
        let help = description.help_of(name);
        let descriptor = Descriptor::new(ours, help, scale.unit, I::KIND).ok()?;
        let metric = Arc::new(Metric::new(descriptor, shape, series));
        if store.registry.register_shared(&[], metric.clone()).is_ok() {
            return Some(metric);
        }
        BRIDGE.merged.at(Merged::Metric).increment();
    }
    None
}
