//! A meter provider of the SDK as a source of ours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use engram_metrics_core::{
    Collect, Descriptor, ENABLED, Kind, Labels, RegisterError, Registry, Unit, Value, Visit,
};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{InstrumentKind, ManualReader, Pipeline, Temporality};

use super::reading::{Key, Metric, Reading};

/// What a meter provider gets as a reader, so that [`SdkMetrics`] can ask it.
///
/// Clones are the same reader, which has totals: [`Temporality::Cumulative`].
#[derive(Clone, Debug, Default)]
pub struct SdkReader(Arc<ManualReader>);

impl MetricReader for SdkReader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}

/// What an application counts with instruments of the SDK, on our pages and in what our exporter sends.
///
/// Each page asks the provider anew, which costs what a collection costs there, once. An instrument that is new is
/// on the page after that, or at once after [`refresh`](Self::refresh): ask for it before a last push.
///
/// Names are small letters, with underscores for what is neither letter, digit nor dot; attributes are labels, and
/// those of the scope are labels that begin with `otel_scope_`. Up-down counters of floats are gauges. What our model
/// has nothing like is left out: exponential histograms, histograms with negative or more than 64 bounds or a negative
/// sum, and names that a metric of ours has. `engram_bridge_instruments` counts both.
///
/// ```
/// use engram_export_otlp::{SdkMetrics, SdkReader};
/// use engram_metrics_core::Registry;
/// use opentelemetry_sdk::metrics::SdkMeterProvider;
///
/// static REGISTRY: Registry = Registry::new();
///
/// let reader = SdkReader::default();
/// let provider = SdkMeterProvider::builder().with_reader(reader.clone()).build();
/// SdkMetrics::register(&reader, &REGISTRY)?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
pub struct SdkMetrics {
    theirs: SdkReader,
    ours: &'static Registry,
    last: Arc<Last>,
    /// Instruments that were looked at, and whether they are on our page. Held while the provider is asked.
    known: Mutex<BTreeMap<Key, bool>>,
}

/// What was read last.
#[derive(Default)]
struct Last(Mutex<Arc<Reading>>);

impl Last {
    fn get(&self) -> Arc<Reading> {
        Arc::clone(&lock(&self.0))
    }
}

static INSTRUMENTS: Descriptor = Descriptor::fixed(
    "engram.bridge.instruments",
    "Instruments of a meter provider of OpenTelemetry: on this page, or left out because nothing here is like them.",
    Unit::Count("{instrument}"),
    Kind::Gauge,
);

impl SdkMetrics {
    /// Shows what the provider of `theirs` has on the pages of `ours`, behind what is there already.
    ///
    /// # Errors
    /// When `ours` has such a source already.
    pub fn register(
        theirs: &SdkReader,
        ours: &'static Registry,
    ) -> Result<Arc<Self>, RegisterError> {
        let (last, known) = Default::default();
        let source = Arc::new(Self { theirs: theirs.clone(), ours, last, known });
        ours.register_shared(&[], source.clone())?;
        source.refresh();
        Ok(source)
    }

    /// Asks the provider. Instruments that are new are on the next page.
    ///
    /// Does nothing while somebody else does the same, nor after the provider was shut down.
    pub fn refresh(&self) {
        // Who asks twice may be the provider itself, for an instrument that shows this registry there.
        let Ok(mut known) = self.known.try_lock() else { return };
        let mut metrics = ResourceMetrics::default();
        if !ENABLED || self.theirs.collect(&mut metrics).is_err() {
            return;
        }
        let reading = Arc::new(Reading::of(&metrics));
        *lock(&self.last.0) = Arc::clone(&reading);
        for (key, metric) in reading.iter() {
            known.entry(key.clone()).or_insert_with(|| self.show(key, metric));
        }
    }

    /// Whether there is now such a metric on our page.
    fn show(&self, key: &Key, metric: &Metric) -> bool {
        metric.descriptor(key).is_some_and(|descriptor| {
            let shown = Shown { descriptor, key: key.clone(), last: Arc::clone(&self.last) };
            self.ours.register_shared(&[], Arc::new(shown)).is_ok()
        })
    }
}

impl Collect for SdkMetrics {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&INSTRUMENTS)
    }

    /// It was registered before its instruments, and so reads what these then show.
    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.refresh();
        let Ok(known) = self.known.try_lock() else { return };
        let (all, shown) = (known.len(), known.values().filter(|shown| **shown).count());
        drop(known);
        for (state, instruments) in [("shown", shown), ("left_out", all - shown)] {
            visit.series(Labels::new(&[("state", state)]), Value::Float(instruments as f64));
        }
    }
}

impl std::fmt::Debug for SdkMetrics {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SdkMetrics").field("known", &self.known).finish_non_exhaustive()
    }
}

/// An instrument of theirs, found in what was read last.
struct Shown {
    descriptor: Descriptor,
    key: Key,
    last: Arc<Last>,
}

impl Collect for Shown {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.descriptor)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.last.get().show(&self.key, visit);
    }
}

/// Nothing that holds it can panic half way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
