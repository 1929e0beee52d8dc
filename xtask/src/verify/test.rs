//! All tests, with telemetry compiled in and compiled out.
//!
//! Both are built in one folder: cargo keeps what is built with other features apart, and what the two have
//! in common, which is nearly all that they depend on, is built once.

use std::process::Command;

use anyhow::Result;

use super::command::{exists, run};
use super::context::Context;
use super::crates::with_optional;
use super::step::{Outcome, Step};

pub(super) const ON: Step = Step { name: "test", why: "the tests, telemetry compiled in", run: on };

pub(super) const DOC: Step =
    Step { name: "test-doc", why: "examples in the documentation run", run: doc };

pub(super) const OFF: Step =
    Step { name: "test-off", why: "the tests, telemetry compiled out", run: off };

pub(super) const CFG_OFF: Step = Step {
    name: "cfg-off",
    why: "--cfg engram_off overrides every feature, and everything still compiles",
    run: cfg_off,
};

/// What compiles telemetry out.
const WITHOUT: &[&str] = &["--no-default-features"];

fn on(context: &Context) -> Result<Outcome> {
    tests(context, &[])
}

fn off(context: &Context) -> Result<Outcome> {
    tests(context, WITHOUT)
}

/// Runs all tests of what is built with these features.
fn tests(context: &Context, features: &[&str]) -> Result<Outcome> {
    run(examples(context, &[]).args(features))?;
    counted(runner(context.cargo(&[])).args(features))
}

/// Builds examples, all or those that are named. Some tests run them as the programs that they are; neither
/// runner builds them as such, and what lies around from another build may be of other features.
pub(super) fn examples(context: &Context, names: &[&str]) -> Command {
    let mut cargo = context.cargo(&["build", "--workspace", "--exclude", BENCHES]);
    cargo.arg(with_optional());
    match names {
        [] => _ = cargo.arg("--examples"),
        _ => names.iter().for_each(|name| _ = cargo.args(["--example", name])),
    }
    cargo
}

/// Has no tests and no examples, and the crates that it compares take long to build.
pub(super) const BENCHES: &str = "engram-benches";

fn doc(context: &Context) -> Result<Outcome> {
    let chosen = ["test", "--workspace", "--exclude", BENCHES, "--doc", &with_optional()];
    counted(&mut context.cargo(&chosen))
}

fn cfg_off(context: &Context) -> Result<Outcome> {
    let mut check = context.cargo_apart("cfg-off", &["check", "--package", "engram-cli"]);
    run(check.env("RUSTFLAGS", "--cfg engram_off"))?;
    Ok(Outcome::passed(""))
}

/// nextest where it is installed (a process per test), else cargo's own runner.
fn runner(mut cargo: Command) -> Command {
    if exists("cargo-nextest") {
        cargo.args(["nextest", "run", "--workspace", "--lib", "--bins", "--tests"]);
    } else {
        cargo.args(["test", "--workspace", "--lib", "--bins", "--tests"]);
    }
    cargo.args(["--no-fail-fast", "--exclude", BENCHES, &with_optional()]);
    cargo
}

/// Runs tests; that there is none is a failure too.
pub(super) fn counted(command: &mut Command) -> Result<Outcome> {
    let written = run(command)?;
    Ok(match passed(&written.both()) {
        0 => Outcome::failed("no test was run"),
        count => Outcome::passed(format!("{count} tests")),
    })
}

/// How many tests passed, by what nextest or libtest wrote.
pub(super) fn passed(text: &str) -> u64 {
    let is_summary = |line: &&str| line.contains("test result:") || line.contains(" run: ");
    text.lines().filter(is_summary).filter_map(number_before_passed).sum()
}

fn number_before_passed(line: &str) -> Option<u64> {
    let (before, _) = line.split_once(" passed")?;
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests;
