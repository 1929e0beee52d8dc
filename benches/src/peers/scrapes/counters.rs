//! 10,000 counters of one family: `http_requests_total{method="…",path="…"} …`.

use std::sync::Arc;

use engram_metrics_core::{Counter, Descriptor, DynamicFamily, Kind, Named, Registry, Unit};
use fast_telemetry::PrometheusExport as _;
use fastmetrics::metrics::{counter::Counter as FastCounter, family::Family as FastFamily};
use measured::MetricGroup as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use prometheus_client::metrics::{
    counter::Counter as ClientCounter, family::Family as ClientFamily,
};

use super::{Lines, both_pages, encode_fastmetrics, gather, otel, recorded_by_threads};
use crate::harness::Contender;
use crate::peers::ENGRAM;
use crate::peers::pairs::{Numbered, NumberedSet, Owned};

const SERIES: Lines = Lines(10_000);

/// The labels of all series.
fn labels() -> &'static [[String; 2]] {
    let methods = ["GET", "PUT", "POST", "DELETE"];
    let pair = |at: usize| [methods[at % 4].to_owned(), format!("/v1/items/{:04}", at / 4)];
    Vec::leak((0..SERIES.0).map(pair).collect())
}

/// Adds different numbers to the series, some of them large.
fn amount(at: usize) -> u64 {
    (at as u64 * 7919) % 1_000_000
}

fn each(labels: &[[String; 2]], mut record: impl FnMut(&[String; 2], u64)) {
    for (at, pair) in labels.iter().enumerate() {
        record(pair, amount(at));
    }
}

pub(in crate::peers) fn all(operation: &'static str) -> Vec<Contender> {
    let labels = labels();
    let rivals = [
        prometheus(operation, labels),
        prometheus_client(operation, labels),
        metrics(operation, labels),
        opentelemetry(operation, labels),
        measured(operation, labels),
        fastmetrics(operation, labels),
        fast_telemetry(operation, labels),
    ];
    engram(operation, labels).into_iter().chain(rivals).collect()
}

fn engram(operation: &'static str, labels: &'static [[String; 2]]) -> [Contender; 2] {
    let what =
        Descriptor::fixed("http.requests", "Requests.", Unit::Count("{request}"), Kind::Counter);
    let family = DynamicFamily::<2, Counter>::new(["method", "path"]).with_limit(20_000);
    recorded_by_threads(|| {
        each(labels, |[method, path], amount| family.at([method, path]).add(amount));
    });
    let registry = Registry::new();
    let source = Arc::new(Named::new(what, family));
    registry.register_shared(&[], source).expect("the registry is empty");
    both_pages(&SERIES, [ENGRAM, "engram, in pieces"], (operation, registry))
}

fn prometheus(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let options = prometheus::Opts::new("http_requests_total", "Requests.");
    let family = prometheus::IntCounterVec::new(options, &["method", "path"]).expect("valid");
    recorded_by_threads(|| {
        each(labels, |pair, amount| family.with_label_values(pair).inc_by(amount));
    });
    let registry = prometheus::Registry::new();
    registry.register(Box::new(family)).expect("the registry is empty");
    SERIES.contender(("prometheus", operation), move |page| gather(&registry, page))
}

fn prometheus_client(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let family = ClientFamily::<Owned, ClientCounter>::default();
    recorded_by_threads(|| {
        each(labels, |pair, amount| {
            family.get_or_create(&pair.into()).inc_by(amount);
        });
    });
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("http_requests", "Requests", family);
    SERIES.contender(("prometheus-client", operation), move |page: &mut String| {
        page.clear();
        prometheus_client::encoding::text::encode(page, &registry)
            .expect("a string takes everything");
    })
}

fn metrics(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let recorder = PrometheusBuilder::new().build_recorder();
    recorded_by_threads(|| {
        metrics::with_local_recorder(&recorder, || {
            each(labels, |[method, path], amount| {
                let (method, path) = (method.clone(), path.clone());
                metrics::counter!("http_requests_total", "method" => method, "path" => path)
                    .increment(amount);
            });
        });
    });
    let handle = recorder.handle();
    SERIES.contender(("metrics", operation), move |page: &mut Vec<u8>| {
        page.clear();
        handle.render_to_write(page).expect("a vector takes everything");
    })
}

fn opentelemetry(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let (provider, registry) = otel();
    let counter = provider.meter("peers").u64_counter("http_requests").build();
    recorded_by_threads(|| {
        each(labels, |[method, path], amount| {
            let [method, path] = [("method", method), ("path", path)]
                .map(|(name, value)| KeyValue::new(name, value.clone()));
            counter.add(amount, &[method, path]);
        });
    });
    SERIES.contender(("opentelemetry", operation), move |page| {
        let _keep_alive = &provider;
        gather(&registry, page);
    })
}

#[derive(measured::MetricGroup)]
struct Requests {
    /// Requests.
    http_requests_total: measured::CounterVec<NumberedSet>,
}

fn measured(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let family = measured::CounterVec::with_label_set(NumberedSet::default());
    let group = Requests { http_requests_total: family };
    recorded_by_threads(|| {
        each(labels, |[method, path], amount| {
            group.http_requests_total.inc_by(Numbered { method, path }, amount);
        });
    });
    let mut encoder = measured::text::BufferedTextEncoder::new();
    SERIES.contender(("measured", operation), move |page| {
        group.collect_group_into(&mut encoder).expect("memory takes everything");
        *page = encoder.finish();
    })
}

fn fastmetrics(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let family = FastFamily::<Owned, FastCounter>::default();
    recorded_by_threads(|| {
        each(labels, |pair, amount| {
            family.with_or_new(&pair.into(), |it| it.inc_by(amount));
        });
    });
    let mut registry = fastmetrics::registry::Registry::default();
    registry.register("http_requests", "Requests", family).expect("the registry is empty");
    SERIES.contender(("fastmetrics", operation), move |page| encode_fastmetrics(&registry, page))
}

fn fast_telemetry(operation: &'static str, labels: &'static [[String; 2]]) -> Contender {
    let counter = fast_telemetry::DynamicCounter::with_max_series(16, 20_000);
    recorded_by_threads(|| {
        each(labels, |[method, path], amount| {
            counter.add(&[("method", method), ("path", path)], amount as isize);
        });
    });
    SERIES.contender(("fast-telemetry", operation), move |page: &mut String| {
        page.clear();
        counter.export_prometheus(page, "http_requests_total", "Requests.");
    })
}
