//! Another processor: the tests under emulation, and what a counter is there.
//!
//! Emulated, everything but time is real: sizes, alignment, page layout, system calls, signals. What does
//! not show is the weaker order of memory: the emulator runs on the order of this machine. That is for the
//! models, see the step `loom`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::asm::arm;
use super::command::{exists, run};
use super::compiler::{self, Compiler};
use super::context::Context;
use super::crates::{self, Gate};
use super::step::{Outcome, Step, Verdict};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "aarch64",
    why: "the tests pass on another processor, and a counter has no call and no lock there (with --full)",
    run: aarch64,
};

const TARGET: &str = "aarch64-unknown-linux-gnu";
const LINKER: &str = "aarch64-linux-gnu-gcc";
const EMULATOR: &str = "qemu-aarch64";

/// What the emulator takes for the root of files: where Debian puts the libraries of that processor.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

fn aarch64(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: two more standard libraries to build"));
    }
    let Some(compiler) = Compiler::with_source(context) else {
        return Ok(Outcome::skipped(compiler::MISSING));
    };
    if !can_run() {
        let missing = format!("{LINKER}, {EMULATOR} or {LIBRARIES} is missing: see the step setup");
        return Ok(Outcome::skipped(missing));
    }
    let tests = tests(context, &compiler)?;
    if tests.verdict != Verdict::Passed {
        return Ok(tests);
    }
    Ok(match arm::check(&program(context, &compiler)?) {
        Ok(figure) => Outcome::passed(format!("{}; {figure}", tests.note)),
        Err(fault) => Outcome::failed(format!("{fault:#}")),
    })
}

/// Whether programs can be linked and run; a linker without the start files of a program links none.
pub(super) fn can_run() -> bool {
    let start = Path::new(LIBRARIES).join("lib/Scrt1.o");
    exists(LINKER) && exists(EMULATOR) && start.is_file()
}

/// Runs the tests of the crates that are wanted on that processor.
fn tests(context: &Context, compiler: &Compiler) -> Result<Outcome> {
    let mut cargo = cargo(context, compiler, "aarch64", "test");
    cargo.args(crates::under(Gate::Aarch64).flat_map(|package| ["--package", package]));
    counted(cargo.args(["--lib", "--bins", "--tests"]))
}

/// The fixture with one function per instrument.
fn program(context: &Context, compiler: &Compiler) -> Result<PathBuf> {
    let mut cargo = cargo(context, compiler, "aarch64", "build");
    cargo.args(["--release", "--package", arm::PACKAGE, "--bin", arm::PROGRAM]);
    run(&mut cargo)?;
    Ok(context.apart("aarch64").join(TARGET).join("release").join(arm::PROGRAM))
}

/// `cargo VERB` for that processor, building in a folder of its own.
pub(super) fn cargo(context: &Context, compiler: &Compiler, folder: &str, verb: &str) -> Command {
    let mut cargo = compiler.cargo(context, folder, [verb, TARGET]);
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER);
    let runner = format!("{EMULATOR} -L {LIBRARIES}");
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", runner);
    cargo
}
