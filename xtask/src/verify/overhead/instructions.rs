//! Instructions of an operation, as callgrind counts them.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use super::build::Build;
use crate::verify::command::capture;
use crate::verify::context::Context;

/// The numbers of operations whose instructions are counted: events are read twice in between.
const FEW: u64 = 1_000;
const MANY: u64 = 5_096;

/// What functions of the engine have in their names.
const ENGINE: &str = "engram_workload";

/// Makes the program keep every event.
const EVERY_EVENT: &str = "--every-event";

/// Instructions of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) off: f64,
    pub(super) on: f64,
    pub(super) every_event: f64,
}

impl Counts {
    /// Those of a build without telemetry, and of one with it.
    pub(super) fn of(context: &Context, off: &Build, on: &Build) -> Result<Self> {
        let of = |build: &Build, options: &[&str]| {
            slope(|operations| {
                let operations = operations.to_string();
                count(context, build, &[options, &["1", &operations]].concat())
            })
        };
        Ok(Self { off: of(off, &[])?, on: of(on, &[])?, every_event: of(on, &[EVERY_EVENT])? })
    }

    /// What is more than without telemetry, as a share of that.
    pub(super) fn share(&self, with: f64) -> f64 {
        (with - self.off) / self.off
    }
}

/// Instructions of the threads in which the engine runs. What looks for deadlocks every 10 ms is in others: how
/// often it looks in one operation depends on how slow valgrind is.
fn count(context: &Context, build: &Build, arguments: &[&str]) -> Result<u64> {
    let folder = context.target.join("overhead/threads");
    // It fails when there is none yet.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).context("cannot make a folder for the profiles")?;
    let out = format!("--callgrind-out-file={}", folder.join("thread").display());
    let options = ["--tool=callgrind", "--separate-threads=yes", &out];
    let mut valgrind = context.command("valgrind", &options);
    let (_, code) = capture(valgrind.arg(&build.program).arg(&build.links).args(arguments))?;
    ensure!(code == Some(0), "valgrind could not run {}", build.program.display());
    let mut sum = 0;
    for file in fs::read_dir(&folder).context("valgrind has written nothing")? {
        sum += of_thread(&fs::read_to_string(file?.path())?).unwrap_or(0);
    }
    ensure!(sum > 0, "no thread of {} ran the engine", build.program.display());
    Ok(sum)
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

#[cfg(test)]
mod tests;
