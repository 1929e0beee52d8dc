//! What all telemetry of the reference engine costs, beside the same engine compiled without it.
//!
//! ```text
//!   instructions    callgrind, two numbers of operations: the slope of each build, and their difference
//!   wall time       processes of both builds do the same operations in turns: the median of the ratios
//! ```
//!
//! The operations are those of the demo's workers, one of them: searches, recalls with their spreading, stores,
//! completions, revisions, nights. With telemetry each reads the clock twice, records into some twenty metrics, and
//! makes an event, which is thinned out as in the demo; what it would be if every event were kept and read is shown as
//! well. Without, no clock is read and no event is made. The tally of results, by which the demo checks itself, is
//! part of both, and both have to give the same digest.

mod build;
mod instructions;
mod wall;
mod worker;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use super::command::exists;
use super::context::Context;
use super::shown::{self, Block};
use super::step::{Outcome, Step};
use build::{Build, Telemetry};
use instructions::Counts;
use wall::{Ratio, Times};

pub(super) const STEP: Step = Step {
    name: "overhead",
    why: "telemetry takes less than a two-hundredth of the engine's instructions",
    run: |context| {
        if !context.full {
            return Ok(Outcome::not_applicable(
                "two builds and a minute below valgrind: use --full",
            ));
        }
        count(context).map(|(outcome, _)| outcome)
    },
};

/// Arguments of `cargo xtask overhead`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Compare wall times instead of instructions, for so many rounds of about a second.
    #[arg(long, value_name = "ROUNDS")]
    wall: Option<u64>,

    /// Do both, and put the result into `docs/performance.md`: on a machine that does nothing else.
    #[arg(long)]
    bless: bool,
}

/// Runs `cargo xtask overhead`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let context = Context::new(root, false);
    let outcome = match options {
        Options { bless: true, wall } => bless(&context, wall.unwrap_or(ROUNDS))?,
        Options { wall: Some(rounds), .. } => time(&context, *rounds)?,
        Options { .. } => count(&context)?.0,
    };
    Ok(outcome.told())
}

/// The share of the engine's work that telemetry may be.
const LIMIT: f64 = 0.005;

/// The rate at which it may be so, in operations a second.
const RATE: f64 = 100_000.0;

/// Rounds that say enough on a machine that does nothing else.
const ROUNDS: u64 = 801;

fn count(context: &Context) -> Result<(Outcome, Option<Counts>)> {
    if !exists("valgrind") {
        let reason = "valgrind is not installed: see the step setup";
        return Ok((Outcome::skipped(reason), None));
    }
    let off = Build::of(context, Telemetry::Off)?;
    off.make_links()?;
    let counts = Counts::of(context, &off, &Build::of(context, Telemetry::On)?)?;
    let share = counts.share(counts.on);
    let note = format!(
        "{:.0} of {:.0} instructions an operation, {:.2} %; with every event kept and read {:.2} %",
        counts.on - counts.off,
        counts.off,
        share * 100.0,
        counts.share(counts.every_event) * 100.0
    );
    let outcome = if share < LIMIT { Outcome::passed(note) } else { Outcome::failed(note) };
    Ok((outcome, Some(counts)))
}

fn time(context: &Context, rounds: u64) -> Result<Outcome> {
    Ok(judge(&Times::measure(context, rounds)?))
}

fn judge(times: &Times) -> Outcome {
    let note = format!(
        "{} of {:.0} ns, the same again {}, threads besides {:.3} % of a processor",
        more(times.with),
        times.twin,
        more(times.again),
        times.beside * 100.0
    );
    if times.are_below(LIMIT) { Outcome::passed(note) } else { Outcome::failed(note) }
}

fn bless(context: &Context, rounds: u64) -> Result<Outcome> {
    let (outcome, counts) = count(context)?;
    let Some(counts) = counts else { return Ok(outcome) };
    let times = Times::measure(context, rounds)?;
    let command = "cargo xtask overhead --bless";
    let block = Block { file: "docs/performance.md", name: "overhead", command };
    match shown::hold(context, &block, &table(&counts, &times), true)? {
        Some(complaint) => bail!(complaint),
        None => Ok(outcome.and(judge(&times))),
    }
}

fn table(counts: &Counts, times: &Times) -> String {
    let with = |ratio: Ratio| format!("{:.0} | {}", times.twin * ratio.middle, more(ratio));
    let nanoseconds = times.twin * (times.with.middle - 1.0 + times.beside);
    format!(
        "| an operation | without telemetry | with | more |\n|---|---:|---:|---:|\n\
         | instructions | {:.0} | {:.0} | {:.2} % |\n\
         | instructions, every event kept and read | {:.0} | {:.0} | {:.2} % |\n\
         | nanoseconds of wall time, {} rounds | {:.0} | {} |\n\
         | the same, of two builds without telemetry | {:.0} | {} |\n\n\
         In brackets is what the median is not below and not above, 99 % sure of each. The thread that looks for\n\
         deadlocks takes {:.3} % of a processor besides. By wall time, that included, {RATE:.0} operations a\n\
         second so take {:.1} ms of telemetry in each second.\n",
        counts.off,
        counts.on,
        counts.share(counts.on) * 100.0,
        counts.off,
        counts.every_event,
        counts.share(counts.every_event) * 100.0,
        times.rounds,
        times.twin,
        with(times.with),
        times.twin,
        with(times.again),
        times.beside * 100.0,
        nanoseconds * RATE / 1e6,
    )
}

/// How much more it is, in per cent.
fn more(ratio: Ratio) -> String {
    let [least, middle, most] =
        [ratio.least, ratio.middle, ratio.most].map(|it| (it - 1.0) * 100.0);
    format!("{middle:.2} % ({least:.2} to {most:.2})")
}

#[cfg(test)]
mod tests;
