//! Lints, with telemetry compiled in and compiled out.

use std::process::Command;

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::crates::with_optional;
use super::step::{Outcome, Step};

pub(super) const ON: Step =
    Step { name: "clippy", why: "known mistakes, in everything that is compiled", run: on };

pub(super) const OFF: Step =
    Step { name: "clippy-off", why: "the same with telemetry compiled out", run: off };

fn on(context: &Context) -> Result<Outcome> {
    lint(&mut context.cargo(&["clippy"]))
}

fn off(context: &Context) -> Result<Outcome> {
    lint(&mut context.cargo(&["clippy", "--no-default-features"]))
}

fn lint(cargo: &mut Command) -> Result<Outcome> {
    cargo.args(["--workspace", "--all-targets", &with_optional()]);
    run(cargo.args(["--", "-D", "warnings"]))?;
    Ok(Outcome::passed("no warning"))
}
