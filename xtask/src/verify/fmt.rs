//! One layout for all Rust code.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "fmt", why: "changes show what changed, not how it was laid out", run: fmt };

fn fmt(context: &Context) -> Result<Outcome> {
    run(&mut context.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Outcome::passed(""))
}
