//! The project's chores, as `cargo xtask …`.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what a chore does")]

mod bench;
mod tidy;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Everything that a change has to pass, step by step.
    Verify(verify::Options),
    /// The rules about the sources that no other tool knows.
    Tidy,
    /// What things cost, beside what others offer.
    Bench(bench::Options),
    /// What the compiler makes of the instruments, compiled in and compiled out; yours too.
    Asm(verify::asm::Options),
    /// How many instructions a record costs.
    Cost(verify::cost::Options),
    /// Compares the reference engine with the same engine without telemetry: instructions, and wall time.
    Overhead(verify::overhead::Options),
    /// How long a record takes, beside the same work by hand.
    Paired(verify::paired::Options),
    /// Whether pins, memory and limits land, on emulated machines with several NUMA nodes.
    Numa(verify::numa::Options),
    /// What each crate offers.
    PublicApi(verify::public_api::Options),
}

fn main() -> ExitCode {
    let root = root();
    let result = match Arguments::parse().chore {
        Chore::Verify(options) => verify::run(&root, &options),
        Chore::Tidy => tidy::run(&root),
        Chore::Bench(options) => bench::run(&root, &options),
        Chore::Asm(options) => verify::asm::run(&root, &options),
        Chore::Cost(options) => verify::cost::run(&root, &options),
        Chore::Overhead(options) => verify::overhead::run(&root, &options),
        Chore::Paired(options) => verify::paired::run(&root, &options),
        Chore::Numa(options) => verify::numa::run(&root, &options),
        Chore::PublicApi(options) => verify::public_api::run(&root, &options),
    };
    result.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

/// The folder of the workspace: cargo says where this package is, also when the checkout was moved.
fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().unwrap_or(&package).to_owned()
}
