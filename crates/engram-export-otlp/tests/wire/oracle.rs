//! The reference: messages as `opentelemetry-proto` has them, made from a registry in the plainest way.

use std::time::{SystemTime, UNIX_EPOCH};

use engram_export_otlp::{Encoding, Histograms, Metrics};
use engram_metrics_core::{Buckets, Descriptor, Kind, Labels, Registry, Snapshot, Value, Visit};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point as exponential;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, Sum, number_data_point,
};
use prost::Message;

/// The bodies of an export.
pub(crate) fn requests(
    metrics: &mut Metrics,
    registry: &Registry,
    now: SystemTime,
) -> Vec<Vec<u8>> {
    (0..metrics.collect(registry, now)).map(|at| metrics.request(at).to_vec()).collect()
}

pub(crate) fn request(bytes: &[u8]) -> ExportMetricsServiceRequest {
    ExportMetricsServiceRequest::decode(bytes).expect("a request")
}

/// The metrics of a request.
pub(crate) fn decode(bytes: &[u8]) -> Vec<Metric> {
    let resources = request(bytes).resource_metrics.into_iter();
    resources.flat_map(|it| it.scope_metrics).flat_map(|it| it.metrics).collect()
}

pub(crate) fn metrics_of(requests: &[Vec<u8>]) -> Vec<Metric> {
    requests.iter().flat_map(|bytes| decode(bytes)).collect()
}

/// What was split is put together again.
pub(crate) fn joined(metrics: Vec<Metric>) -> Vec<Metric> {
    let mut joined: Vec<Metric> = Vec::new();
    for metric in metrics {
        let twin = joined.last_mut().filter(|last| last.name == metric.name);
        match (twin.and_then(|it| it.data.as_mut()), metric.data) {
            (Some(Data::Gauge(to)), Some(Data::Gauge(from))) => {
                to.data_points.extend(from.data_points);
            }
            (Some(Data::Sum(to)), Some(Data::Sum(from))) => to.data_points.extend(from.data_points),
            (Some(Data::Histogram(to)), Some(Data::Histogram(from))) => {
                to.data_points.extend(from.data_points);
            }
            (Some(Data::ExponentialHistogram(to)), Some(Data::ExponentialHistogram(from))) => {
                to.data_points.extend(from.data_points);
            }
            (_, data) => joined.push(Metric { data, ..metric }),
        }
    }
    joined
}

/// The messages that a registry is to become, in one request.
pub(crate) fn expected(
    registry: &Registry,
    encoding: &Encoding,
    start: SystemTime,
    now: SystemTime,
) -> Vec<Metric> {
    let histograms = encoding.histograms;
    let mut visit = Reference {
        metrics: Vec::new(),
        kind: Kind::Gauge,
        times: [nanos(start), nanos(now)],
        histograms,
    };
    registry.collect(&mut visit);
    joined(visit.metrics.into_iter().filter(|it| it.data.is_some()).collect())
}

struct Reference {
    metrics: Vec<Metric>,
    kind: Kind,
    times: [u64; 2],
    histograms: Histograms,
}

impl Visit for Reference {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.kind = descriptor.kind();
        self.metrics.push(Metric {
            name: descriptor.name().to_owned(),
            description: descriptor.help().to_owned(),
            unit: descriptor.unit().ucum().to_owned(),
            ..Metric::default()
        });
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let data = self.data(&labels, value);
        let title = self.metrics.last().expect("a metric comes first");
        let metric = Metric { data: Some(data), ..title.clone() };
        self.metrics.push(metric);
    }
}

impl Reference {
    fn data(&self, labels: &Labels<'_>, value: Value<'_>) -> Data {
        let temporality = AggregationTemporality::Cumulative as i32;
        let [start, time] = self.times;
        let number = |start, value| NumberDataPoint {
            attributes: attributes(labels),
            start_time_unix_nano: start,
            time_unix_nano: time,
            value: Some(value),
            ..NumberDataPoint::default()
        };
        let sum = |value, is_monotonic| {
            Data::Sum(Sum {
                data_points: vec![number(start, value)],
                aggregation_temporality: temporality,
                is_monotonic,
            })
        };
        match value {
            Value::Unsigned(value) => sum(
                i64::try_from(value).map_or(
                    number_data_point::Value::AsDouble(value as f64),
                    number_data_point::Value::AsInt,
                ),
                true,
            ),
            Value::Signed(value) => sum(number_data_point::Value::AsInt(value), false),
            Value::Float(value) => Data::Gauge(Gauge {
                data_points: vec![number(0, number_data_point::Value::AsDouble(value))],
            }),
            Value::Histogram(snapshot) => self.histogram(labels, snapshot),
            other => panic!("{other:?} is new"),
        }
    }

    fn histogram(&self, labels: &Labels<'_>, snapshot: &Snapshot) -> Data {
        let aggregation_temporality = AggregationTemporality::Cumulative as i32;
        match (self.histograms, snapshot.buckets()) {
            (Histograms::Exponential, Buckets::Exponential(layout)) => {
                let data_points = vec![self.exponential(labels, snapshot, *layout)];
                Data::ExponentialHistogram(ExponentialHistogram {
                    data_points,
                    aggregation_temporality,
                })
            }
            _ => {
                let data_points = vec![self.explicit(labels, snapshot)];
                Data::Histogram(Histogram { data_points, aggregation_temporality })
            }
        }
    }

    fn explicit(&self, labels: &Labels<'_>, snapshot: &Snapshot) -> HistogramDataPoint {
        let (mut explicit_bounds, mut totals) = (vec![], vec![0]);
        snapshot.cumulative(|bound, total| {
            explicit_bounds.push(bound);
            totals.push(total);
        });
        totals.push(snapshot.count());
        HistogramDataPoint {
            attributes: attributes(labels),
            start_time_unix_nano: self.times[0],
            time_unix_nano: self.times[1],
            count: snapshot.count(),
            sum: Some(snapshot.sum()),
            bucket_counts: totals.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            explicit_bounds,
            min: snapshot.min(),
            max: snapshot.max(),
            ..HistogramDataPoint::default()
        }
    }

    fn exponential(
        &self,
        labels: &Labels<'_>,
        snapshot: &Snapshot,
        layout: engram_metrics_core::Layout,
    ) -> ExponentialHistogramDataPoint {
        let mut counts: Vec<u64> = snapshot.counts()[1..].to_vec();
        let empty = counts.iter().take_while(|count| **count == 0).count() % counts.len().max(1);
        counts.drain(..empty);
        counts.truncate(counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1));
        // The lower bound of the second bucket is a power of two, the exponent of which is the index.
        let lowest = (layout.zero_threshold().log2() as i32) * (1 << layout.scale());
        let offset = lowest + if counts.is_empty() { 0 } else { empty as i32 };
        ExponentialHistogramDataPoint {
            attributes: attributes(labels),
            start_time_unix_nano: self.times[0],
            time_unix_nano: self.times[1],
            count: snapshot.count(),
            sum: Some(snapshot.sum()),
            scale: layout.scale(),
            zero_count: snapshot.counts()[0],
            positive: Some(exponential::Buckets { offset, bucket_counts: counts }),
            min: snapshot.min(),
            max: snapshot.max(),
            zero_threshold: layout.zero_threshold(),
            ..ExponentialHistogramDataPoint::default()
        }
    }
}

/// Start, time and value of each point of a counter.
pub(crate) fn points(metrics: &[Metric], name: &str) -> Vec<(u64, u64, i64)> {
    let data = metrics.iter().filter(|it| it.name == name).filter_map(|it| it.data.as_ref());
    let sums = data.filter_map(|data| if let Data::Sum(sum) = data { Some(sum) } else { None });
    let number = |point: &NumberDataPoint| match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        other => panic!("{other:?} is not what a counter counts"),
    };
    let points = sums.flat_map(|sum| &sum.data_points);
    points.map(|it| (it.start_time_unix_nano, it.time_unix_nano, number(it))).collect()
}

pub(crate) fn exponential_points(
    metrics: &[Metric],
    name: &str,
) -> Vec<ExponentialHistogramDataPoint> {
    match metrics.iter().find(|it| it.name == name).and_then(|it| it.data.clone()) {
        Some(Data::ExponentialHistogram(data)) => data.data_points,
        other => panic!("{other:?} is no exponential histogram"),
    }
}

pub(crate) fn temporality(metric: &Metric) -> Option<AggregationTemporality> {
    let number = match metric.data.as_ref()? {
        Data::Sum(it) => it.aggregation_temporality,
        Data::Histogram(it) => it.aggregation_temporality,
        Data::ExponentialHistogram(it) => it.aggregation_temporality,
        _ => return None,
    };
    AggregationTemporality::try_from(number).ok()
}

/// Points of a metric.
pub(crate) fn len(metric: &Metric) -> usize {
    match metric.data.as_ref().expect("data") {
        Data::Gauge(it) => it.data_points.len(),
        Data::Sum(it) => it.data_points.len(),
        Data::Histogram(it) => it.data_points.len(),
        Data::ExponentialHistogram(it) => it.data_points.len(),
        Data::Summary(it) => it.data_points.len(),
    }
}

pub(crate) fn pairs(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|it| it.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    attributes.iter().map(|it| (it.key.clone(), text(&it.value))).collect()
}

pub(crate) fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn attributes(labels: &Labels<'_>) -> Vec<KeyValue> {
    let value =
        |text: &str| AnyValue { value: Some(any_value::Value::StringValue(text.to_owned())) };
    let attribute = |(name, text): (&str, &str)| KeyValue {
        key: name.to_owned(),
        value: Some(value(text)),
        ..KeyValue::default()
    };
    labels.iter().map(attribute).collect()
}

fn nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64
}
