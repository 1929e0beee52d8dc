//! The table for people and the file for programs.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::contenders::{OPERATIONS, WRAPPED};

/// What one contender took for one operation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) contender: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) threads: usize,
    /// Nanoseconds per operation: the median, for `contended_p99` the 99th percentile.
    pub(crate) ns: f64,
    pub(crate) allocations: f64,
}

/// Prints a Markdown table: a row per contender, a column per operation, each with the ratio.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn print_table(rows: &[Row]) {
    let is_measured = |name: &&str| rows.iter().any(|row| row.operation == *name);
    let operations: Vec<&str> = OPERATIONS.into_iter().filter(is_measured).collect();
    let mut contenders: Vec<&str> = Vec::new();
    for row in rows {
        if !contenders.contains(&row.contender) {
            contenders.push(row.contender);
        }
    }
    println!("| contender | {} |", operations.join(" | "));
    println!("|---|{}", "---:|".repeat(operations.len()));
    for contender in contenders {
        let cell = |operation: &&str| {
            let row = find(rows, contender, operation)?;
            Some(format!("{:.2} ns, {:.2}x", row.ns, ratio(rows, row)))
        };
        let cells: Vec<String> =
            operations.iter().map(|it| cell(it).unwrap_or_else(|| "-".to_owned())).collect();
        println!("| {contender} | {} |", cells.join(" | "));
    }
}

/// Writes `target/bench/locks.json` and says where that is.
pub(crate) fn write_json(rows: &[Row]) -> io::Result<PathBuf> {
    let row = |row: &Row| -> Value {
        json!({
            "contender": row.contender,
            "operation": row.operation,
            "threads": row.threads,
            "median_ns": row.ns,
            "ratio": ratio(rows, row),
            "allocations": row.allocations,
        })
    };
    let folder = PathBuf::from("target/bench");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("locks.json");
    let rows: Vec<Value> = rows.iter().map(row).collect();
    std::fs::write(&path, format!("{:#}\n", Value::from(rows)))?;
    Ok(path)
}

/// To the wrapped lock.
fn ratio(rows: &[Row], row: &Row) -> f64 {
    find(rows, WRAPPED, row.operation).map_or(f64::NAN, |it| row.ns / it.ns)
}

fn find<'a>(rows: &'a [Row], contender: &str, operation: &str) -> Option<&'a Row> {
    rows.iter().find(|row| row.contender == contender && row.operation == operation)
}
