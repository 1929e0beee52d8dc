//! What a collection of the SDK brought, as series of ours.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use engram_metrics_core::{Bounds, Descriptor, Kind, Labels, Snapshot, Value, Visit};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, HistogramDataPoint, MetricData, ResourceMetrics,
};

use super::unit;

/// Metrics; instruments in several scopes that have name, kind and unit in common are one.
#[derive(Debug, Default)]
pub(super) struct Reading(BTreeMap<Key, Metric>);

/// What makes an instrument the same. Collections come in any order, and of two under one name the same has to be shown
/// each time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    name: String,
    /// `None` where there is no such kind here.
    kind: Option<Kind>,
    /// In UCUM.
    unit: String,
}

/// An instrument.
#[derive(Debug)]
pub(super) struct Metric {
    help: String,
    series: Vec<Series>,
}

/// Labels as pairs of names and values.
type Pairs = Vec<(String, String)>;

#[derive(Debug)]
struct Series {
    labels: Pairs,
    number: Number,
}

#[derive(Debug)]
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Histogram(Box<Snapshot>),
}

impl Reading {
    pub(super) fn of(metrics: &ResourceMetrics) -> Self {
        let mut read = BTreeMap::<Key, Metric>::new();
        for scope in metrics.scope_metrics() {
            let labels = labels_of(scope.scope());
            for metric in scope.metrics() {
                let (kind, series) = found(metric.data(), &labels);
                let unit = metric.unit().to_owned();
                let key = Key { name: cleaned(metric.name()), kind, unit };
                let help = || metric.description().to_owned();
                let new = || Metric { help: help(), series: Vec::new() };
                read.entry(key).or_insert_with(new).series.extend(series);
            }
        }
        for metric in read.values_mut() {
            metric.series.sort_by(|one, other| one.labels.cmp(&other.labels));
            metric.series.dedup_by(|one, other| one.labels == other.labels);
        }
        Self(read)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Metric)> {
        self.0.iter()
    }

    pub(super) fn show(&self, key: &Key, visit: &mut dyn Visit) {
        for Series { labels, number } in self.0.get(key).into_iter().flat_map(|it| &it.series) {
            let labels: Vec<_> =
                labels.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
            visit.series(Labels::new(&labels), number.value());
        }
    }
}

impl Metric {
    /// What it is here; `None` when our model has nothing like it.
    pub(super) fn descriptor(&self, key: &Key) -> Option<Descriptor> {
        let kind = key.kind?;
        let unit = unit::of(&key.unit, kind);
        Descriptor::new(key.name.clone(), self.help.clone(), unit, kind).ok()
    }
}

impl Number {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Unsigned(value) => Value::Unsigned(*value),
            Self::Signed(value) => Value::Signed(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Histogram(snapshot) => Value::Histogram(snapshot),
        }
    }
}

/// What instruments of the SDK measure.
trait Measured: Copy {
    /// What goes up and down is here.
    const LEVEL: Kind;

    fn total(self) -> Number;
    fn level(self) -> Number;
    fn float(self) -> f64;
}

impl Measured for u64 {
    const LEVEL: Kind = Kind::UpDownCounter;

    fn total(self) -> Number {
        Number::Unsigned(self)
    }

    fn level(self) -> Number {
        Number::Signed(self.try_into().unwrap_or(i64::MAX))
    }

    fn float(self) -> f64 {
        self as f64
    }
}

impl Measured for i64 {
    const LEVEL: Kind = Kind::UpDownCounter;

    fn total(self) -> Number {
        Number::Unsigned(self.try_into().unwrap_or(0))
    }

    fn level(self) -> Number {
        Number::Signed(self)
    }

    fn float(self) -> f64 {
        self as f64
    }
}

impl Measured for f64 {
    /// Ours count whole things.
    const LEVEL: Kind = Kind::Gauge;

    fn total(self) -> Number {
        Number::Float(self)
    }

    fn level(self) -> Number {
        Number::Float(self)
    }

    fn float(self) -> f64 {
        self
    }
}

/// What the data of an instrument are here, and its series.
fn found(data: &AggregatedMetrics, scope: &Pairs) -> (Option<Kind>, Vec<Series>) {
    match data {
        AggregatedMetrics::U64(data) => series(data, scope),
        AggregatedMetrics::I64(data) => series(data, scope),
        AggregatedMetrics::F64(data) => series(data, scope),
    }
}

fn series<T: Measured>(data: &MetricData<T>, scope: &Pairs) -> (Option<Kind>, Vec<Series>) {
    let one = |attributes: &mut dyn Iterator<Item = &KeyValue>, number| Series {
        labels: joined(scope.iter().cloned().chain(attributes.map(pair))),
        number,
    };
    match data {
        MetricData::Gauge(gauge) => {
            let points = gauge.data_points();
            let series =
                points.map(|it| one(&mut it.attributes(), Number::Float(it.value().float())));
            (Some(Kind::Gauge), series.collect())
        }
        MetricData::Sum(sum) if sum.is_monotonic() => {
            let series = sum.data_points().map(|it| one(&mut it.attributes(), it.value().total()));
            (Some(Kind::Counter), series.collect())
        }
        MetricData::Sum(sum) => {
            let series = sum.data_points().map(|it| one(&mut it.attributes(), it.value().level()));
            (Some(T::LEVEL), series.collect())
        }
        MetricData::Histogram(histogram) => {
            let point = |it: &HistogramDataPoint<T>| Some(one(&mut it.attributes(), snapshot(it)?));
            let series: Vec<_> = histogram.data_points().filter_map(point).collect();
            let is_like_ours = !series.is_empty() || histogram.data_points().next().is_none();
            (is_like_ours.then_some(Kind::Histogram), series)
        }
        MetricData::ExponentialHistogram(_) => (None, Vec::new()),
    }
}

/// The histogram as ours; `None` when its bounds or its sum are such as ours cannot have.
fn snapshot<T: Measured>(point: &HistogramDataPoint<T>) -> Option<Number> {
    let (bounds, counts): (Vec<_>, Vec<_>) =
        (point.bounds().collect(), point.bucket_counts().collect());
    let snapshot = Snapshot::of_counts(Bounds::keep(&bounds)?, &counts, point.sum().float());
    snapshot.map(|it| Number::Histogram(Box::new(it)))
}

/// What tells series of one scope from those of another, by the rules for OpenTelemetry in Prometheus.
fn labels_of(scope: &InstrumentationScope) -> Pairs {
    let said = [
        ("otel_scope_name", Some(scope.name()).filter(|name| !name.is_empty())),
        ("otel_scope_version", scope.version()),
        ("otel_scope_schema_url", scope.schema_url()),
    ];
    let said = said.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?.to_owned())));
    let own = scope.attributes().map(pair).map(|(name, it)| (format!("otel_scope_{name}"), it));
    said.chain(own).collect()
}

/// Labels of which no two are one on a page, where letters and digits are all that is left of a name: the values of
/// those are joined, as the rules want it. A bucket's own label is not to be had.
fn joined(pairs: impl Iterator<Item = (String, String)>) -> Pairs {
    let mut labels = BTreeMap::<String, (String, String)>::new();
    for (name, value) in pairs {
        let name = if name == "le" { "le_".to_owned() } else { name };
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        match labels.entry(name.chars().map(plain).collect()) {
            Entry::Vacant(free) => _ = free.insert((name, value)),
            Entry::Occupied(there) => {
                let (_, values) = there.into_mut();
                values.push(';');
                values.push_str(&value);
            }
        }
    }
    labels.into_values().collect()
}

fn pair(attribute: &KeyValue) -> (String, String) {
    (attribute.key.to_string(), attribute.value.to_string())
}

/// A name of ours as near to theirs as can be: theirs may also have capitals, hyphens and slashes.
fn cleaned(name: &str) -> String {
    let is_valid = |it: &char| matches!(it, 'a'..='z' | '0'..='9' | '.');
    let small = name.chars().map(|it| it.to_ascii_lowercase());
    let text: String = small.map(|it| if is_valid(&it) { it } else { '_' }).collect();
    text.trim_end_matches(['_', '.']).to_owned()
}
