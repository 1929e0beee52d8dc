//! Lints, with telemetry compiled in and compiled out.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const ON: Step =
    Step { name: "clippy", why: "known mistakes, in everything that is compiled", run: on };

pub(super) const OFF: Step =
    Step { name: "clippy-off", why: "the same with telemetry compiled out", run: off };

fn on(context: &Context) -> Result<Outcome> {
    run(&mut context.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Outcome::passed("no warning"))
}

fn off(context: &Context) -> Result<Outcome> {
    let arguments =
        ["clippy", "--workspace", "--all-targets", "--no-default-features", "--", "-D", "warnings"];
    run(&mut context.cargo_apart("off", &arguments))?;
    Ok(Outcome::passed("no warning"))
}
