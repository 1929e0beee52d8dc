//! All tests, with telemetry compiled in and compiled out.
//!
//! Both are built in one folder: cargo keeps what is built with other features apart, and what the two have
//! in common, which is nearly all that they depend on, is built once.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::command::{exists, run};
use super::context::Context;
use super::coverage;
use super::crates::with_optional;
use super::step::{Outcome, Step};
use super::wrapper::Wrapper;

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

/// Tests that say nothing where lines are counted: two threads write to one counter of lines all the time,
/// and that takes a minute.
const HAMMERS: [&str; 2] = [
    "a_hundred_threads_with_a_million_records_each_are_exact_while_they_die_during_scrapes",
    "a_million_snapshots_under_load_are_each_coherent",
];

/// Tests that build a whole index each, of code that has no telemetry to be without.
const WITHOUT_TELEMETRY: &str = "hnsw::tests";

fn on(context: &Context) -> Result<Outcome> {
    run(&mut examples(context, &[]))?;
    if coverage::Tools::find(context)?.is_none() {
        return counted(runner(context.cargo(&[])).args(TESTS));
    }
    with_lines_counted(context)
}

fn off(context: &Context) -> Result<Outcome> {
    run(examples(context, &[]).args(WITHOUT))?;
    let mut tests = runner(context.cargo(&[]));
    tests.args(TESTS).args(WITHOUT).args(["--", "--skip", WITHOUT_TELEMETRY]);
    counted(&mut tests)
}

/// What the lines are counted for is the step `coverage`; so the tests are built and run once for both.
fn with_lines_counted(context: &Context) -> Result<Outcome> {
    let mut build = context.cargo(&["test"]);
    build.args(WORKSPACE).arg(with_optional()).args(TESTS);
    let Some(profiles) = coverage::Profiles::build(context, build)? else {
        return Ok(Outcome::failed("the tests do not compile: see above"));
    };
    let mut tests = runner(context.cargo(&[]));
    profiles.record(context, &mut tests)?.args(TESTS).arg("--");
    tests.args(HAMMERS.iter().flat_map(|name| ["--skip", name]));
    context.profiles.replace(Some(profiles));
    let (tests, hammers) = (counted(&mut tests), hammers(context));
    Ok(tests?.and(hammers?))
}

/// The tests that were skipped, in programs of which nobody counts the lines.
fn hammers(context: &Context) -> Result<Outcome> {
    let mut cargo = runner(context.cargo(&[]));
    counted(cargo.args(["--test", "stress", "--"]).args(HAMMERS))
}

/// Builds examples, all or those that are named. Some tests run them as the programs that they are; neither
/// runner builds them as such, and what lies around from another build may be of other features.
pub(super) fn examples(context: &Context, names: &[&str]) -> Command {
    let mut cargo = context.cargo(&["build"]);
    cargo.args(WORKSPACE).arg(with_optional());
    match names {
        [] => _ = cargo.arg("--examples"),
        _ => names.iter().for_each(|name| _ = cargo.args(["--example", name])),
    }
    cargo
}

/// Where such an example is.
pub(super) fn example(context: &Context, name: &str) -> PathBuf {
    context.target.join("debug/examples").join(name)
}

/// Has no tests and no examples, and the crates that it compares take long to build.
pub(super) const BENCHES: &str = "engram-benches";

/// What is tested.
const WORKSPACE: [&str; 3] = ["--workspace", "--exclude", BENCHES];

/// All that is a test, but those of the documentation.
const TESTS: [&str; 3] = ["--lib", "--bins", "--tests"];

fn doc(context: &Context) -> Result<Outcome> {
    let mut cargo = context.cargo(&["test", "--doc"]);
    counted(cargo.args(WORKSPACE).arg(with_optional()))
}

fn cfg_off(context: &Context) -> Result<Outcome> {
    // By the compiler's flags for all crates it is built in the step `asm`.
    let off = Wrapper { name: "off", flags: "--cfg engram_off", packages: &[] };
    let mut check = context.cargo(&["check", "--package", "engram-cli"]);
    run(off.around(context, &mut check)?)?;
    Ok(Outcome::passed(""))
}

/// nextest where it is installed (a process per test), else cargo's own runner.
fn runner(mut cargo: Command) -> Command {
    match exists("cargo-nextest") {
        true => cargo.args(["nextest", "run"]),
        false => cargo.arg("test"),
    };
    cargo.arg("--no-fail-fast").args(WORKSPACE).arg(with_optional());
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
