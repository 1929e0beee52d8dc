//! The table for people and the file for programs.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::Outcome;
use crate::peers::{BASELINE, ENGRAM, operations};

/// Prints a Markdown table, a section per operation, contenders by cost.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn print_table(outcomes: &[Outcome]) {
    for operation in operations() {
        let is_row = |it: &&Outcome| it.threads == 1 && it.operation == operation;
        let mut rows: Vec<_> = outcomes.iter().filter(is_row).collect();
        if rows.is_empty() {
            continue;
        }
        rows.sort_by(|a, b| a.median_ns.total_cmp(&b.median_ns));
        println!("\n### {operation}\n");
        println!("| contender | 1 thread | 2 threads, each | plain adds | engrams | allocations |");
        println!("|---|---:|---:|---:|---:|---:|");
        rows.iter().for_each(|row| println!("{}", line(outcomes, row)));
    }
}

fn line(outcomes: &[Outcome], row: &Outcome) -> String {
    let time = |it: Option<&Outcome>| it.map_or("-".into(), |it| readable(it.median_ns));
    let both = find(outcomes, row.name, row.operation, 2);
    let ours = find(outcomes, ENGRAM, row.operation, 1);
    let engrams = ours.map_or("-".into(), |ours| format!("{:.1}", row.median_ns / ours.median_ns));
    format!(
        "| {} | {} | {} | {:.1} | {engrams} | {} |",
        row.name,
        time(Some(row)),
        time(both),
        ratio(outcomes, row),
        (row.allocations * 100.0).round() / 100.0,
    )
}

fn readable(ns: f64) -> String {
    match ns {
        ..1e4 => format!("{ns:.2} ns"),
        ..1e6 => format!("{:.1} us", ns / 1e3),
        _ => format!("{:.2} ms", ns / 1e6),
    }
}

/// Writes `target/bench/peers.json` and says where that is.
pub(crate) fn write_json(outcomes: &[Outcome]) -> io::Result<PathBuf> {
    let row = |outcome: &Outcome| -> Value {
        json!({
            "contender": outcome.name,
            "operation": outcome.operation,
            "threads": outcome.threads,
            "median_ns": outcome.median_ns,
            "ratio": ratio(outcomes, outcome),
            "allocations": outcome.allocations,
        })
    };
    let folder = PathBuf::from("target/bench");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("peers.json");
    let rows: Vec<Value> = outcomes.iter().map(row).collect();
    std::fs::write(&path, format!("{:#}\n", Value::from(rows)))?;
    Ok(path)
}

/// The cost in plain thread-local adds, by as many threads.
fn ratio(outcomes: &[Outcome], outcome: &Outcome) -> f64 {
    let baseline = find(outcomes, BASELINE, "counter", outcome.threads);
    outcome.median_ns / baseline.map_or(f64::NAN, |it| it.median_ns)
}

fn find<'a>(
    all: &'a [Outcome],
    name: &str,
    operation: &str,
    threads: usize,
) -> Option<&'a Outcome> {
    all.iter().find(|it| it.name == name && it.operation == operation && it.threads == threads)
}
