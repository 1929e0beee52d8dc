//! The body of an OTLP request, encoded and not sent.
//!
//! `opentelemetry_sdk` collects into structures of its own, from which those of `opentelemetry-proto` are made
//! and encoded; `proto structs` is the last of these steps, with the messages built from values at hand.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, SystemTime};

use engram_export_otlp::{Encoding, Metrics};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Stream, Temporality,
};
use prost::Message as _;

use super::mix::Mix;
use super::pages::Read;
use super::{rivals, samples};
use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;

const MIX: Mix = Mix::SMALL;

pub(super) fn requests(operation: &'static str) -> Vec<Contender> {
    vec![engram(operation), floor(operation), proto(operation), sdk(operation)]
}

/// A contender that encodes requests, after the first of them was counted.
fn contender(
    (name, operation): (&'static str, &'static str),
    mut encode: impl FnMut(&mut Vec<u8>) + Send + 'static,
) -> Contender {
    let mut request = Vec::new();
    encode(&mut request);
    samples::check(name, samples::points(&request), MIX.series());
    let state = Mutex::new((request, encode));
    let contender = contender!(name, operation, |_at| {
        let (request, encode) = &mut *state.lock().expect("contenders do not panic");
        encode(request);
    });
    Contender { threads: 1, ..contender }
}

fn engram(operation: &'static str) -> Contender {
    let registry = rivals::engram(MIX);
    let mut now = SystemTime::now();
    // One request, to be compared with the one of the others.
    let encoding = Encoding { request_bytes: 64 << 20, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, now);
    let mut is_first = true;
    contender((ENGRAM, operation), move |request| {
        now += Duration::from_secs(10);
        assert_eq!(metrics.collect(registry, now), 1, "one request holds it all");
        if std::mem::take(&mut is_first) {
            request.extend_from_slice(metrics.request(0));
        }
        std::hint::black_box(metrics.request(0));
        metrics.settle(0, engram_export_otlp::Delivery::Accepted);
    })
}

/// Copies a request that is there, and reads every cell.
fn floor(operation: &'static str) -> Contender {
    let registry = rivals::engram(MIX);
    let encoding = Encoding { request_bytes: 64 << 20, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, SystemTime::now());
    metrics.collect(registry, SystemTime::now());
    contender(("cells read, bytes copied", operation), move |request| {
        registry.collect(&mut Read);
        request.clear();
        request.extend_from_slice(metrics.request(0));
    })
}

fn sdk(operation: &'static str) -> Contender {
    let reader = Shared(Arc::new(ManualReader::builder().build()));
    let provider = provider(reader.clone());
    contender(("opentelemetry_sdk", operation), move |request| {
        let _keep_alive = &provider;
        let mut collected = ResourceMetrics::default();
        reader.collect(&mut collected).expect("the provider is alive");
        request.clear();
        let message = ExportMetricsServiceRequest::from(&collected);
        message.encode(request).expect("a vector takes everything");
    })
}

/// Builds all messages anew from one that is kept, as an exporter would from its series, and encodes them.
fn proto(operation: &'static str) -> Contender {
    let reader = Shared(Arc::new(ManualReader::builder().build()));
    let provider = provider(reader.clone());
    let mut collected = ResourceMetrics::default();
    reader.collect(&mut collected).expect("the provider is alive");
    drop(provider);
    let kept = ExportMetricsServiceRequest::from(&collected);
    contender(("proto structs", operation), move |request| {
        request.clear();
        kept.clone().encode(request).expect("a vector takes everything");
    })
}

fn provider(reader: Shared) -> SdkMeterProvider {
    // The default is to give up at 2,000 series.
    let stream = |_: &_| Stream::builder().with_cardinality_limit(20_000).build().ok();
    let provider = SdkMeterProvider::builder().with_reader(reader).with_view(stream).build();
    rivals::opentelemetry(MIX, &provider);
    provider
}

/// A reader of which the provider has one end and the benchmark the other.
#[derive(Clone, Debug)]
struct Shared(Arc<ManualReader>);

impl MetricReader for Shared {
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
