//! Facts about the process, as labels.

use crate::collect::{Collect, Value, Visit};
use crate::descriptor::{Descriptor, Kind};
use crate::gate::Live;
use crate::label::Labels;
use crate::registry::{self, RegisterError};
use crate::unit::Unit;

/// A metric that is always 1 and says what it has to say in its labels: a version, a commit, a region.
///
/// The convention of Prometheus, by which such facts need not stand on every series: a query joins them.
///
/// ```
/// use std::sync::Arc;
/// use engram_metrics_core::{Descriptor, Info, Kind, Registry, Unit};
///
/// static STORE: Descriptor =
///     Descriptor::fixed("store.build.info", "What runs.", Unit::Count("1"), Kind::Gauge);
///
/// let registry = Registry::new();
/// registry.register_shared(&[], Arc::new(Info::build()))?;
/// registry.register_shared(&[], Arc::new(Info::target(&[("service_name", "store")])?))?;
/// registry.register_shared(&[], Arc::new(Info::new(&STORE, &[("version", "1.2.3")])?))?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct Info(Live<Fact>);

#[derive(Debug)]
struct Fact {
    descriptor: &'static Descriptor,
    labels: Vec<(String, String)>,
}

impl Info {
    /// A fact under a name of its own, which by convention ends in `.info`.
    ///
    /// # Errors
    /// When the name of a label is not `[a-z][a-z0-9_]*` or stands twice.
    pub fn new(
        descriptor: &'static Descriptor,
        labels: &[(&str, &str)],
    ) -> Result<Self, RegisterError> {
        registry::check_labels(labels)?;
        Ok(Self::of(descriptor, labels))
    }

    /// `engram.build.info`: the version of this crate.
    #[must_use]
    pub fn build() -> Self {
        Self::of(&BUILD, &[("version", env!("CARGO_PKG_VERSION"))])
    }

    /// `target.info`: what OpenTelemetry calls the resource, for pages, which have no other place for it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn target(labels: &[(&str, &str)]) -> Result<Self, RegisterError> {
        Self::new(&TARGET, labels)
    }

    fn of(descriptor: &'static Descriptor, labels: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(Live::make(|| Fact { descriptor, labels: labels.iter().map(owned).collect() }))
    }
}

impl Collect for Info {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.0.get().filter(|_| index == 0).map(|fact| fact.descriptor)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.0.with(|fact| {
            let labels: Vec<_> =
                fact.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            visit.series(Labels::new(&labels), Value::Float(1.0));
        });
    }
}

static BUILD: Descriptor = Descriptor::fixed(
    "engram.build.info",
    "The version of the recorder; two of them in one process record apart from each other.",
    Unit::Count("1"),
    Kind::Gauge,
);

static TARGET: Descriptor = Descriptor::fixed(
    "target.info",
    "What is observed, as OpenTelemetry describes it.",
    Unit::Count("1"),
    Kind::Gauge,
);
