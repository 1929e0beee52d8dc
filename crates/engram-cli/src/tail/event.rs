//! An event as a line of JSON has it.

use std::time::Duration;

use serde_json::{Map, Value};

/// The version of the lines that this program knows.
const KNOWN: u64 = engram_trace::SCHEMA as u64;

/// A line that was read.
#[derive(Debug)]
pub(super) struct Event(Map<String, Value>);

/// What is to be shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Any where there is none.
    pub(super) kinds: &'a [String],
    pub(super) min_strength: Option<f64>,
    pub(super) trace: Option<&'a str>,
}

impl Event {
    /// Reads a line, or says why it is none.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let value: Value =
            serde_json::from_str(line).map_err(|error| format!("no JSON, {error}"))?;
        let Value::Object(members) = value else { return Err("no object".to_owned()) };
        let event = Self(members);
        match event.0.get("v").and_then(Value::as_u64) {
            Some(KNOWN) if event.kind().is_some() => Ok(event),
            Some(KNOWN) => Err("neither an event nor a gap".to_owned()),
            Some(other) => Err(format!("version {other}, and this program knows {KNOWN}")),
            None => Err("without a version".to_owned()),
        }
    }

    /// `gap` for one.
    fn kind(&self) -> Option<&str> {
        let is_gap = self.0.contains_key("gap").then_some("gap");
        is_gap.or_else(|| self.0.get("kind").and_then(Value::as_str))
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }

    fn word(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or("-")
    }

    /// One line for people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{} {:<12}", self.word("time"), self.kind().unwrap_or("-"));
        if let Some(lost) = self.number("gap") {
            return text + &format!(" {lost} events lost");
        }
        for name in ["strength", "weight"] {
            if let Some(number) = self.number(name) {
                text += &format!(" {name} {}", rounded(number));
            }
        }
        let duration = self.number("duration").map(Duration::try_from_secs_f64);
        if let Some(Ok(duration)) = duration {
            text += &format!(" duration {duration:.1?}");
        }
        for (name, value) in self.0.get("fields").and_then(Value::as_object).into_iter().flatten() {
            // What is no number in JSON, such as one that was not measured.
            if !value.is_null() {
                text += &format!(" {name}={value}");
            }
        }
        if self.0.contains_key("trace_id") {
            text += &format!(" trace {}", self.word("trace_id"));
        }
        text
    }
}

/// Six places, without zeros at the end.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

impl Wanted<'_> {
    /// Whether an event is to be shown. A gap is, unless kinds are named and it is not among them.
    pub(super) fn takes(&self, event: &Event) -> bool {
        let kind = event.kind().unwrap_or_default();
        let of_kind = self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind);
        if kind == "gap" {
            return of_kind && self.trace.is_none();
        }
        // What has no strength is not weak.
        let strength = event.number("strength").unwrap_or(f64::INFINITY);
        let strong = self.min_strength.is_none_or(|least| strength >= least);
        of_kind && strong && self.trace.is_none_or(|trace| event.word("trace_id") == trace)
    }
}

#[cfg(test)]
mod tests;
