//! What only a real kernel with a chosen machine can show: topology, pins, placed memory, counters, control groups.
//!
//! `cargo xtask numa` starts this program as the first process of an emulated machine and reads what it prints.
//! As a test of an ordinary machine it says so and ends: it would change limits of processes that are not its own.

mod cells;
mod counters;
mod groups;
mod init;
mod places;

use std::process::ExitCode;

/// What was checked, and what came out.
pub(crate) type Checked = Result<String, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        // A child inside a group, see `groups`.
        Some("burn") => groups::burn(),
        Some("fill") => groups::fill(),
        _ if std::process::id() == 1 => init::run(),
        _ => eprintln!("not run: `cargo xtask numa` starts this inside of a machine"),
    }
    ExitCode::SUCCESS
}
