//! The demo checks every number of its page against its own tally; we check the demo.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::command::{capture, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const ON: Step =
    Step { name: "demo", why: "what is shown equals what happened, to the unit", run: on };

pub(super) const OFF: Step = Step {
    name: "demo-off",
    why: "compiled out, the same program runs and shows nothing",
    run: off,
};

/// Fewer would not exercise the recording.
const OPERATIONS: u64 = 50_000;

/// Fewer would not be the engine's metrics.
const METRICS: usize = 12;

fn on(context: &Context) -> Result<Outcome> {
    run(&mut context.cargo(&["build", "--release"]))?;
    let seconds = if context.full { "60" } else { "5" };
    let engram = context.target.join("release/engram");
    let arguments = ["demo", "--seconds", seconds, "--json", "--listen", "127.0.0.1:0"];
    let (written, code) = capture(&mut context.command(engram, &arguments))?;
    Ok(if code == Some(0) { judge_on(&report(&written.out)?) } else { ended(code) })
}

fn off(context: &Context) -> Result<Outcome> {
    run(&mut context.cargo(&["build", "--release", "--no-default-features"]))?;
    let engram = context.target.join("release/engram");
    let arguments = ["demo", "--seconds", "2", "--json", "--listen", "127.0.0.1:0"];
    let (written, code) = capture(&mut context.command(engram, &arguments))?;
    Ok(if code == Some(0) { judge_off(&report(&written.out)?) } else { ended(code) })
}

fn ended(code: Option<i32>) -> Outcome {
    Outcome::failed(
        code.map_or("the demo was killed".into(), |code| format!("the demo ended with {code}")),
    )
}

fn report(text: &str) -> Result<Value> {
    serde_json::from_str(text).context("what the demo wrote on standard output is not JSON")
}

/// Believes none of the report's own conclusions that can be drawn again from its parts.
fn judge_on(report: &Value) -> Outcome {
    let checks = report["checks"].as_array().map_or(&[][..], Vec::as_slice);
    let metrics: BTreeSet<_> =
        checks.iter().filter_map(|check| check["metric"].as_str()).map(family).collect();
    let operations = report["operations"].as_u64().unwrap_or(0);
    let wrong = |check: &&Value| check["scraped"].is_null() || check["scraped"] != check["tally"];
    if let Some(check) = checks.iter().find(wrong) {
        return Outcome::failed(format!("scraped differs from tally: {check}"));
    }
    if report["mismatches"] != 0 {
        return Outcome::failed(format!("mismatches: {}", report["mismatches"]));
    }
    if metrics.len() < METRICS {
        return Outcome::failed(format!("{} metrics compared, {METRICS} wanted", metrics.len()));
    }
    if operations < OPERATIONS {
        return Outcome::failed(format!("{operations} operations, {OPERATIONS} wanted"));
    }
    let (series, metrics) = (checks.len(), metrics.len());
    Outcome::passed(format!("{operations} operations, {series} series of {metrics} metrics equal"))
}

/// The metric that a series belongs to: a histogram has three kinds of them.
fn family(name: &str) -> &str {
    let of_histogram = ["_bucket", "_count", "_sum"].into_iter();
    of_histogram.filter_map(|suffix| name.strip_suffix(suffix)).next().unwrap_or(name)
}

fn judge_off(report: &Value) -> Outcome {
    if report["telemetry"] != "off" {
        return Outcome::failed(format!("telemetry: {}, \"off\" wanted", report["telemetry"]));
    }
    if report["checks"].as_array().is_none_or(|checks| !checks.is_empty()) {
        return Outcome::failed("there is something to compare though nothing is recorded");
    }
    Outcome::passed(format!("{} operations", report["operations"]))
}

#[cfg(test)]
mod tests;
