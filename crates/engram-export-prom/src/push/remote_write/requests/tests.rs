use std::time::Duration;

use engram_metrics_core::{Counter, ExplicitHistogram, Gauge, Unit, UpDownCounter, metric_set};
use prost::Message;

use super::*;

/// `prometheus.WriteRequest`: the numbers are those of the protocol.
#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    metadata: Vec<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<LabelPair>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct LabelPair {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Metadata {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(string, tag = "4")]
    help: String,
    #[prost(string, tag = "5")]
    unit: String,
}

metric_set! {
    struct Example {
        /// Things.
        things: Counter = "things", Unit::Count("{thing}");
        /// Level.
        level: UpDownCounter = "level", Unit::Bytes;
        /// Fill.
        fill: Gauge = "fill", Unit::Ratio;
        /// Waits.
        waits: ExplicitHistogram = "waits", Unit::Seconds, ExplicitHistogram::new(Unit::Seconds, &[0.5, 2.0]);
    }
}

static EXAMPLE: Example = Example::new();

fn registry() -> Registry {
    let registry = Registry::new();
    registry.register_with(&[("zone", "a"), ("job", "own")], &EXAMPLE).expect("registers");
    registry
}

fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
}

fn decoded(encode: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Vec<WriteRequest> {
    let mut requests = Vec::new();
    encode(&mut |bytes| requests.push(WriteRequest::decode(bytes).expect("a message")));
    requests
}

/// Labels as text, in the order in which they stand there.
fn shown(series: &TimeSeries) -> String {
    let labels = series.labels.iter().map(|label| format!("{}={}", label.name, label.value));
    labels.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_series_arrives_with_its_labels_in_order_and_the_time() {
    EXAMPLE.things.add(3);
    EXAMPLE.level.add(-2);
    EXAMPLE.fill.set(0.25);
    EXAMPLE.waits.record(1 << 30);
    EXAMPLE.waits.record(3 << 30);
    let mut requests = WriteRequests::new("backup", &[("Host", "db"), ("empty", "")]).expect("valid");
    let decoded = decoded(|send| requests.encode(&registry(), at(), send));
    let [request] = decoded.as_slice() else { panic!("{decoded:?}") };
    let samples: Vec<_> = request
        .timeseries
        .iter()
        .map(|series| {
            assert_eq!(series.samples.len(), 1);
            assert_eq!(series.samples[0].timestamp, 1_700_000_000_123);
            (shown(series), series.samples[0].value)
        })
        .collect();
    let one = |name: &str, value| (format!("Host=db __name__={name} job=own zone=a"), value);
    let bucket = |le: &str, value| {
        (format!("Host=db __name__=waits_seconds_bucket job=own le={le} zone=a"), value)
    };
    let expected = [
        one("things_total", 3.0),
        one("level_bytes", -2.0),
        one("fill_ratio", 0.25),
        bucket("0.5", 0.0),
        bucket("2.0", 1.0),
        bucket("+Inf", 2.0),
        one("waits_seconds_sum", 4.0),
        one("waits_seconds_count", 2.0),
    ];
    assert_eq!(samples, expected);
    let metadata = |kind, name: &str, help: &str, unit: &str| {
        let [name, help, unit] = [name, help, unit].map(str::to_owned);
        Metadata { kind, name, help, unit }
    };
    let expected = [
        metadata(1, "things_total", "Things.", ""),
        metadata(2, "level_bytes", "Level.", "bytes"),
        metadata(2, "fill_ratio", "Fill.", "ratio"),
        metadata(3, "waits_seconds", "Waits.", "seconds"),
    ];
    assert_eq!(request.metadata, expected);
}

#[test]
fn the_end_of_a_series_is_the_marker_of_prometheus() {
    let mut requests = WriteRequests::new("backup", &[]).expect("valid");
    let decoded = decoded(|send| requests.encode_end(&registry(), at(), send));
    assert_eq!(decoded[0].timeseries.len(), 8);
    for series in &decoded[0].timeseries {
        assert_eq!(series.samples[0].value.to_bits(), 0x7ff0_0000_0000_0002, "{series:?}");
    }
}

/// What a source that is not ours may hand out.
struct Strange(Descriptor);

impl engram_metrics_core::Collect for Strange {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let labels = [("z", "1"), ("__name__", "x"), ("a b", "2"), ("a_b", "3"), ("le", "9"), ("z", "4")];
        visit.series(Labels::new(&labels), Value::Float(1.0));
        for at in 0..20_000 {
            let long = format!("{at:050}");
            visit.series(Labels::new(&[("series", &long)]), Value::Float(f64::from(at)));
        }
    }
}

#[test]
fn labels_are_sorted_unique_identifiers_and_messages_bounded() {
    let registry = Registry::new();
    let descriptor = Descriptor::fixed("strange", "", Unit::Count("1"), Kind::Gauge);
    registry.register_shared(&[], std::sync::Arc::new(Strange(descriptor))).expect("registers");
    let mut requests = WriteRequests::new("backup", &[]).expect("valid");
    let mut most = 0;
    let decoded = decoded(|send| {
        requests.encode(&registry, at(), |message| {
            most = most.max(message.len());
            send(message);
        });
    });
    assert!(most < MESSAGE_BYTES + 4 * 1024, "{most}");
    assert!(decoded.len() > 2, "{}", decoded.len());
    let series = || decoded.iter().flat_map(|request| &request.timeseries);
    assert_eq!(series().count(), 20_001);
    let first = series().next().map(shown);
    assert_eq!(first.as_deref(), Some("__name__=strange a_b=2 job=backup le=9 z=1"));
    assert_eq!(series().last().expect("a series").samples[0].value, 19_999.0);
}
