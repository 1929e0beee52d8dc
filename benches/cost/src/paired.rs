//! Times two operations in turns, in one process.
//!
//! `engram-paired KIND SUBJECT TWIN COUNT SEED` prints, line by line, the nanoseconds that one operation of
//! the twin and one of the subject took in two batches right behind each other, in random order, and how the
//! core was doing meanwhile; `cargo xtask paired` judges them. Without arguments it names the operations.
//!
//! | kind | a batch is | of |
//! |---|---|---|
//! | `pairs` | about 8 us, far below a time slice | as many operations as that takes |
//! | `tails` | timed as such, less what an empty one takes | 64 operations |
//! | `contended` | about 200 us of two threads at the same time | as many operations as that takes |

#![expect(clippy::print_stdout, reason = "answers who runs it")]

mod locks;
mod operations;
mod twins;

mod paired {
    pub(crate) mod batch;
    pub(crate) mod together;
}

use std::env;
use std::process::ExitCode;

use locks::LOCKS;
use operations::{OPERATIONS, Operation, read_all};
use paired::batch::Batches;
use twins::TWINS;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.is_empty() {
        all().for_each(|operation| println!("{}", operation.name));
        return ExitCode::SUCCESS;
    }
    let Some(batches) = parse(&arguments) else {
        eprintln!("engram-paired pairs|tails|contended SUBJECT TWIN COUNT SEED");
        return ExitCode::FAILURE;
    };
    batches.time(|line| println!("{:.4} {:.4} {:.5}", line.twin, line.subject, line.core));
    read_all();
    ExitCode::SUCCESS
}

fn parse(arguments: &[String]) -> Option<Batches> {
    let [kind, subject, twin, count, seed] = arguments else { return None };
    let operation = |name: &str| -> Option<&'static Operation> {
        all().find(|operation| operation.name == name)
    };
    let pair = [operation(twin)?.run, operation(subject)?.run];
    Batches::new(kind, pair, (count.parse().ok()?, seed.parse().ok()?))
}

fn all() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().chain(LOCKS.iter().copied().flatten()).chain(TWINS)
}
