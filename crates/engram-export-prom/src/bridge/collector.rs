//! Our registry as a collector in theirs.

use std::collections::HashMap;

use engram_metrics_core::{Descriptor, Kind, Labels, Registry, Snapshot, Value, Visit};
use prometheus::core::{Collector, Desc};
use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType,
};

use crate::labels::{identifier, is_identifier};
use crate::name::Name;

/// A registry of ours in a `prometheus::Registry` that is there already.
///
/// Names are those of our pages. Metrics that were registered here before it was made are told to their
/// registry, which refuses it when it has one of the same name; those that come later are collected as well.
/// Collecting copies every name and label, as their model wants it, so it allocates for each series, which a page of ours does not.
///
/// ```
/// # use engram_metrics_core::Registry;
/// use engram_export_prom::bridge::RegistryCollector;
///
/// static REGISTRY: Registry = Registry::new();
/// let theirs = prometheus::Registry::new();
/// theirs.register(Box::new(RegistryCollector::new(&REGISTRY)))?;
/// # Ok::<(), prometheus::Error>(())
/// ```
#[derive(Debug)]
pub struct RegistryCollector {
    registry: &'static Registry,
    told: Vec<Desc>,
}

impl RegistryCollector {
    /// A collector of what `registry` shows, now and later.
    #[must_use]
    pub fn new(registry: &'static Registry) -> Self {
        let families = families(registry);
        let told = families.iter().filter_map(|family| {
            let (name, help) = (family.name().to_owned(), family.help().to_owned());
            Desc::new(name, help, Vec::new(), HashMap::new()).ok()
        });
        Self { registry, told: told.collect() }
    }
}

impl Collector for RegistryCollector {
    fn desc(&self) -> Vec<&Desc> {
        self.told.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        families(self.registry)
    }
}

fn families(registry: &Registry) -> Vec<MetricFamily> {
    let mut page = Page { name: Name::new(), families: Vec::new() };
    registry.collect(&mut page);
    page.families
}

struct Page {
    name: Name,
    families: Vec<MetricFamily>,
}

impl Visit for Page {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.name.set(descriptor);
        let name = String::from_utf8_lossy(self.name.full()).into_owned();
        let mut family = MetricFamily::default();
        // They take no metric without help.
        let help = Some(descriptor.help()).filter(|help| !help.is_empty()).unwrap_or(&name);
        family.set_help(help.to_owned());
        family.set_name(name);
        family.set_field_type(match descriptor.kind() {
            Kind::Counter => MetricType::COUNTER,
            Kind::UpDownCounter | Kind::Gauge | Kind::StateSet => MetricType::GAUGE,
            Kind::Histogram => MetricType::HISTOGRAM,
        });
        self.families.push(family);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let Some(family) = self.families.last_mut() else { return };
        let mut metric = Metric::from_label(labels.iter().map(label).collect());
        let number = match value {
            Value::Unsigned(value) => value as f64,
            Value::Signed(value) => value as f64,
            Value::Float(value) => value,
            Value::Histogram(snapshot) => {
                metric.set_histogram(histogram(snapshot));
                return family.mut_metric().push(metric);
            }
            _ => return,
        };
        if family.get_field_type() == MetricType::COUNTER {
            let mut counter = Counter::default();
            counter.set_value(number);
            metric.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(number);
            metric.set_gauge(gauge);
        }
        family.mut_metric().push(metric);
    }
}

fn label((name, value): (&str, &str)) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(if is_identifier(name.as_bytes()) {
        name.to_owned()
    } else {
        identifier(name).map(char::from).collect()
    });
    pair.set_value(value.to_owned());
    pair
}

/// Count, sum and cumulative buckets, that up to infinity left out, as theirs have it.
fn histogram(snapshot: &Snapshot) -> Histogram {
    let mut buckets = Vec::new();
    snapshot.cumulative(|bound, count| {
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(bound);
        bucket.set_cumulative_count(count);
        buckets.push(bucket);
    });
    let mut histogram = Histogram::default();
    histogram.set_sample_count(snapshot.count());
    histogram.set_sample_sum(snapshot.sum());
    histogram.set_bucket(buckets);
    histogram
}
