//! `cargo xtask bench NAME`: the programs that measure, built as users build.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::verify::{Block, show};

/// What can be measured: suites of the program in `engram-benches`.
const BENCHES: &[&str] = &["cognitive", "export", "hw", "locks", "peers", "trace"];

/// Features of the suite `locks`: rivals that are built for nothing else.
const RIVALS: &str = "deloxide";

/// Arguments of `cargo xtask bench`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// What is measured beside the other crates: recording (`peers`), pages, requests and facades (`export`),
    /// asking about the machine (`hw`), audited locks, channels and atomics (`locks`), events (`trace`), or records
    /// of memories (`cognitive`).
    #[arg(value_parser = PossibleValuesParser::new(BENCHES))]
    name: String,

    /// Only these operations, such as `counter,scrape_10k`.
    #[arg(long, value_name = "OPERATION", value_delimiter = ',')]
    only: Vec<String>,

    /// Put the table into `docs/performance.md`: from a machine that does nothing else. `peers` has none there.
    #[arg(long, conflicts_with = "only")]
    bless: bool,
}

/// Runs the program of `engram-benches`; it prints a table and writes `target/bench/NAME.json` and `.md`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let fixed = ["run", "--quiet", "--release", "--package", "engram-benches", "--bin", "bench"];
    let mut command = Command::new("cargo");
    let rivals = match options.name.as_str() {
        "locks" => RIVALS,
        "hw" if has_hwloc() => "hwloc",
        _ => "",
    };
    command.args(fixed).args(["--features", rivals, "--", &options.name]).args(&options.only);
    command.current_dir(root);
    let status = command.status().context("cannot start cargo")?;
    if status.success() && options.bless {
        bless(root, &options.name)?;
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// hwloc takes part where it is installed: it is a library of the system.
fn has_hwloc() -> bool {
    let asks = || Command::new("pkg-config").args(["--exists", "hwloc", "libudev"]).status();
    asks().is_ok_and(|status| status.success())
}

/// Writes the table of a suite into the documentation.
fn bless(root: &Path, name: &str) -> Result<()> {
    let table = root.join("target/bench").join(name).with_extension("md");
    let table = fs::read_to_string(table).context("the program has written no table")?;
    let command = format!("cargo xtask bench {name} --bless");
    let block = Block { file: "docs/performance.md", name, command: &command };
    match show(root, &block, &format!("{table}\n"))? {
        Some(complaint) => bail!(complaint),
        None => Ok(()),
    }
}
