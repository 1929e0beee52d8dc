//! A meter provider of the SDK as a source of ours.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, Weak};
use std::time::Duration;

use engram_metrics_core::{
    Collect, Descriptor, ENABLED, Kind, Labels, RegisterError, Registry, Unit, Value, Visit,
};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{InstrumentKind, ManualReader, Pipeline, Temporality};

use super::asking::Asking;
use super::reading::{Key, Metric, Reading};

/// What a meter provider gets as a reader, so that [`SdkMetrics`] can ask it.
///
/// Clones are the same reader, which has totals: [`Temporality::Cumulative`].
#[derive(Clone, Debug, Default)]
pub struct SdkReader(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    reader: ManualReader,
    /// That its provider was shut down.
    ended: OnceLock<()>,
}

impl MetricReader for SdkReader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.reader.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        let _asking = Asking::begin();
        self.0.reader.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.reader.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let _ = self.0.ended.set(());
        self.0.reader.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.reader.temporality(kind)
    }
}

impl SdkReader {
    /// What there is; nothing where that cannot be found out, `None` after the end.
    fn read(&self) -> Option<Reading> {
        let mut metrics = ResourceMetrics::default();
        // The SDK does not catch what callbacks of the application throw.
        let collected = catch_unwind(AssertUnwindSafe(|| self.collect(&mut metrics)));
        match collected {
            Ok(Ok(())) => Some(Reading::of(&metrics)),
            _ if self.0.ended.get().is_some() => None,
            _ => Some(Reading::default()),
        }
    }
}

/// What an application counts with instruments of the SDK, on our pages and in what our exporter sends.
///
/// Each page asks the provider anew, which costs what a collection costs there, once; of pages at the same time one does.
/// An instrument that is new is on the page after that, or at once after [`refresh`](Self::refresh): ask for it before a
/// last push. When the provider is shut down its last values stay; when it cannot be read, because a callback of
/// the application has panicked in it, its series go. An instrument stays for as long as the registry does.
///
/// Names are small letters, with underscores for what is neither letter, digit nor dot; attributes are labels, and
/// those of the scope are labels that begin with `otel_scope_`. Up-down counters of floats are gauges. What our model
/// has nothing like is left out: exponential histograms, histograms without bounds, with negative ones or with more than
/// 64, or with a negative sum, and names that a metric of ours has, or one of theirs of another kind or unit.
/// `engram_bridge_instruments` counts both. Attributes that are one label on a page are joined, `a;b`, and of series
/// that are one there the first is shown.
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
struct Last(Mutex<Found>);

#[derive(Clone, Default)]
struct Found {
    reading: Arc<Reading>,
    /// Instruments that are on our page, and those that are left out.
    shown: usize,
    left_out: usize,
}

impl Last {
    fn get(&self) -> Found {
        lock(&self.0).clone()
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
        if !ENABLED || Asking::is_on() {
            return;
        }
        let mut known = match self.known.try_lock() {
            Ok(known) => known,
            Err(TryLockError::Poisoned(known)) => known.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let Some(reading) = self.theirs.read() else { return };
        for (key, metric) in reading.iter() {
            known.entry(key.clone()).or_insert_with(|| self.show(key, metric));
        }
        let shown = known.values().filter(|shown| **shown).count();
        let left_out = known.len() - shown;
        *lock(&self.last.0) = Found { reading: Arc::new(reading), shown, left_out };
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
        let Found { shown, left_out, .. } = self.last.get();
        for (state, instruments) in [("shown", shown), ("left_out", left_out)] {
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
        // What came from a provider is not shown to a provider.
        if !Asking::is_on() {
            self.last.get().reading.show(&self.key, visit);
        }
    }
}

/// Nothing that holds it can panic half way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
