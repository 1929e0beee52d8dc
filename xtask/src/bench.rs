//! `cargo xtask bench NAME`: the programs that measure, built as users build.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::PossibleValuesParser;

/// What can be measured: a name, which is also that of a program in `engram-benches`.
const BENCHES: &[&str] = &["peers"];

/// Arguments of `cargo xtask bench`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// What is measured; `peers` puts us beside the other crates.
    #[arg(value_parser = PossibleValuesParser::new(BENCHES))]
    name: String,

    /// Only these operations, such as `counter,scrape_10k`.
    #[arg(long, value_name = "OPERATION", value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs a program of `engram-benches`; it prints a table and writes `target/bench/NAME.json`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let fixed = ["run", "--quiet", "--release", "--package", "engram-benches", "--bin"];
    let mut command = Command::new("cargo");
    command.args(fixed).arg(&options.name).arg("--").args(&options.only).current_dir(root);
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
