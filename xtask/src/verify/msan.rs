//! MemorySanitizer: nothing decides anything by memory that nobody wrote.
//!
//! Like ThreadSanitizer it has to see all writes, those of the standard library too.

use anyhow::Result;

use super::compiler::{self, Compiler};
use super::context::Context;
use super::crates::Gate;
use super::sanitizer::watch;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "msan",
    why: "no decision hangs on memory that nobody wrote (with --full)",
    run: msan,
};

fn msan(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: a third standard library to build"));
    }
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::not_applicable("MemorySanitizer is run on Linux"));
    }
    let Some(compiler) = Compiler::with_source(context) else {
        return Ok(Outcome::skipped(compiler::MISSING));
    };
    let mut cargo = compiler.cargo(context, "msan", ["test", &compiler.host]);
    let runtime = compiler.runtime(context, "msan")?;
    cargo.env("RUSTFLAGS", format!("-Zsanitizer=memory{runtime}"));
    // Optimised, correct code is reported: `None.unwrap_or_default() as u64` becomes a conversion of what
    // `None` does not hold, whose result is then not taken.
    cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "0");
    watch(cargo, Gate::Addresses, &[])
}
