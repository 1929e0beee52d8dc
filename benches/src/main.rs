//! What recording and scraping cost, beside every other crate that does it, in one run.
//!
//! `cargo xtask bench peers` prints a table and writes `target/bench/peers.json`; names of operations
//! behind it select some of them. Compare rows of one run; the absolute numbers are those of the machine
//! and of whatever else it is doing.

mod allocations;
mod harness;
mod peers;
mod report;

use std::process::ExitCode;

/// Chunks per contender whose median is taken.
const ROUNDS: usize = 60;

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = chosen.iter().find(|name| !peers::operations().any(|it| it == *name)) {
        let known: Vec<_> = peers::operations().collect();
        eprintln!("there is no operation {unknown:?}; there are {}", known.join(", "));
        return ExitCode::FAILURE;
    }
    let results = harness::measure(&peers::contenders(&chosen), ROUNDS);
    report::print_table(&results);
    match report::write_json(&results) {
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
