//! Pages and requests of the same series by every exporter, and what the facades cost.
//!
//! The series are those of [`mix`]; every page is counted before it is timed.

mod calls;
mod http;
mod hung;
mod mix;
mod otlp;
mod pages;
mod rivals;
mod samples;
mod spans;

use crate::harness::Outcome;
use crate::peers::ENGRAM;
use crate::suite::{More, Suite, Unit};

/// What exporting costs.
pub(crate) const SUITE: Suite = Suite {
    name: "export",
    operations: &[
        ("text_10k", pages::text),
        ("text_100k", pages::long_text),
        ("openmetrics_10k", pages::open_metrics),
        ("protobuf_10k", pages::protobuf),
        ("otlp_10k", otlp::requests),
        ("metrics_call", calls::of_literals),
        ("metrics_call_static", calls::of_static_text),
        ("tracing_span", spans::spans),
    ],
    unit: Unit::OneOf(&[ENGRAM]),
    more: Some(More { operations: &["http_10k", "http_100k", hung::OPERATION], measure: more }),
};

fn more(is_chosen: &dyn Fn(&str) -> bool) -> Vec<Outcome> {
    let mut outcomes = http::measure(is_chosen);
    outcomes.extend(hung::measure(is_chosen));
    outcomes
}
