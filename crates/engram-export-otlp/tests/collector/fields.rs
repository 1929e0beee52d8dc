//! What comes out of the collector is what went in.

use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

use engram_export_otlp::{
    AttributeValue, Compression, Config, Exporter, Histograms, LogRecord, Protocol, Resource,
    Severity, Span, SpanKind, SpanStatus, Temporality,
};
use engram_metrics_core::{
    Counter, DynamicFamily, ExemplarHistogram, ExplicitHistogram, Gauge, Histogram,
    LogLinearHistogram, Registry, SpanId, TraceId, Unit, UpDownCounter, metric_set,
};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use serde_json::Value;

use super::program::Collector;
use super::wire::{Relay, Said, Sink};

metric_set! {
    struct Everything {
        /// Requests.
        requests: DynamicFamily<2, Counter> = "requests", Unit::Count("{request}"),
            DynamicFamily::<2, Counter>::new(["method", "path"]);
        /// Requests that are not answered.
        open: UpDownCounter = "open", Unit::Count("{request}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Exponential.
        took: Histogram = "took", Unit::Seconds;
        /// With exemplars.
        traced: ExemplarHistogram = "traced", Unit::Seconds;
        /// With bounds.
        bounded: ExplicitHistogram = "bounded", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.1, 0.2]);
        /// In equal parts.
        sizes: LogLinearHistogram = "sizes", Unit::Bytes;
    }
}

fn recorded() -> &'static Registry {
    let everything: &'static Everything = Box::leak(Box::default());
    for path in ["/", "/a", "/a \"quoted\" \\ path\n", "/ä"] {
        everything.requests.at(["GET", path]).add(1 << 40);
    }
    everything.open.add(-3);
    everything.fill.set(1.0 / 3.0);
    for number in 1..1_000 {
        everything.took.record(number << 20);
        everything.traced.record_with_exemplar(number << 20, TraceId(7), SpanId(number));
        everything.bounded.record_f64(number as f64 / 700.0);
        everything.sizes.record(number * number);
    }
    let registry: &'static Registry = Box::leak(Box::default());
    registry.register_with(&[("instance", "first")], everything).expect("registers");
    registry
}

/// Exports everything once, with a log record and a span.
fn export(mut config: Config, registry: &'static Registry) {
    config.encoding.resource =
        Resource::named("test").with("host.name", "ä").with_schema("https://example.org/1");
    (config.interval, config.record_interval) = (FOR_EVER, FOR_EVER);
    config.target.timeout = FOR_EVER;
    let exporter = Exporter::start(&config, registry).expect("starts");
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let outbox = exporter.outbox();
    let context = (TraceId(7), SpanId(9));
    let attributes = &[("queue.depth", AttributeValue::Int(4096))];
    let record = LogRecord {
        severity: Some(Severity::Warn),
        event_name: "queue.stalled",
        body: Some(AttributeValue::Text("what was seen")),
        attributes,
        dropped_attributes: 2,
        context: Some(context),
        ..LogRecord::at(now)
    };
    outbox.log(&record).expect("there is room");
    let span = Span {
        parent: Some(SpanId(3)),
        kind: SpanKind::Server,
        attributes,
        status: SpanStatus::Error("it failed"),
        ..Span::new("work", context, now..now + Duration::from_millis(3))
    };
    outbox.span(&span).expect("there is room");
    assert_eq!(exporter.shutdown(FOR_EVER), Ok(()));
}

/// Longer than a test runs.
const FOR_EVER: Duration = Duration::from_secs(3600);

fn config(address: SocketAddr, protocol: Protocol) -> Config {
    let url = |path: &str| match protocol {
        Protocol::Grpc => format!("http://{address}"),
        _ => format!("http://{address}/v1/{path}"),
    };
    let target = |path: &str| {
        let mut target = Config::new(&url(path)).expect("a URL").target;
        target.protocol = protocol;
        target
    };
    let mut config = Config::new(&url("metrics")).expect("a URL");
    config.target = target("metrics");
    (config.logs, config.traces) = (Some(target("logs")), Some(target("traces")));
    config
}

/// What is said, without the times at which it was.
fn timeless(said: &[Said]) -> Vec<Value> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !name.ends_with("imeUnixNano"));
                fields.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let json = |said: &Said| match said {
        Said::Metrics(it) => serde_json::to_value(it),
        Said::Logs(it) => serde_json::to_value(it),
        Said::Spans(it) => serde_json::to_value(it),
    };
    let mut values: Vec<_> = said.iter().map(|it| json(it).expect("it is JSON")).collect();
    values.iter_mut().for_each(strip);
    values
}

/// Buckets that are not there are empty ones to the collector.
fn with_empty_buckets(mut said: Said) -> Said {
    if let Said::Metrics(request) = &mut said {
        let scopes = request.resource_metrics.iter_mut().flat_map(|it| &mut it.scope_metrics);
        for metric in scopes.flat_map(|it| &mut it.metrics) {
            if let Some(Data::ExponentialHistogram(histogram)) = &mut metric.data {
                for point in &mut histogram.data_points {
                    point.negative.get_or_insert_default();
                }
            }
        }
    }
    said
}

/// The first line that is not the same.
fn difference(went_in: Vec<Said>, came_out: &[Said]) -> Option<(String, String)> {
    let went_in: Vec<_> = went_in.into_iter().map(with_empty_buckets).collect();
    let [went_in, came_out] = [&went_in[..], came_out].map(|said| format!("{said:#?}"));
    let mut lines = went_in.lines().zip(came_out.lines());
    let different = lines.find(|(one, other)| one != other);
    let longer = || went_in.len() != came_out.len();
    let different = different.or_else(|| longer().then_some(("the end", "of one of them")));
    different.map(|(one, other)| (one.to_owned(), other.to_owned()))
}

#[test]
fn a_real_collector_hands_on_every_field() {
    let (sink, address) = Sink::start();
    let Some(collector) = Collector::start("fields", address) else { return };
    let registry = recorded();
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            for histograms in [Histograms::Exponential, Histograms::Explicit] {
                let by_protocol = PROTOCOLS.map(|protocol| {
                    let is_http = protocol != Protocol::Grpc;
                    let at = if is_http { collector.http } else { collector.grpc };
                    let (relay, address) = Relay::start(at);
                    let mut config = config(address, protocol);
                    config.target.compression = compression;
                    config.encoding.temporality = temporality;
                    config.encoding.histograms = histograms;
                    export(config, registry);
                    let came_out = sink.take();
                    assert_eq!(came_out.len(), 3, "{protocol:?}: metrics, logs and spans");
                    if is_http {
                        assert_eq!(difference(relay.said(), &came_out), None, "{protocol:?}");
                    }
                    timeless(&came_out)
                });
                assert!(by_protocol.iter().all(|it| *it == by_protocol[0]), "{by_protocol:?}");
            }
        }
    }
}

const PROTOCOLS: [Protocol; 3] = [Protocol::HttpProtobuf, Protocol::HttpJson, Protocol::Grpc];
