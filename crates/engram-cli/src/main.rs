//! The `engram` command.

#![forbid(unsafe_code)]

mod demo;
mod page;
mod scrape;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Telemetry for high-performance systems, shown on a memory engine that you can watch.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the memory engine, watch its metrics, and check a scrape against an independent tally.
    Demo(demo::Options),
    /// Fetch a page of metrics, show it, check it, and compare it with an earlier one.
    Scrape(scrape::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Scrape(options) => scrape::run(&options),
    };
    result.unwrap_or_else(|error| {
        eprintln!("engram: {error:#}");
        ExitCode::FAILURE
    })
}
