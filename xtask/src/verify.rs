//! `cargo xtask verify`: a table of steps, run one after the other and timed.
//!
//! Each step is a module with a constant `STEP`: what it is called, why it is there, and a function
//! that says how it went. A step that fails does not keep the next ones from running.

mod aarch64;
mod alerts;
mod asan;
pub(crate) mod asm;
mod base;
mod clippy;
mod command;
mod compiler;
mod context;
pub(crate) mod cost;
mod coverage;
pub(crate) mod crates;
mod data;
mod demo;
mod deny;
mod doc;
mod exports;
mod features;
mod fmt;
mod fuzz;
mod hwloc;
mod incidents;
mod loom;
mod msan;
mod mutants;
pub(crate) mod numa;
mod orderings;
mod otelcol;
pub(crate) mod overhead;
mod package;
mod page;
pub(crate) mod paired;
mod process;
mod prometheus;
pub(crate) mod public_api;
mod replays;
mod report;
mod revision;
mod sanitizer;
mod self_test;
mod setup;
mod shown;
mod shuttle;
mod step;
mod systems;
mod taplo;
mod test;
mod tidy;
mod trace;
mod tsan;
mod typos;
mod workers;
mod workflow;
mod wrapper;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use context::Context;
use report::{Line, Report};
use step::{Outcome, Step};

pub(crate) use shown::Block;

/// Writes a block of the documentation anew; says what is wrong with the page if it cannot.
pub(crate) fn show(root: &Path, block: &Block<'_>, text: &str) -> Result<Option<String>> {
    shown::hold(&Context::new(root, false), block, text, true)
}

/// What `cargo xtask verify` runs, in this order: cheap and telling steps first.
const STEPS: &[Step] = &[
    setup::STEP,
    fmt::STEP,
    typos::STEP,
    taplo::STEP,
    workflow::STEP,
    tidy::STEP,
    data::STEP,
    clippy::ON,
    clippy::OFF,
    features::STEP,
    test::ON,
    test::DOC,
    test::OFF,
    test::CFG_OFF,
    trace::STEP,
    loom::STEP,
    orderings::STEP,
    shuttle::STEP,
    asan::STEP,
    tsan::STEP,
    msan::STEP,
    coverage::STEP,
    aarch64::STEP,
    numa::STEP,
    hwloc::STEP,
    systems::STEP,
    asm::STEP,
    cost::STEP,
    overhead::STEP,
    paired::STEP,
    base::STEP,
    mutants::STEP,
    fuzz::STEP,
    public_api::STEP,
    doc::STEP,
    package::STEP,
    alerts::STEP,
    deny::STEP,
    deny::ADVISORIES,
    demo::ON,
    demo::OFF,
    prometheus::STEP,
    prometheus::FORMATS,
    prometheus::PUSH,
    prometheus::OTLP,
    otelcol::STEP,
    exports::STEP,
    replays::STEP,
    incidents::STEP,
];

/// Arguments of `cargo xtask verify`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also what takes long or needs a network: advisories, mutants, a demo of a minute.
    #[arg(long)]
    full: bool,

    /// What the change is compared with, if not where its branch left the trunk.
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,

    /// Plant a fault for each gate in a copy of the workspace, and require that it is caught.
    #[arg(long)]
    self_test: bool,

    /// Only these steps, or the faults that they catch; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,

    /// Write the results to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Name the steps and why they are there, and run none.
    #[arg(long)]
    list: bool,
}

/// Runs the steps; fails when one of them does.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    if options.list {
        STEPS.iter().for_each(|step| println!("{:<12} {}", step.name, step.why));
        return Ok(ExitCode::SUCCESS);
    }
    let context = Context::new(root, options.full).compared_with(options.base.clone());
    let report = if options.self_test {
        self_test::run(&context, &options.only)?
    } else {
        run_steps(&context, &options.only)?
    };
    let written = options.json.as_ref().map_or(Ok(()), |path| report.write_json(path));
    // The counts are the last line, also when the file cannot be written.
    if let Err(error) = &written {
        eprintln!("xtask: {error:#}");
    }
    report.print();
    Ok(if report.is_good() && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_steps(context: &Context, only: &[String]) -> Result<Report> {
    let mut report = Report::of("step");
    for step in select(only)? {
        report.push(timed(step, context));
    }
    Ok(report)
}

fn select(only: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(name) = only.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        bail!("there is no step {name}: `cargo xtask verify --list` names them");
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

fn timed(step: &'static Step, context: &Context) -> Line {
    println!("\n=== {}: {}", step.name, step.why);
    let started = Instant::now();
    let outcome = (step.run)(context).unwrap_or_else(|error| Outcome::failed(format!("{error:#}")));
    let outcome = if context.ci { outcome.strict() } else { outcome };
    let line = Line { name: step.name, outcome, seconds: started.elapsed().as_secs_f64() };
    println!("=== {line}");
    line
}
