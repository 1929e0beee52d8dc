//! Each recording operation in a loop of its own.
//!
//! `engram-cost OPERATION TIMES` does one of them so many times; `cargo xtask cost` runs it below
//! cachegrind with two numbers, and what an operation costs is the slope between the two, less that of the
//! empty loop. Without arguments it names the operations.

#![expect(clippy::print_stdout, reason = "answers who runs it")]

mod cognition;
mod events;
mod locks;
mod messages;
mod operations;

use std::env;
use std::process::ExitCode;

use cognition::COGNITION;
use events::EVENTS;
use locks::LOCKS;
use messages::MESSAGES;
use operations::{OPERATIONS, Operation, read_all};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(name) = arguments.next() else {
        all().for_each(|operation| println!("{}", operation.name));
        return ExitCode::SUCCESS;
    };
    let operation = all().find(|operation| operation.name == name);
    let times = arguments.next().and_then(|times| times.parse().ok());
    let (Some(operation), Some(times)) = (operation, times) else {
        eprintln!("engram-cost OPERATION TIMES; without arguments it names the operations");
        return ExitCode::FAILURE;
    };
    (operation.run)(times);
    read_all();
    ExitCode::SUCCESS
}

fn all() -> impl Iterator<Item = &'static Operation> {
    let ours = OPERATIONS.iter().chain(EVENTS).chain(COGNITION);
    ours.chain(LOCKS.iter().copied().flatten()).chain(MESSAGES)
}
