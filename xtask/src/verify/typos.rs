//! Spelling, in code and documentation.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "typos",
    why: "a misspelt name can be neither searched for nor taken back",
    run: typos,
};

fn typos(context: &Context) -> Result<Outcome> {
    let typos = context.python_tool("typos");
    if !typos.is_file() {
        return Ok(Outcome::skipped("typos is not installed: see the step setup"));
    }
    run(&mut context.command(typos, &["--format", "brief"]))?;
    Ok(Outcome::passed(""))
}
