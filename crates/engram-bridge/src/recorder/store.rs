//! Everything that a recorder knows.

use engram_metrics_core::{DEFAULT_LIMIT, Layout, Registry};
use metrics::Key;

use super::cache;
use super::catalogue::Catalogue;
use super::description::{Description, Descriptions};
use super::instrument::{Count, Level, Recorded, Spread};
use super::name::translate;
use crate::sync::{AtomicU64, Ordering};
use crate::telemetry::{BRIDGE, Ignored};

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Metrics of each kind.
    pub(super) metrics: u32,
    /// Series of each metric.
    pub(super) series: u32,
}

#[derive(Debug)]
pub(super) struct Store {
    /// What threads remember its series by: no two recorders have the same.
    number: u64,
    pub(super) registry: &'static Registry,
    pub(super) limits: Limits,
    pub(super) descriptions: Descriptions,
    /// Buckets of histograms whose name begins, or is, like this.
    layouts: Vec<(String, Layout)>,
    pub(super) counters: Catalogue<Count>,
    pub(super) gauges: Catalogue<Level>,
    pub(super) histograms: Catalogue<Spread>,
}

impl Store {
    pub(super) fn new(registry: &'static Registry) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            // Relaxed: deals out numbers.
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            registry,
            limits: Limits { metrics: DEFAULT_LIMIT, series: DEFAULT_LIMIT },
            descriptions: Descriptions::default(),
            layouts: Vec::new(),
            counters: Catalogue::new(),
            gauges: Catalogue::new(),
            histograms: Catalogue::new(),
        }
    }

    pub(super) fn limit(&mut self) -> &mut Limits {
        &mut self.limits
    }

    pub(super) fn add_layout(&mut self, name: &str, layout: Layout) {
        self.layouts.push((name.to_owned(), layout));
    }

    /// The buckets that were asked for; those given last count.
    pub(super) fn layout_of(&self, name: &str) -> Option<Layout> {
        let is_meant = |(pattern, _): &&(String, Layout)| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == pattern,
        };
        self.layouts.iter().rev().find(is_meant).map(|(_, layout)| *layout)
    }

    /// What the facade records with.
    #[inline]
    pub(super) fn handle<I: Recorded>(&self, key: &Key) -> I::Handle {
        let make = || {
            let metric = I::catalogue(self).find_or_make(self, key.name());
            I::handle(metric.series(key))
        };
        cache::find_or::<I>(self.number, key, make).unwrap_or_else(lose::<I>)
    }

    /// Keeps a description for a metric to come, and tells one that is there already.
    pub(super) fn describe<I: Recorded>(&self, name: &str, description: &Description) {
        self.descriptions.put((I::KIND, name), description, self.limits.metrics);
        let Some(metric) = I::catalogue(self).get(name) else { return };
        let scale = description.unit.map(|unit| translate(name, I::KIND, Some(unit)).1);
        if scale.is_some_and(|scale| scale != metric.shape().scale) {
            BRIDGE.ignored_descriptions.at(Ignored::Late).increment();
        }
        description.help.iter().for_each(|help| metric.describe(help));
    }
}

#[cold]
fn lose<I: Recorded>() -> I::Handle {
    BRIDGE.lost.increment();
    I::idle()
}
