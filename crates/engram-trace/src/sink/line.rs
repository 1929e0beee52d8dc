//! One line of JSON for one item.
//!
//! ```text
//!   {"v":1,"time":"2026-01-02T03:04:05.000000006Z","kind":"search","ring":0,"sequence":12,"weight":8,
//!    "strength":0.5,"duration":0.001,"trace_id":"4bf9…","span_id":"00f0…","fields":{"node":7}}
//!   {"v":1,"time":"2026-01-02T03:04:05.000000007Z","gap":17,"ring":0,"sequence":13}
//! ```
//! Members that an event does not have are left out; so is the weight 1. Readers ignore members that they do not
//! know; the version changes when one means something else or goes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::event::{Event, Field};
use crate::item::{Gap, Item, Traced};
use crate::sink::Batch;

/// The version of the lines: `v` in each of them.
pub const SCHEMA: u32 = 1;

/// Appends the line of an item of a batch, without a line feed. For the members see the
/// [guide](https://github.com/engram-telemetry/engram/blob/main/docs/guide/tracing-events.md).
pub fn json_line<E: Event>(batch: &Batch<'_, E>, item: &Item<E>, out: &mut String) {
    match item {
        Item::Event(traced) => event(batch, traced, out),
        Item::Gap(gap) => self::gap(batch, gap, out),
    }
}

fn event<E: Event>(batch: &Batch<'_, E>, traced: &Traced<E>, out: &mut String) {
    begin(batch, traced.stamp, out);
    // Writing to a string does not fail, here and below.
    let _ = write!(out, r#","kind":{}"#, Value::from(traced.kind()));
    let _ = write!(out, r#","ring":{},"sequence":{}"#, traced.ring, traced.sequence);
    if traced.weight != 1.0 {
        member("weight", &traced.weight.into(), out);
    }
    let strength = traced.event.strength();
    if strength.is_finite() {
        member("strength", &strength.into(), out);
    }
    if let Some(ticks) = traced.event.duration_ticks() {
        member("duration", &(ticks as f64 / TICKS).into(), out);
    }
    if let Some((trace, span)) = traced.event.context() {
        let _ = write!(out, r#","trace_id":"{trace}","span_id":"{span}""#);
    }
    let mut separator = r#","fields":{"#;
    traced.event.fields(&mut |name, field| {
        let _ = write!(out, "{separator}{}:{}", Value::from(name), json(field));
        separator = ",";
    });
    out.push_str(if separator == "," { "}}" } else { "}" });
}

fn gap<E: Event>(batch: &Batch<'_, E>, gap: &Gap, out: &mut String) {
    begin(batch, gap.stamp, out);
    let Gap { lost, ring, sequence, .. } = gap;
    let _ = write!(out, r#","gap":{lost},"ring":{ring},"sequence":{sequence}}}"#);
}

fn begin<E: Event>(batch: &Batch<'_, E>, stamp: engram_metrics_core::Stamp, out: &mut String) {
    let time = humantime::format_rfc3339_nanos(batch.date(stamp));
    let _ = write!(out, r#"{{"v":{SCHEMA},"time":"{time}""#);
}

fn member(name: &str, value: &Value, out: &mut String) {
    let _ = write!(out, ",\"{name}\":{value}");
}

/// What JSON has no number for is null.
fn json(field: Field) -> Value {
    match field {
        Field::Unsigned(value) => value.into(),
        Field::Signed(value) => value.into(),
        Field::Float(value) => value.into(),
        Field::Bool(value) => value.into(),
        Field::Text(text) => text.into(),
    }
}

/// Ticks of a second.
const TICKS: f64 = (1_u64 << 30) as f64;
