//! Other systems than Linux: what asks the kernel compiles there too, and says that there is no such call.
//!
//! Nothing is linked and nothing runs, so that a compiler with the source of its standard library is all it takes.

use anyhow::Result;

use super::command::run;
use super::compiler::{self, Compiler};
use super::context::Context;
use super::crates::{self, Gate};
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "systems",
    why: "what asks the kernel of Linux compiles on systems that have another one (with --full)",
    run: systems,
};

/// One with calls that are nearly those of Linux, and one with nothing of the kind.
const TARGETS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

fn systems(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: two more standard libraries to check"));
    }
    let Some(compiler) = Compiler::with_source(context) else {
        return Ok(Outcome::skipped(compiler::MISSING));
    };
    for target in TARGETS {
        for features in [&[][..], &["--no-default-features"]] {
            let mut check = compiler.cargo(context, "systems", ["check", target]);
            check.args(crates::under(Gate::Systems).flat_map(|package| ["--package", package]));
            run(check.args(features).arg("--quiet").env("RUSTFLAGS", "--deny warnings"))?;
        }
    }
    Ok(Outcome::passed(format!("for {}", TARGETS.join(" and "))))
}
