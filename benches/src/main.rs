//! What recording and scraping cost, beside every other crate that does it, in one run.
//!
//! `cargo xtask bench cognitive`, `export`, `hw`, `locks`, `peers` or `trace` prints a table and writes it to
//! `target/bench`, as Markdown and as JSON; names of operations behind them select some. Compare rows of one run; the
//! absolute numbers are those of the machine and of whatever else it is doing.

mod allocations;
mod cognitive;
mod export;
mod harness;
mod hw;
mod locks;
mod peers;
mod report;
mod suite;
mod trace;

use std::process::ExitCode;

use suite::Suite;

/// Chunks per contender whose median is taken.
const ROUNDS: usize = 60;

const SUITES: [&Suite; 6] =
    [&peers::SUITE, &export::SUITE, &hw::SUITE, &locks::SUITE, &trace::SUITE, &cognitive::SUITE];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some(suite) = SUITES.into_iter().find(|suite| suite.name == name) else {
        eprintln!("there is no suite {name:?}; there are {}", SUITES.map(|it| it.name).join(", "));
        return ExitCode::FAILURE;
    };
    let chosen: Vec<String> = arguments.collect();
    if let Some(unknown) = chosen.iter().find(|name| !suite.operations().any(|it| it == *name)) {
        let known: Vec<_> = suite.operations().collect();
        eprintln!("there is no operation {unknown:?}; there are {}", known.join(", "));
        return ExitCode::FAILURE;
    }
    let mut results = harness::measure(&suite.contenders(&chosen), ROUNDS);
    results.extend(suite.measure_more(&chosen));
    match report::report(suite, &results) {
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
