//! Facts about the process, as labels.

use crate::collect::{Collect, Value, Visit};
use crate::descriptor::{Descriptor, Kind};
use crate::gate::Live;
use crate::label::Labels;
use crate::registry::{self, RegisterError};
use crate::unit::Unit;
use crate::versions::versions;

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
    /// The labels of each series.
    series: Vec<Pairs>,
}

type Pairs = Vec<(String, String)>;

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
        Ok(Self(Live::make(|| Fact { descriptor, series: vec![owned(labels)] })))
    }

    /// `engram.build.info`: the version of this crate; a series for each, should there be [two](versions).
    #[must_use]
    pub fn build() -> Self {
        let series = || versions().into_iter().map(|version| owned(&[("version", version)]));
        Self(Live::make(|| Fact { descriptor: &BUILD, series: series().collect() }))
    }

    /// `target.info`: what OpenTelemetry calls the resource, for pages, which have no other place for it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn target(labels: &[(&str, &str)]) -> Result<Self, RegisterError> {
        Self::new(&TARGET, labels)
    }
}

impl Collect for Info {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.0.get().filter(|_| index == 0).map(|fact| fact.descriptor)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.0.with(|fact| {
            for pairs in &fact.series {
                let labels: Vec<_> =
                    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                visit.series(Labels::new(&labels), Value::Float(1.0));
            }
        });
    }
}

fn owned(labels: &[(&str, &str)]) -> Pairs {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
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
