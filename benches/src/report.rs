//! The table for people and the file for programs.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::Outcome;
use crate::peers::ENGRAM;
use crate::suite::{Suite, Unit};

/// Prints the table, writes it to `target/bench/NAME.md` and the rest to `NAME.json`; returns where that is.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn report(suite: &Suite, outcomes: &[Outcome]) -> io::Result<PathBuf> {
    let table = table(suite, outcomes);
    print!("{table}");
    let folder = PathBuf::from("target/bench");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("{}.md", suite.name)), table)?;
    let path = folder.join(format!("{}.json", suite.name));
    let rows: Vec<Value> = outcomes.iter().map(|row| json_row(suite, outcomes, row)).collect();
    std::fs::write(&path, format!("{:#}\n", Value::from(rows)))?;
    Ok(path)
}

/// A Markdown table, a section per operation, contenders by cost.
fn table(suite: &Suite, outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for operation in suite.operations() {
        let is_row = |it: &&Outcome| it.threads == 1 && it.operation == operation;
        let mut rows: Vec<_> = outcomes.iter().filter(is_row).collect();
        if rows.is_empty() {
            continue;
        }
        rows.sort_by(|a, b| a.median_ns.total_cmp(&b.median_ns));
        let what = match &suite.unit {
            Unit::Baseline(baseline) => baseline.name,
            Unit::OneOf(names) => unit(outcomes, names, operation).unwrap_or("-"),
        };
        let _ =
            write!(text, "\n### {operation}\n\n| contender | 1 thread | 2 threads, each | p99 ");
        let _ = writeln!(text, "| of {what} | of {ENGRAM} | allocations | peak, KiB |");
        text.push_str("|---|---:|---:|---:|---:|---:|---:|---:|\n");
        rows.iter().for_each(|row| text.push_str(&line(suite, outcomes, row)));
    }
    text
}

fn line(suite: &Suite, outcomes: &[Outcome], row: &Outcome) -> String {
    let time = |ns: Option<f64>| ns.map_or("-".into(), readable);
    let both = find(outcomes, row.name, row.operation, 2).map(|it| it.median_ns);
    let ours = find(outcomes, ENGRAM, row.operation, 1);
    let engrams = ours.map_or("-".into(), |ours| format!("{:.2}", row.median_ns / ours.median_ns));
    let allocations = row.allocations.map(|it| ((it * 100.0).round() / 100.0).to_string());
    format!(
        "| {} | {} | {} | {} | {:.2} | {engrams} | {} | {:.1} |\n",
        row.name,
        readable(row.median_ns),
        time(both),
        time(row.p99_ns),
        ratio(suite, outcomes, row),
        allocations.unwrap_or_else(|| "-".into()),
        row.peak_bytes as f64 / 1024.0,
    )
}

fn readable(ns: f64) -> String {
    match ns {
        ..1e4 => format!("{ns:.2} ns"),
        ..1e6 => format!("{:.1} us", ns / 1e3),
        _ => format!("{:.2} ms", ns / 1e6),
    }
}

fn json_row(suite: &Suite, outcomes: &[Outcome], outcome: &Outcome) -> Value {
    json!({
        "contender": outcome.name,
        "operation": outcome.operation,
        "threads": outcome.threads,
        "median_ns": outcome.median_ns,
        "p99_ns": outcome.p99_ns,
        "ratio": ratio(suite, outcomes, outcome),
        "allocations": outcome.allocations,
        "peak_bytes": outcome.peak_bytes,
    })
}

/// The cost in those of the unit, by as many threads.
fn ratio(suite: &Suite, outcomes: &[Outcome], outcome: &Outcome) -> f64 {
    let unit = match &suite.unit {
        Unit::Baseline(baseline) => Some((baseline.name, baseline.operation)),
        Unit::OneOf(names) => {
            unit(outcomes, names, outcome.operation).map(|name| (name, outcome.operation))
        }
    };
    let unit = unit.and_then(|(name, operation)| find(outcomes, name, operation, outcome.threads));
    outcome.median_ns / unit.map_or(f64::NAN, |it| it.median_ns)
}

/// The first of these contenders that takes part in an operation.
fn unit(outcomes: &[Outcome], names: &[&'static str], operation: &str) -> Option<&'static str> {
    let takes_part =
        |name: &&str| outcomes.iter().any(|it| it.name == *name && it.operation == operation);
    names.iter().copied().find(takes_part)
}

fn find<'a>(
    all: &'a [Outcome],
    name: &str,
    operation: &str,
    threads: usize,
) -> Option<&'a Outcome> {
    all.iter().find(|it| it.name == name && it.operation == operation && it.threads == threads)
}
