//! What a registry held at one moment, to be asked and compared: for tests, checks and small tools.

use std::collections::HashMap;

use crate::collect::{Value, Visit};
use crate::descriptor::Descriptor;
use crate::histogram::Snapshot;
use crate::label::Labels;
use crate::registry::Registry;

/// All series of a registry at one moment.
///
/// Metrics are statics, so tests of one process share them. A test that compares two readings sees what
/// happened in between, whatever was recorded before:
///
/// ```
/// use engram_metrics_core::{Counter, Reading, Registry, Unit, metric_set};
///
/// metric_set! {
///     /// What the cache does.
///     struct CacheMetrics {
///         /// Look-ups that found their entry.
///         hits: Counter = "cache.hits", Unit::Count("{lookup}");
///     }
/// }
/// static CACHE: CacheMetrics = CacheMetrics::new();
/// static REGISTRY: Registry = Registry::new();
/// REGISTRY.register(&CACHE)?;
/// CACHE.hits.add(40);
///
/// let before = Reading::of(&REGISTRY);
/// CACHE.hits.add(2);
/// let during = Reading::of(&REGISTRY).since(&before);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(during.number("cache.hits", &[]), Some(2.0));
/// # }
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
///
/// It copies every series, histograms with 4 KiB each: exporters are [visitors](Visit) instead. Other
/// tests that record into the same series meanwhile are seen as well.
#[derive(Clone, Debug, Default)]
pub struct Reading(HashMap<Key, Read>);

/// A metric's name and the sorted labels of the series.
type Key = (String, Vec<(String, String)>);

/// The value of a series, kept.
#[derive(Clone, Debug)]
enum Read {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Histogram(Box<Snapshot>),
}

impl Reading {
    /// Reads all series; there are none when telemetry is compiled out.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let mut reader = Reader::default();
        registry.collect(&mut reader);
        Self(reader.read)
    }

    /// What changed from `earlier` to this reading: the difference of counters, up-down counters and
    /// histograms; gauges as they are. A series that was not there earlier counts from zero, and so does
    /// one that has started again.
    #[must_use]
    pub fn since(mut self, earlier: &Self) -> Self {
        for (key, read) in &mut self.0 {
            if let Some(before) = earlier.0.get(key) {
                read.subtract(before);
            }
        }
        self
    }

    /// The value of a series that is a single number; labels in any order.
    #[must_use]
    pub fn number(&self, metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
        match self.0.get(&key(metric, labels.iter().copied()))? {
            Read::Unsigned(value) => Some(*value as f64),
            Read::Signed(value) => Some(*value as f64),
            Read::Float(value) => Some(*value),
            Read::Histogram(_) => None,
        }
    }

    /// What a histogram holds; labels in any order.
    #[must_use]
    pub fn histogram(&self, metric: &str, labels: &[(&str, &str)]) -> Option<&Snapshot> {
        match self.0.get(&key(metric, labels.iter().copied()))? {
            Read::Histogram(snapshot) => Some(snapshot),
            _ => None,
        }
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Read {
    fn subtract(&mut self, before: &Self) {
        match (self, before) {
            (Self::Unsigned(now), Self::Unsigned(before)) if *now >= *before => *now -= before,
            (Self::Signed(now), Self::Signed(before)) => *now = now.wrapping_sub(*before),
            (Self::Histogram(now), Self::Histogram(before)) => {
                if let Ok(change) = now.since(before) {
                    **now = change;
                }
            }
            _ => {}
        }
    }
}

/// Gathers a reading.
#[derive(Default)]
struct Reader {
    metric: String,
    read: HashMap<Key, Read>,
}

impl Visit for Reader {
    fn metric(&mut self, descriptor: &Descriptor) {
        descriptor.name().clone_into(&mut self.metric);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let read = match value {
            Value::Unsigned(value) => Read::Unsigned(value),
            Value::Signed(value) => Read::Signed(value),
            Value::Float(value) => Read::Float(value),
            Value::Histogram(snapshot) => Read::Histogram(Box::new(snapshot.clone())),
        };
        self.read.insert(key(&self.metric, labels.iter()), read);
    }
}

fn key<'a>(metric: &str, labels: impl Iterator<Item = (&'a str, &'a str)>) -> Key {
    let mut labels: Vec<_> =
        labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    labels.sort_unstable();
    (metric.to_owned(), labels)
}
