//! One layout for all manifests, and manifests that parse.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "taplo", why: "manifests parse and are laid out in one way", run: taplo };

fn taplo(context: &Context) -> Result<Outcome> {
    let taplo = context.python_tool("taplo");
    if !taplo.is_file() {
        return Ok(Outcome::skipped("taplo is not installed: see the step setup"));
    }
    run(&mut context.command(taplo, &["fmt", "--check", "--colors", "never"]))?;
    Ok(Outcome::passed(""))
}
