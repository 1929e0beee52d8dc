//! Their registry as a source of ours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engram_metrics_core::{
    Collect, Descriptor, ENABLED, Kind, Labels, RegisterError, Registry, Unit, Value, Visit,
};
use prometheus::proto::MetricFamily;

use super::family::Family;

/// A `prometheus::Registry` that is there already, on our page.
///
/// Their metrics come and go as series are first used, so each page looks what there is. A family that is
/// new is on the page after that, or at once after [`refresh`](Self::refresh): ask for it before a last push.
///
/// Families keep their names, except that a counter gets the `_total` that it may not have. What our model
/// has nothing like is left out: summaries, names that are not `[a-z][a-z0-9_]*`, histograms with negative or
/// more than 64 bounds or a negative sum, and names that a metric of ours has. `engram_bridge_families` counts
/// both. A page costs what gathering their registry costs, once.
///
/// ```
/// # use engram_metrics_core::Registry;
/// use engram_export_prom::bridge::PrometheusMetrics;
///
/// static REGISTRY: Registry = Registry::new();
/// PrometheusMetrics::register(prometheus::default_registry(), &REGISTRY)?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
pub struct PrometheusMetrics {
    theirs: prometheus::Registry,
    ours: &'static Registry,
    gathered: Arc<Gathered>,
    /// Families that were looked at, and whether they are on our page.
    known: Mutex<BTreeMap<String, bool>>,
}

/// What was gathered last, in the order of the names.
#[derive(Default)]
pub(super) struct Gathered(Mutex<Arc<Vec<MetricFamily>>>);

static FAMILIES: Descriptor = Descriptor::fixed(
    "engram.bridge.families",
    "Families of a registry of the crate prometheus: on this page, or left out because nothing here is like them.",
    Unit::Count("{family}"),
    Kind::Gauge,
);

impl PrometheusMetrics {
    /// Shows what `theirs` has on the pages of `ours`, behind what is there already.
    ///
    /// # Errors
    /// When `ours` has such a source already.
    pub fn register(
        theirs: &prometheus::Registry,
        ours: &'static Registry,
    ) -> Result<Arc<Self>, RegisterError> {
        let source = Arc::new(Self {
            theirs: theirs.clone(),
            ours,
            gathered: Arc::default(),
            known: Mutex::default(),
        });
        ours.register_shared(&[], source.clone())?;
        source.refresh();
        Ok(source)
    }

    /// Looks what there is. Families that are new are on the next page.
    pub fn refresh(&self) {
        if !ENABLED {
            return;
        }
        let families = Arc::new(self.theirs.gather());
        let mut known = self.known();
        *lock(&self.gathered.0) = Arc::clone(&families);
        for family in &*families {
            known.entry(family.name().to_owned()).or_insert_with(|| {
                let source = Family::of(family, &self.gathered);
                source.is_some_and(|it| self.ours.register_shared(&[], Arc::new(it)).is_ok())
            });
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, bool>> {
        lock(&self.known)
    }
}

impl Gathered {
    pub(super) fn last(&self) -> Arc<Vec<MetricFamily>> {
        Arc::clone(&lock(&self.0))
    }
}

impl Collect for PrometheusMetrics {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&FAMILIES)
    }

    /// It was registered before its families, and so gathers what these then show.
    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.refresh();
        let (shown, all) = {
            let known = self.known();
            (known.values().filter(|shown| **shown).count(), known.len())
        };
        for (state, families) in [("shown", shown), ("left_out", all - shown)] {
            visit.series(Labels::new(&[("state", state)]), Value::Float(families as f64));
        }
    }
}

impl std::fmt::Debug for PrometheusMetrics {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PrometheusMetrics").field("known", &self.known).finish_non_exhaustive()
    }
}

/// Nothing that holds it can panic half way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
