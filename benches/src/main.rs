//! What recording costs, beside every other crate that does it, in one run.
//!
//! `cargo run --release -p engram-benches` prints a table and writes `target/bench/peers.json`. Compare
//! rows of one run; the absolute numbers are those of the machine and of whatever else it is doing.

mod allocations;
mod harness;
mod peers;
mod report;

use std::process::ExitCode;

/// Chunks per contender whose median is taken.
const ROUNDS: usize = 60;

fn main() -> ExitCode {
    let contenders = peers::all();
    let results = harness::measure(&contenders, ROUNDS);
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
