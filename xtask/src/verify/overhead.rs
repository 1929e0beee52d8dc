//! What all telemetry of the reference engine costs, beside the same engine compiled without it.
//!
//! ```text
//!   instructions    callgrind, two numbers of operations: the slope of each build, and their difference
//!   wall time       both builds, alive at the same time, do the same operations in turns: the median of the ratios
//! ```
//!
//! The operations are those of the demo's workers, one thread of them: searches, recalls with their spreading, stores,
//! completions, revisions, nights. With telemetry each reads the clock twice, records into some twenty metrics, and
//! makes an event, which is thinned out as in the demo; what it would be if every event were kept and read is shown as
//! well. Without, no clock is read and no event is made. The tally of results, by which the demo checks itself, is
//! part of both, and both have to give the same digest.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use super::command::{capture, exists, run as run_command};
use super::context::Context;
use super::paired::statistic::{lower_bound, median, sorted};
use super::shown::{self, Block};
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "overhead",
    why: "telemetry takes less than a two-hundredth of the engine's instructions",
    run: |context| {
        if !context.full {
            return Ok(Outcome::not_applicable("minutes below valgrind: use --full"));
        }
        check(context, false)
    },
};

/// Arguments of `cargo xtask overhead`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also compare wall times, and put the result into `docs/performance.md`: on a machine that does nothing else.
    #[arg(long)]
    bless: bool,
}

/// Runs `cargo xtask overhead`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let outcome = check(&Context::new(root, false), options.bless)?;
    Ok(outcome.told())
}

/// The share of the engine's work that telemetry may be.
const LIMIT: f64 = 0.005;

/// The rate at which it may be so, in operations a second.
const RATE: f64 = 100_000.0;

/// The numbers of operations whose instructions are counted: all events of the larger one fit into a ring.
const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

/// What functions of the engine have in their names.
const ENGINE: &str = "engram_workload";

/// Makes the program keep every event.
const EVERY_EVENT: &str = "--every-event";

/// Turns whose times are compared, and the operations of one: a tenth of a second.
const TURNS: u64 = 240;
const OPERATIONS: u64 = 3_000;

/// Instructions of an operation.
struct Counts {
    off: f64,
    on: f64,
    every_event: f64,
}

impl Counts {
    /// What is more than without telemetry, as a share of that.
    fn share(&self, with: f64) -> f64 {
        (with - self.off) / self.off
    }
}

/// One build of the engine at work.
struct Load {
    program: PathBuf,
}

fn check(context: &Context, blesses: bool) -> Result<Outcome> {
    if !exists("valgrind") {
        return Ok(Outcome::skipped("valgrind is not installed: see the step setup"));
    }
    let off = Load::of(context, "off", &["--no-default-features"])?;
    let on = Load::of(context, "on", &[])?;
    let counts = Counts {
        off: off.instructions(context, &[])?,
        on: on.instructions(context, &[])?,
        every_event: on.instructions(context, &[EVERY_EVENT])?,
    };
    let [share, most] = [counts.on, counts.every_event].map(|with| counts.share(with));
    let note = format!(
        "{:.0} of {:.0} instructions an operation, {:.2} %; with every event kept and read {:.2} %",
        counts.on - counts.off,
        counts.off,
        share * 100.0,
        most * 100.0
    );
    if blesses {
        let table = table(&counts, &Times::measure(&on, &off)?);
        let command = "cargo xtask overhead --bless";
        let block = Block { file: "docs/performance.md", name: "overhead", command };
        if let Some(complaint) = shown::hold(context, &block, &table, true)? {
            bail!(complaint);
        }
    }
    Ok(if share < LIMIT { Outcome::passed(note) } else { Outcome::failed(note) })
}

fn table(counts: &Counts, times: &Times) -> String {
    let nanoseconds = times.twin * (times.middle - 1.0);
    format!(
        "| an operation | without telemetry | with | more |\n|---|---:|---:|---:|\n\
         | instructions | {:.0} | {:.0} | {:.2} % |\n\
         | instructions, every event kept and read | {:.0} | {:.0} | {:.2} % |\n\
         | nanoseconds of wall time, {TURNS} turns | {:.0} | {:.0} | {:.2} % (99 % sure: above {:.2} %) |\n\n\
         By wall time {RATE:.0} operations a second so take {:.1} ms of telemetry in each second.\n",
        counts.off,
        counts.on,
        counts.share(counts.on) * 100.0,
        counts.off,
        counts.every_event,
        counts.share(counts.every_event) * 100.0,
        times.twin,
        times.twin + nanoseconds,
        (times.middle - 1.0) * 100.0,
        (times.least - 1.0) * 100.0,
        nanoseconds * RATE / 1e6,
    )
}

impl Load {
    /// Builds the program, and keeps it under a name of its own.
    fn of(context: &Context, name: &str, features: &[&str]) -> Result<Self> {
        let build = ["build", "--release", "--package", "engram-workload", "--example", "load"];
        run_command(context.cargo(&build).args(features))?;
        let folder = context.target.join("overhead");
        fs::create_dir_all(&folder).context("cannot make a folder for the builds")?;
        let program = folder.join(name);
        fs::copy(context.target.join("release/examples/load"), &program)
            .context("cannot keep the build")?;
        Ok(Self { program })
    }

    fn instructions(&self, context: &Context, options: &[&str]) -> Result<f64> {
        slope(|times| {
            let times = times.to_string();
            self.count(context, &[options, &[&times, "1"]].concat())
        })
    }

    /// Instructions of the threads in which the engine runs. What looks for deadlocks every 10 ms is in others: how
    /// often it looks in one operation depends on how slow valgrind is.
    fn count(&self, context: &Context, arguments: &[&str]) -> Result<u64> {
        let folder = context.target.join("overhead/threads");
        // It fails when there is none yet.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).context("cannot make a folder for the profiles")?;
        let out = format!("--callgrind-out-file={}", folder.join("thread").display());
        let options = ["--tool=callgrind", "--separate-threads=yes", &out];
        let mut valgrind = context.command("valgrind", &options);
        let (_, code) = capture(valgrind.arg(&self.program).args(arguments))?;
        ensure!(code == Some(0), "valgrind could not run {}", self.program.display());
        let mut sum = 0;
        for file in fs::read_dir(&folder).context("valgrind has written nothing")? {
            sum += of_thread(&fs::read_to_string(file?.path())?).unwrap_or(0);
        }
        ensure!(sum > 0, "no thread of {} ran the engine", self.program.display());
        Ok(sum)
    }
}

/// Instructions of one operation, from those of two runs.
fn slope(count: impl Fn(u64) -> Result<u64>) -> Result<f64> {
    let (few, many) = (count(FEW)?, count(MANY)?);
    Ok(many.saturating_sub(few) as f64 / (MANY - FEW) as f64)
}

/// The instructions of one thread, if the engine runs in it.
fn of_thread(profile: &str) -> Option<u64> {
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    total.filter(|_| profile.contains(ENGINE))?.trim().parse().ok()
}

/// Nanoseconds of an operation without telemetry, and how many times as long it takes with it.
struct Times {
    twin: f64,
    middle: f64,
    least: f64,
}

impl Times {
    fn measure(on: &Load, off: &Load) -> Result<Self> {
        let (mut on, mut off) = (Worker::start(&on.program)?, Worker::start(&off.program)?);
        let (mut ratios, mut twins) = (Vec::new(), Vec::new());
        for turn in 0..=TURNS {
            // Whoever goes second finds the caches of the processor as the first one left them.
            let (with, without) = if turn % 2 == 0 {
                let with = on.turn(turn)?;
                (with, off.turn(turn)?)
            } else {
                let without = off.turn(turn)?;
                (on.turn(turn)?, without)
            };
            ensure!(with.1 == without.1, "the two builds give different results: turn {turn}");
            if turn > 0 {
                ratios.push(with.0 / without.0);
                twins.push(without.0 / OPERATIONS as f64);
            }
        }
        let ratios = sorted(ratios.into_iter());
        let twin = median(&sorted(twins.into_iter()));
        Ok(Self { twin, middle: median(&ratios), least: lower_bound(&ratios) })
    }
}

/// A build that waits for its turn.
struct Worker {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    fn start(program: &Path) -> Result<Self> {
        let mut command = std::process::Command::new(program);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let ask = child.stdin.take().context("a child without standard input")?;
        let output = child.stdout.take().context("a child without standard output")?;
        let mut worker = Self { child, ask, answers: BufReader::new(output) };
        ensure!(worker.line()? == "ready", "{} does not wait for turns", program.display());
        Ok(worker)
    }

    /// Nanoseconds, and the digest of what came out.
    fn turn(&mut self, seed: u64) -> Result<(f64, String)> {
        writeln!(self.ask, "{OPERATIONS} {seed}").context("a build has ended before its turn")?;
        let line = self.line()?;
        let (nanoseconds, digest) = line.split_once(' ').context("an answer has two numbers")?;
        Ok((nanoseconds.parse()?, digest.to_owned()))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).context("a build does not answer")?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when the program is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests;
