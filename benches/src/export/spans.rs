//! A span of `tracing`, created, entered, left and closed, with an event inside.
//!
//! All of them stand on the registry of `tracing-subscriber`, which with a layer that does nothing is the first row:
//! without any, nobody tells it to forget the spans that were closed, and each new one is made in new memory.
//! OpenTelemetry's spans go to an exporter that counts and drops them.

use std::sync::atomic::{AtomicU64, Ordering};

use engram_bridge::SpanLayer;
use engram_metrics_core::{Reading, Registry};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::{Dispatch, Subscriber, dispatcher, info, info_span};
use tracing_subscriber::layer::{Identity, SubscriberExt as _};

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
    let ours = contender((ENGRAM, operation), base().with(layer));
    check(&ours, || measured(&REGISTRY));
    let theirs = contender(("tracing-opentelemetry", operation), base().with(rival));
    // Relaxed, here and below: a number that stands for itself.
    check(&theirs, || EXPORTED.load(Ordering::Relaxed));
    let idle = contender(("a layer that does nothing", operation), base().with(Identity::new()));
    vec![idle, ours, theirs]
}

/// Holds a contender to what it is timed for: every span has to be where it belongs when it is closed.
fn check(contender: &Contender, recorded: impl Fn() -> u64) {
    const SPANS: u32 = 1000;
    let before = recorded();
    (contender.run)(SPANS);
    assert_eq!(recorded() - before, u64::from(SPANS), "{} records every span", contender.name);
}

/// Spans that have a duration, each of which has to have had its event.
fn measured(registry: &Registry) -> u64 {
    let page = Reading::of(registry);
    let (target, level) = (("target", module_path!()), ("level", "INFO"));
    let spans = page.histogram("tracing.span.duration", &[("span", SPAN), target]);
    let spans = spans.map_or(0, |spans| spans.count());
    let events = page.number("tracing.events", &[level, target]).unwrap_or_default();
    assert_eq!(events, spans as f64, "one event a span");
    spans
}

const SPAN: &str = "answer";

fn contender(
    (name, operation): (&'static str, &'static str),
    subscriber: impl Subscriber + Send + Sync + 'static,
) -> Contender {
    let dispatch = Dispatch::new(subscriber);
    let run = move |times| {
        dispatcher::with_default(&dispatch, || {
            for number in 0..times {
                info_span!(SPAN, number).in_scope(|| info!("answered"));
                fence();
            }
        });
    };
    Contender { name, operation, threads: 2, run: Box::new(run) }
}

/// Spans that came to the exporter.
static EXPORTED: AtomicU64 = AtomicU64::new(0);

/// Counts what it is to export, and drops it.
#[derive(Debug)]
struct Dropping;

impl SpanExporter for Dropping {
    fn export(
        &self,
        batch: Vec<SpanData>,
    ) -> impl std::future::Future<Output = OTelSdkResult> + Send {
        EXPORTED.fetch_add(batch.len() as u64, Ordering::Relaxed);
        std::future::ready(Ok(()))
    }
}
