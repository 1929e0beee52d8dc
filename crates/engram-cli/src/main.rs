//! The `engram` command.

#![forbid(unsafe_code)]

mod audit;
mod demo;
mod experiment;
mod page;
mod profile;
mod scrape;
mod tail;
mod topology;

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
    /// Repeat experiments on memory, put the figures beside the published ones, and check the metrics of it.
    Experiment(experiment::Options),
    /// Fetch a page of metrics, show it, check it, and compare it with an earlier one.
    Scrape(scrape::Options),
    /// Show what a machine is made of: this one, or a copy of another one's files.
    Topology(topology::Options),
    /// Run a program, or watch a process, and show what it cost, what it waited for and what stands out.
    Profile(profile::Options),
    /// Watch events as they happen, or look for some in a file.
    Tail(tail::Options),
    /// Show what an audited program found and saved, draw the order of its locks, explain a finding.
    Audit(audit::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Experiment(options) => experiment::run(&options),
        Command::Scrape(options) => scrape::run(&options),
        Command::Topology(options) => topology::run(&options),
        Command::Profile(options) => profile::run(&options),
        Command::Tail(options) => tail::run(&options),
        Command::Audit(options) => audit::run(&options),
    };
    result.unwrap_or_else(|error| {
        eprintln!("engram: {error:#}");
        ExitCode::FAILURE
    })
}
