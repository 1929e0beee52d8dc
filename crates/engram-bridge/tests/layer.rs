//! Spans are timed and events counted, exactly.

#![cfg(feature = "tracing")]

use engram_bridge::SpanLayer;
use engram_metrics_core::{Reading, Registry};
use tracing::subscriber::with_default;
use tracing::{info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

fn subscriber(registry: &'static Registry) -> impl tracing::Subscriber + Send + Sync {
    let layer = SpanLayer::new(registry).expect("nobody else is in this registry");
    tracing_subscriber::registry().with(layer)
}

#[test]
fn spans_and_events_work_whether_telemetry_is_on_or_off() {
    static REGISTRY: Registry = Registry::new();
    with_default(subscriber(&REGISTRY), || info_span!("query").in_scope(|| info!("found")));
    assert_eq!(!Reading::of(&REGISTRY).is_empty(), engram_bridge::ENABLED);
}

engram_metrics_core::when_disabled! {
    #[test]
    fn a_layer_is_nothing_when_telemetry_is_off() {
        assert_eq!(size_of::<SpanLayer>(), 0);
    }
}

engram_metrics_core::when_enabled! {

use engram_bridge::BRIDGE;
use std::sync::Arc;
use std::thread;
use tracing::{Level, error, span, warn};

const THREADS: u64 = 8;
const ROUNDS: u64 = 2_000;

fn spans(page: &Reading, span: &str, target: &str) -> Option<u64> {
    let labels = [("span", span), ("target", target)];
    page.histogram("tracing.span.duration", &labels).map(|it| it.count())
}

fn errors(page: &Reading, span: &str) -> Option<f64> {
    page.number("tracing.span.errors", &[("span", span), ("target", "layer")])
}

#[test]
fn eight_threads_are_counted_exactly() {
    static REGISTRY: Registry = Registry::new();
    let subscriber: Arc<dyn tracing::Subscriber + Send + Sync> = Arc::new(subscriber(&REGISTRY));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let subscriber = subscriber.clone();
            scope.spawn(move || with_default(subscriber, work));
        }
    });
    let page = Reading::of(&REGISTRY);
    let each = THREADS * ROUNDS;
    assert_eq!(spans(&page, "outer", "layer"), Some(each));
    assert_eq!(spans(&page, "inner", "elsewhere"), Some(each));
    assert_eq!(errors(&page, "outer"), Some(each as f64));
    let events = |level| page.number("tracing.events", &[("level", level), ("target", "layer")]);
    assert_eq!((events("INFO"), events("ERROR")), (Some(2.0 * each as f64), Some(each as f64)));
}

fn work() {
    for _ in 0..ROUNDS {
        let outer = info_span!("outer").entered();
        span!(target: "elsewhere", Level::DEBUG, "inner").in_scope(|| info!("inside"));
        error!("failed");
        drop(outer);
        info!("outside");
    }
}

#[test]
fn a_span_lasts_from_its_creation_to_its_last_reference() {
    static REGISTRY: Registry = Registry::new();
    with_default(subscriber(&REGISTRY), || {
        let span = info_span!("long");
        let other = span.clone();
        span.in_scope(|| ());
        drop(span);
        assert_eq!(spans(&Reading::of(&REGISTRY), "long", "layer"), None);
        thread::spawn(move || drop(other)).join().expect("does not panic");
        assert_eq!(spans(&Reading::of(&REGISTRY), "long", "layer"), Some(1));
    });
}

#[test]
fn an_error_is_that_of_the_span_it_names_or_of_the_innermost_one() {
    static REGISTRY: Registry = Registry::new();
    with_default(subscriber(&REGISTRY), || {
        let named = info_span!("named");
        info_span!("around").in_scope(|| {
            error!(parent: &named, "of the named");
            error!(parent: None, "of nobody");
            error!("of the one around");
            error!("of the one around");
            warn!("no error");
        });
    });
    let page = Reading::of(&REGISTRY);
    assert_eq!((errors(&page, "named"), errors(&page, "around")), (Some(1.0), Some(2.0)));
}

#[test]
fn beyond_the_limit_open_spans_are_not_timed_and_counted() {
    static REGISTRY: Registry = Registry::new();
    let layer = SpanLayer::new(&REGISTRY).expect("the registry is empty").with_open_spans(64);
    let before = BRIDGE.untimed_spans.value();
    with_default(tracing_subscriber::registry().with(layer), || {
        let open: Vec<_> = (0..1000).map(|_| info_span!("many")).collect();
        drop(open);
        info_span!("many").in_scope(|| ());
    });
    let timed = spans(&Reading::of(&REGISTRY), "many", "layer").expect("some were");
    let untimed = BRIDGE.untimed_spans.value() - before;
    assert_eq!(timed + untimed, 1001);
    assert!((1..=65).contains(&timed), "{timed}");
}

#[test]
fn the_place_of_a_span_that_ended_is_used_again() {
    static REGISTRY: Registry = Registry::new();
    let layer = SpanLayer::new(&REGISTRY).expect("the registry is empty").with_open_spans(64);
    with_default(tracing_subscriber::registry().with(layer), || {
        (0..10_000).for_each(|_| info_span!("short").in_scope(|| ()));
    });
    assert_eq!(spans(&Reading::of(&REGISTRY), "short", "layer"), Some(10_000));
}

#[test]
fn beyond_its_limit_of_series_spans_share_one() {
    static REGISTRY: Registry = Registry::new();
    let layer = SpanLayer::with_series_limit(&REGISTRY, 1).expect("the registry is empty");
    with_default(tracing_subscriber::registry().with(layer), || {
        info_span!("first").in_scope(|| ());
        info_span!("second").in_scope(|| ());
        info_span!("third").in_scope(|| ());
    });
    let page = Reading::of(&REGISTRY);
    let overflow = page.histogram("tracing.span.duration", &[("otel_metric_overflow", "true")]);
    assert_eq!(spans(&page, "first", "layer"), Some(1));
    assert_eq!(overflow.map(|it| it.count()), Some(2));
    let family = [("family", "tracing.span.duration")];
    assert_eq!(page.number("engram.metrics.overflow", &family), Some(2.0));
}

#[test]
fn a_second_layer_in_a_registry_is_an_error() {
    static REGISTRY: Registry = Registry::new();
    let first = SpanLayer::new(&REGISTRY);
    assert!(first.is_ok() && SpanLayer::new(&REGISTRY).is_err());
}

}
