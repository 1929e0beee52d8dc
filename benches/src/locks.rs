//! What taking a lock costs, audited and plain, beside the other crates that look for deadlocks, in one run.
//!
//! `cargo xtask bench locks` prints a table and writes `target/bench/locks.json`; names of operations behind
//! it select some of them. A ratio is to the lock of `parking_lot`, which is the one that ours wraps.

mod allocations;
mod harness;

mod locks {
    pub(crate) mod contended;
    pub(crate) mod contenders;
    pub(crate) mod report;
}

use std::process::ExitCode;

use locks::{contended, contenders, report};

/// Chunks per contender whose median is taken.
const ROUNDS: usize = 60;

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) =
        chosen.iter().find(|name| !contenders::OPERATIONS.contains(&name.as_str()))
    {
        eprintln!(
            "there is no operation {unknown:?}; there are {}",
            contenders::OPERATIONS.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|it| it == name);
    let mut rows = Vec::new();
    for operation in contenders::OPERATIONS.into_iter().filter(|name| is_chosen(name)) {
        rows.extend(match operation {
            contenders::CONTENDED => contended::measure(),
            _ => contenders::measure(operation, ROUNDS),
        });
    }
    report::print_table(&rows);
    match report::write_json(&rows) {
        Ok(path) => {
            eprintln!("written: {}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot write the results: {error}");
            ExitCode::FAILURE
        }
    }
}
