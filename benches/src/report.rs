//! The table for people and the file for programs.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::Outcome;
use crate::peers::BASELINE;

/// Prints a Markdown table, a section per operation, contenders by cost.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn print_table(outcomes: &[Outcome]) {
    let mut sections: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.threads == 1) {
        sections.entry(outcome.operation).or_default().push(outcome);
    }
    for (operation, mut rows) in sections {
        rows.sort_by(|a, b| a.median_ns.total_cmp(&b.median_ns));
        println!("\n### {operation}\n");
        println!(
            "| contender | 1 thread, ns | 2 threads, ns each | ratio to the plain add | allocations |"
        );
        println!("|---|---:|---:|---:|---:|");
        for row in rows {
            let both = find(outcomes, row.name, operation, 2).map_or(f64::NAN, |it| it.median_ns);
            println!(
                "| {} | {:.2} | {both:.2} | {:.1} | {:.2} |",
                row.name,
                row.median_ns,
                ratio(outcomes, row),
                row.allocations
            );
        }
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
