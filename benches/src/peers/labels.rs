//! A counter that is found by its labels, for each record anew.
//!
//! `metriken` has families, but no lookup: a member is made once and its handle kept.

use std::sync::Once;

use engram_metrics_core::{Counter, DynamicFamily, Family, label_enum};
use fastmetrics::metrics::{counter::Counter as FastCounter, family::Family as FastFamily};
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use prometheus_client::metrics::{
    counter::Counter as ClientCounter, family::Family as ClientFamily,
};

use super::ENGRAM;
use super::counters::meter;
use super::pairs::{Fixed, Numbered, NumberedSet, ONE, Owned, brought, brought_changing, changing};
use crate::harness::{Contender, contender};

label_enum! { pub(crate) enum Method as "method" { Get = "GET", Put = "PUT", Delete = "DELETE" } }
label_enum! { pub(crate) enum Status as "status" { Ok = "ok", Failed = "failed" } }

static LABELLED: Family<(Method, Status), Counter> = Family::<(Method, Status), Counter>::new();
static FIXED: DynamicFamily<2, Counter> = DynamicFamily::<2, Counter>::new(["method", "path"]);
static ANY: DynamicFamily<2, Counter> = DynamicFamily::<2, Counter>::new(["method", "path"]);

/// For `measured`.
#[derive(Clone, Copy, Debug, PartialEq, measured::FixedCardinalityLabel)]
enum Verb {
    Get,
    Put,
    Delete,
}

/// For `measured`.
#[derive(Clone, Copy, Debug, PartialEq, measured::FixedCardinalityLabel)]
enum End {
    Ok,
    Failed,
}

/// For `measured`.
#[derive(Clone, Copy, Debug, PartialEq, measured::LabelGroup)]
#[label(set = AnswerSet)]
struct Answer {
    verb: Verb,
    end: End,
}

impl fast_telemetry::LabelEnum for Method {
    const CARDINALITY: usize = 3;
    const LABEL_NAME: &'static str = "method";

    fn as_index(self) -> usize {
        self as usize
    }

    fn from_index(index: usize) -> Self {
        [Self::Get, Self::Put, Self::Delete][index]
    }

    fn variant_name(self) -> &'static str {
        ["GET", "PUT", "DELETE"][self as usize]
    }
}

/// For the crates without enums.
const ANSWER: [&str; 2] = ["PUT", "failed"];

/// Another method and status in each iteration.
#[inline(always)]
fn answer(at: u32) -> (Method, Status) {
    let method = if at & 1 == 0 { Method::Get } else { Method::Put };
    (method, if at & 2 == 0 { Status::Ok } else { Status::Failed })
}

pub(super) fn of_enums(operation: &'static str) -> Vec<Contender> {
    let _ = (Method::Delete, Verb::Get, Verb::Delete, End::Ok);
    let measured_answer = Answer { verb: Verb::Put, end: End::Failed };
    let prometheus = prometheus_family();
    let client = ClientFamily::<Fixed, ClientCounter>::default();
    let fast_metrics = FastFamily::<Fixed, FastCounter>::default();
    let otel = meter().u64_counter("peer").build();
    let measured = measured::CounterVec::with_label_set(AnswerSet::default());
    let fast = fast_telemetry::LabeledCounter::<Method>::new(16);
    vec![
        contender!(ENGRAM, operation, |_at| LABELLED.at((Method::Put, Status::Failed)).increment()),
        contender!("engram, labels that change", operation, |at| LABELLED
            .at(answer(at))
            .increment()),
        contender!("prometheus", operation, |_at| prometheus.with_label_values(&ANSWER).inc()),
        contender!("prometheus-client", operation, |_at| client
            .get_or_create(&ANSWER.into())
            .inc()),
        contender!("fastmetrics", operation, |_at| fast_metrics
            .with_or_new(&ANSWER.into(), |it| it.inc())),
        contender!("opentelemetry", operation, |_at| otel.add(1, &attributes(ANSWER))),
        contender!("measured", operation, |_at| measured.inc(measured_answer)),
        // One label only.
        contender!("fast-telemetry", operation, |_at| fast.inc(Method::Put)),
    ]
}

pub(super) fn of_static_text(operation: &'static str) -> Vec<Contender> {
    install_facade();
    let prometheus = prometheus_family();
    let client = ClientFamily::<Fixed, ClientCounter>::default();
    let fast_metrics = FastFamily::<Fixed, FastCounter>::default();
    let otel = meter().u64_counter("peer").build();
    let measured = measured::CounterVec::sparse_with_label_set(NumberedSet::default());
    let fast = fast_telemetry::DynamicCounter::new(16);
    vec![
        contender!(ENGRAM, operation, |_at| FIXED.at_static(ONE).increment()),
        contender!("engram, labels that change", operation, |at| FIXED
            .at_static(changing(at))
            .increment()),
        contender!("prometheus", operation, |_at| prometheus.with_label_values(&ONE).inc()),
        contender!("prometheus-client", operation, |_at| client.get_or_create(&ONE.into()).inc()),
        contender!("fastmetrics", operation, |_at| fast_metrics
            .with_or_new(&ONE.into(), |it| it.inc())),
        contender!("metrics", operation, |_at| {
            let [method, path] = ONE;
            metrics::counter!("peer", "method" => method, "path" => path).increment(1);
        }),
        // With literals the macro keeps the key in a static.
        contender!("metrics, literals", operation, |_at| {
            metrics::counter!("peer", "method" => "PUT", "path" => "/users").increment(1);
        }),
        contender!("opentelemetry", operation, |_at| otel.add(1, &attributes(ONE))),
        contender!("measured", operation, |_at| {
            let [method, path] = ONE;
            measured.inc(Numbered { method, path });
        }),
        contender!("fast-telemetry", operation, |_at| {
            let [method, path] = ONE;
            fast.inc(&[("method", method), ("path", path)]);
        }),
    ]
}

pub(super) fn of_any_text(operation: &'static str) -> Vec<Contender> {
    install_facade();
    let brought: &'static [String; 2] = Box::leak(Box::new(brought()));
    let many: &'static [[String; 2]; 8] = Box::leak(Box::new(brought_changing()));
    let prometheus = prometheus_family();
    let client = ClientFamily::<Owned, ClientCounter>::default();
    let fast_metrics = FastFamily::<Owned, FastCounter>::default();
    let otel = meter().u64_counter("peer").build();
    let measured = measured::CounterVec::sparse_with_label_set(NumberedSet::default());
    let fast = fast_telemetry::DynamicCounter::new(16);
    vec![
        contender!(ENGRAM, operation, |_at| {
            let [method, path] = brought;
            ANY.at([method, path]).increment();
        }),
        contender!("engram, labels that change", operation, |at| {
            let [method, path] = &many[(at & 7) as usize];
            ANY.at([method, path]).increment();
        }),
        contender!("prometheus", operation, |_at| prometheus.with_label_values(brought).inc()),
        contender!("prometheus-client", operation, |_at| client
            .get_or_create(&brought.into())
            .inc()),
        contender!("fastmetrics", operation, |_at| fast_metrics
            .with_or_new(&brought.into(), |it| it.inc())),
        contender!("metrics", operation, |_at| {
            let [method, path] = brought.clone();
            metrics::counter!("peer", "method" => method, "path" => path).increment(1);
        }),
        contender!("opentelemetry", operation, |_at| otel.add(1, &attributes(brought.clone()))),
        contender!("measured", operation, |_at| {
            let [method, path] = brought;
            measured.inc(Numbered { method, path });
        }),
        contender!("fast-telemetry", operation, |_at| {
            let [method, path] = brought;
            fast.inc(&[("method", method), ("path", path)]);
        }),
    ]
}

fn prometheus_family() -> prometheus::IntCounterVec {
    let options = prometheus::Opts::new("peer", "peer");
    prometheus::IntCounterVec::new(options, &["method", "path"]).expect("valid names")
}

fn attributes<T: Into<opentelemetry::Value>>([method, path]: [T; 2]) -> [KeyValue; 2] {
    [KeyValue::new("method", method), KeyValue::new("path", path)]
}

/// The macros of `metrics` look for a recorder that was installed for the process.
fn install_facade() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::set_global_recorder(recorder).expect("nobody else installs one");
    });
}
