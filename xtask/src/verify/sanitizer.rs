//! What the sanitizers have in common: the tests that run under them, and how their reports are read.

use std::process::Command;

use anyhow::Result;

use super::command::attempt;
use super::crates::{self, Gate};
use super::step::Outcome;
use super::test::passed;

/// A test that says nothing under a sanitizer, and why.
pub(super) type Excused = (&'static str, &'static str);

/// Runs the tests of the crates under a gate; the first report is the failure.
pub(super) fn watch(mut cargo: Command, gate: Gate, excused: &[Excused]) -> Result<Outcome> {
    cargo.args(crates::under(gate).flat_map(|package| ["--package", package]));
    cargo.args(["--lib", "--bins", "--tests", "--"]);
    for (test, why) in excused {
        println!("not run: {test}: {why}");
        cargo.args(["--skip", test]);
    }
    // Reports name lines.
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    let (written, code) = attempt(&mut cargo)?;
    Ok(judge(&written.both(), code == Some(0)))
}

fn judge(text: &str, is_good: bool) -> Outcome {
    let reports: Vec<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("SUMMARY: ")).collect();
    match (reports.first(), is_good, passed(text)) {
        (Some(first), ..) => Outcome::failed(format!("{} reports: {first}", reports.len())),
        (None, false, _) => {
            Outcome::failed("a test failed or does not compile, without a report: see above")
        }
        (None, true, 0) => Outcome::failed("no test was run"),
        (None, true, tests) => Outcome::passed(format!("{tests} tests, no report")),
    }
}

#[cfg(test)]
mod tests;
