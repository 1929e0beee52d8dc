//! A span of `tracing`, created, entered, left and closed, with an event inside.
//!
//! All of them stand on the registry of `tracing-subscriber`, which alone is the first row. OpenTelemetry's
//! spans go to an exporter that drops them.

use engram_bridge::SpanLayer;
use engram_metrics_core::Registry;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::{Dispatch, Subscriber, dispatcher, info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::harness::{Contender, fence};
use crate::peers::ENGRAM;

pub(super) fn spans(operation: &'static str) -> Vec<Contender> {
    static REGISTRY: Registry = Registry::new();
    let layer = SpanLayer::new(&REGISTRY).expect("the registry is empty");
    let provider = SdkTracerProvider::builder().with_simple_exporter(Dropping).build();
    let rival = tracing_opentelemetry::layer().with_tracer(provider.tracer("export"));
    // The provider ends its spans when it is dropped.
    std::mem::forget(provider);
    let base = tracing_subscriber::registry;
    vec![
        contender(("no layer", operation), base()),
        contender((ENGRAM, operation), base().with(layer)),
        contender(("tracing-opentelemetry", operation), base().with(rival)),
    ]
}

fn contender(
    (name, operation): (&'static str, &'static str),
    subscriber: impl Subscriber + Send + Sync + 'static,
) -> Contender {
    let dispatch = Dispatch::new(subscriber);
    let run = move |times| {
        dispatcher::with_default(&dispatch, || {
            for number in 0..times {
                info_span!("answer", number).in_scope(|| info!("answered"));
                fence();
            }
        });
    };
    Contender { name, operation, threads: 2, run: Box::new(run) }
}

/// Drops what it is to export.
#[derive(Debug)]
struct Dropping;

impl SpanExporter for Dropping {
    fn export(
        &self,
        batch: Vec<SpanData>,
    ) -> impl std::future::Future<Output = OTelSdkResult> + Send {
        drop(batch);
        std::future::ready(Ok(()))
    }
}
