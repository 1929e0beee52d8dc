//! `engram audit`: what an audited program saved, shown and drawn; what a finding means.

mod drawing;
mod report;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use engram_concurrency_audit::{ErrorCode, LockOrder};
use serde_json::Value;

use drawing::Drawing;
use report::Report;

/// Arguments of `engram audit`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Show what a program found and saved by `save_report`; fails when there is an error among it.
    Show {
        /// The saved report.
        #[arg(value_name = "REPORT.json")]
        report: PathBuf,
    },
    /// Draw the order in which the locks of a saved report were taken, cycles in red.
    Graph(GraphOptions),
    /// Say what a finding means, with a program that has it, and how to mend it.
    Explain {
        /// The code of the finding, E0102 for instance; without it, all codes are listed.
        #[arg(value_name = "CODE", value_parser = code)]
        code: Option<ErrorCode>,
    },
}

/// Arguments of `engram audit graph`.
#[derive(Args, Debug)]
struct GraphOptions {
    /// The saved report.
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,

    /// Write a picture to this file.
    #[arg(long, value_name = "FILE", group = "form")]
    svg: Option<PathBuf>,

    /// Print it for Graphviz.
    #[arg(long, group = "form")]
    dot: bool,

    /// Print it for Markdown; the default.
    #[arg(long, group = "form")]
    mermaid: bool,
}

/// Shows, draws or explains; fails when a report that is shown has errors.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    match &options.task {
        Task::Show { report } => show(report),
        Task::Graph(options) => graph(options).map(|()| ExitCode::SUCCESS),
        Task::Explain { code } => explain(*code).map(|()| ExitCode::SUCCESS),
    }
}

fn show(path: &Path) -> Result<ExitCode> {
    let value = load(path)?;
    let report = Report::of(&value).with_context(|| no_report(path))?;
    print(&report.to_string())?;
    Ok(if report.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn graph(options: &GraphOptions) -> Result<()> {
    let order = LockOrder::from_json(&load(&options.report)?["lock_order"])
        .with_context(|| no_report(&options.report))?;
    let Some(file) = &options.svg else {
        return print(&if options.dot { order.to_dot() } else { order.to_mermaid() });
    };
    let drawing = Drawing::of(&order);
    fs::write(file, drawing.to_svg())
        .with_context(|| format!("cannot write {}", file.display()))?;
    eprintln!("{}: {drawing}", file.display());
    Ok(())
}

fn explain(code: Option<ErrorCode>) -> Result<()> {
    let line = |code: &ErrorCode| format!("{code}  {:<13} {}\n", code.severity(), code.title());
    match code {
        Some(code) => print(code.page()),
        None => print(&ErrorCode::ALL.iter().map(line).collect::<String>()),
    }
}

fn code(text: &str) -> Result<ErrorCode, String> {
    let unknown = || "no such finding; `engram audit explain` lists them".to_owned();
    ErrorCode::parse(text).ok_or_else(unknown)
}

fn load(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| no_report(path))
}

fn no_report(path: &Path) -> String {
    format!("{} is no report of `save_report`", path.display())
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write the result")
}
