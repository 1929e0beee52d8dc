//! Changes that nobody would want, one at a time, in the lines of a change: a test has to notice each.

use std::fs;

use anyhow::{Context as _, Result};

use super::command::attempt;
use super::context::Context;
use super::revision::{base, git};
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "mutants", why: "each line of the change is held by a test", run: mutants };

/// Code that is run by gates and not by tests.
const LEFT_OUT: [&str; 2] = ["benches/**", "xtask/**"];

/// What cargo-mutants means by its exit code.
const ALL_CAUGHT: i32 = 0;
const SOME_MISSED: i32 = 2;
const SOME_TIMED_OUT: i32 = 3;

fn mutants(context: &Context) -> Result<Outcome> {
    let tool = context.cargo_tool("cargo-mutants");
    if !context.full {
        return Ok(Outcome::not_applicable("the tests run once for each mutant: use --full"));
    }
    if !tool.is_file() {
        return Ok(Outcome::skipped("cargo-mutants is not installed: see the step setup"));
    }
    let revision = match base(context) {
        Ok(revision) => revision,
        Err(error) => return Ok(Outcome::not_applicable(format!("{error:#}"))),
    };
    let folder = context.target.join("mutants");
    fs::create_dir_all(&folder).context("cannot make a folder for the mutants")?;
    let diff = folder.join("change.diff");
    let change = git(context, &["diff", &revision, "--", "*.rs"])?;
    fs::write(&diff, change + "\n").context("cannot write the change")?;
    let arguments =
        ["mutants", "--colors", "never", "--no-shuffle", "--cap-lints=true", "--in-diff"];
    let mut command = context.command(tool, &arguments);
    command.arg(&diff).arg("--output").arg(&folder);
    LEFT_OUT.iter().for_each(|glob| _ = command.args(["--exclude", glob]));
    // The mutants live in a copy elsewhere, from which a relative path leads nowhere.
    command.env("ENGRAM_DATA", super::data::folder(context));
    let (written, code) = attempt(&mut command)?;
    Ok(judge(&written.both(), code))
}

fn judge(written: &str, code: Option<i32>) -> Outcome {
    let lines = |mark: &str| {
        written.lines().filter(|line| line.starts_with(mark)).collect::<Vec<_>>().join("; ")
    };
    let summary = written.lines().rfind(|line| line.contains("mutants tested"));
    match code {
        Some(ALL_CAUGHT) => Outcome::passed(summary.unwrap_or("nothing in the change to mutate")),
        Some(SOME_MISSED) => Outcome::failed(lines("MISSED")),
        Some(SOME_TIMED_OUT) => Outcome::failed(lines("TIMEOUT")),
        _ => Outcome::failed("the tests do not pass as they are: see above"),
    }
}

#[cfg(test)]
mod tests;
