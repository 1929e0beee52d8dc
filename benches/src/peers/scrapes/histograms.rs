//! 1,000 histograms of one family: `request_duration_seconds_bucket{route="…",le="…"} …`.
//!
//! Each has 64 bounds that grow by the factor 1.4 from 1 us, so 64 lines of buckets, one up to infinity,
//! a sum and a count. `fast-telemetry` has whole numbers as bounds; `engram, 37 powers of two` is our
//! default.

use std::sync::{Arc, LazyLock};

use engram_metrics_core::{
    Descriptor, DynamicFamily, ExplicitHistogram, Histogram, Kind, Layout, Named, Registry,
    Replicate, Unit,
};
use fast_telemetry::PrometheusExport as _;
use fastmetrics::metrics::{family::Family as FastFamily, histogram::Histogram as FastHistogram};
use measured::MetricGroup as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use prometheus_client::metrics::family::Family as ClientFamily;
use prometheus_client::metrics::histogram::Histogram as ClientHistogram;

use super::{Lines, both_pages, encode_fastmetrics, gather, otel, recorded_by_threads};
use crate::harness::Contender;
use crate::peers::ENGRAM;

/// Of 1,000 histograms with 64 bounds.
const LINES: Lines = Lines(1_000 * (64 + 3));

/// Of 1,000 histograms that show powers of two.
const POWERS: Lines = Lines(1_000 * (37 + 3));

static BOUNDS: LazyLock<[f64; 64]> =
    LazyLock::new(|| std::array::from_fn(|at| 1e-6 * 1.4_f64.powi(at as i32)));

/// The only label, as text that a user made at start.
fn routes() -> &'static [&'static str] {
    let name = |at: usize| -> &'static str { String::leak(format!("/v1/items/{at:04}")) };
    Vec::leak((0..1_000).map(name).collect())
}

/// Records 32 values into each histogram, spread over its range.
fn each(routes: &[&'static str], mut record: impl FnMut(&'static str, f64)) {
    for (at, route) in routes.iter().enumerate() {
        for step in 0..32 {
            record(route, BOUNDS[(at + 2 * step) % 64] * 0.9);
        }
    }
}

/// For `prometheus-client` and `fastmetrics`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    prometheus_client::encoding::EncodeLabelSet,
    fastmetrics::derive::LabelSet,
)]
struct Route {
    route: &'static str,
}

/// For `measured`.
#[derive(Clone, Copy, Debug, PartialEq, measured::LabelGroup)]
#[label(set = NumberedRouteSet)]
struct NumberedRoute<'a> {
    #[label(dynamic_with = measured::lasso::ThreadedRodeo, default)]
    route: &'a str,
}

pub(in crate::peers) fn all(operation: &'static str) -> Vec<Contender> {
    let routes = routes();
    let ours = [engram(operation, routes), exponential(operation, routes)];
    let rivals = [
        prometheus(operation, routes),
        prometheus_client(operation, routes),
        metrics(operation, routes),
        opentelemetry(operation, routes),
        measured(operation, routes),
        fastmetrics(operation, routes),
        fast_telemetry(operation, routes),
    ];
    ours.into_iter().flatten().chain(rivals).collect()
}

fn engram(operation: &'static str, routes: &'static [&'static str]) -> [Contender; 2] {
    let family =
        DynamicFamily::<1, ExplicitHistogram>::with_bounds(["route"], Unit::Seconds, &*BOUNDS);
    recorded_by_threads(|| {
        each(routes, |route, value| family.at([route]).record_f64(value));
    });
    both_pages(&LINES, [ENGRAM, "engram, in pieces"], (operation, registry(family)))
}

fn exponential(operation: &'static str, routes: &'static [&'static str]) -> [Contender; 2] {
    let family = DynamicFamily::<1, Histogram>::with_layout(["route"], Layout::SECONDS);
    recorded_by_threads(|| {
        each(routes, |route, value| family.at([route]).record_f64(value));
    });
    let names = ["engram, 37 powers of two", "engram, 37 powers of two, in pieces"];
    both_pages(&POWERS, names, (operation, registry(family)))
}

fn registry<M: Replicate>(family: DynamicFamily<1, M>) -> Registry {
    let what = Descriptor::fixed("request.duration", "Duration.", Unit::Seconds, Kind::Histogram);
    let registry = Registry::new();
    let source = Arc::new(Named::new(what, family));
    registry.register_shared(&[], source).expect("the registry is empty");
    registry
}

fn prometheus(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let options = prometheus::HistogramOpts::new("request_duration_seconds", "Duration.");
    let options = options.buckets(BOUNDS.to_vec());
    let family = prometheus::HistogramVec::new(options, &["route"]).expect("valid");
    recorded_by_threads(|| {
        each(routes, |route, value| family.with_label_values(&[route]).observe(value));
    });
    let registry = prometheus::Registry::new();
    registry.register(Box::new(family)).expect("the registry is empty");
    LINES.contender(("prometheus", operation), move |page| gather(&registry, page))
}

fn prometheus_client(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let make: fn() -> ClientHistogram = || ClientHistogram::new(BOUNDS.iter().copied());
    let family = ClientFamily::<Route, ClientHistogram, _>::new_with_constructor(make);
    recorded_by_threads(|| {
        each(routes, |route, value| family.get_or_create(&Route { route }).observe(value));
    });
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("request_duration_seconds", "Duration", family);
    LINES.contender(("prometheus-client", operation), move |page: &mut String| {
        page.clear();
        prometheus_client::encoding::text::encode(page, &registry)
            .expect("a string takes everything");
    })
}

fn metrics(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let builder = PrometheusBuilder::new().set_buckets(&*BOUNDS).expect("there are bounds");
    let recorder = builder.build_recorder();
    recorded_by_threads(|| {
        metrics::with_local_recorder(&recorder, || {
            each(routes, |route, value| {
                metrics::histogram!("request_duration_seconds", "route" => route).record(value);
            });
        });
    });
    let handle = recorder.handle();
    LINES.contender(("metrics", operation), move |page: &mut Vec<u8>| {
        page.clear();
        handle.render_to_write(page).expect("a vector takes everything");
    })
}

fn opentelemetry(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let (provider, registry) = otel();
    let meter = provider.meter("peers");
    let histogram =
        meter.f64_histogram("request_duration_seconds").with_boundaries(BOUNDS.to_vec()).build();
    recorded_by_threads(|| {
        each(routes, |route, value| histogram.record(value, &[KeyValue::new("route", route)]));
    });
    LINES.contender(("opentelemetry", operation), move |page| {
        let _keep_alive = &provider;
        gather(&registry, page);
    })
}

#[derive(measured::MetricGroup)]
struct Durations {
    /// Duration.
    request_duration_seconds: measured::HistogramVec<NumberedRouteSet, 64>,
}

fn measured(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let thresholds = measured::metric::histogram::Thresholds::with_buckets(*BOUNDS);
    let family = measured::HistogramVec::with_label_set_and_metadata(
        NumberedRouteSet::default(),
        thresholds,
    );
    let group = Durations { request_duration_seconds: family };
    recorded_by_threads(|| {
        each(routes, |route, value| {
            group.request_duration_seconds.observe(NumberedRoute { route }, value);
        });
    });
    let mut encoder = measured::text::BufferedTextEncoder::new();
    LINES.contender(("measured", operation), move |page| {
        group.collect_group_into(&mut encoder).expect("memory takes everything");
        *page = encoder.finish();
    })
}

fn fastmetrics(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let family = FastFamily::<Route, FastHistogram>::new(|| FastHistogram::new(*BOUNDS));
    recorded_by_threads(|| {
        each(routes, |route, value| {
            family.with_or_new(&Route { route }, |it| it.observe(value));
        });
    });
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("request_duration_seconds", "Duration", family)
        .expect("the registry is empty");
    LINES.contender(("fastmetrics", operation), move |page| encode_fastmetrics(&registry, page))
}

fn fast_telemetry(operation: &'static str, routes: &'static [&'static str]) -> Contender {
    let nanoseconds = |seconds: f64| (seconds * 1e9) as u64;
    let bounds = BOUNDS.map(nanoseconds);
    let histogram = fast_telemetry::DynamicHistogram::new(&bounds, 16);
    recorded_by_threads(|| {
        each(routes, |route, value| histogram.record(&[("route", route)], nanoseconds(value)));
    });
    LINES.contender(("fast-telemetry", operation), move |page: &mut String| {
        page.clear();
        histogram.export_prometheus(page, "request_duration_nanoseconds", "Duration.");
    })
}
