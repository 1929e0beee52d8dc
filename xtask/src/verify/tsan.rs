//! ThreadSanitizer: no two threads touch the same memory without an order between them.
//!
//! It knows of the accesses of what it was compiled into. With the standard library as it is delivered it
//! would not see how a mutex or an `Arc` orders two threads, and report races where there are none; so
//! the standard library is built anew. What it cannot see is a fence that stands alone, of which we have none.

use anyhow::Result;

use super::compiler::{self, Compiler};
use super::context::Context;
use super::crates::Gate;
use super::sanitizer::{Excused, watch};
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "tsan",
    why: "no data race in the tests, seen with the orderings that the code has",
    run: tsan,
};

const EXCUSED: &[Excused] = &[(
    "cells_that_nobody_wrote_take_no_memory",
    "the allocator of ThreadSanitizer clears memory by writing to it",
)];

fn tsan(context: &Context) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::not_applicable("ThreadSanitizer is run on Linux"));
    }
    let Some(compiler) = Compiler::with_source(context) else {
        return Ok(Outcome::skipped(compiler::MISSING));
    };
    let mut cargo = compiler.cargo(context, "tsan", ["test", &compiler.host]);
    let runtime = compiler.runtime(context, "tsan")?;
    cargo.env("RUSTFLAGS", format!("-Zsanitizer=thread{runtime}"));
    // The first report is enough; the rest mostly says the same at length.
    cargo.env("TSAN_OPTIONS", "halt_on_error=1");
    watch(cargo, Gate::Races, EXCUSED)
}
