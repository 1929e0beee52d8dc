//! The documentation builds, and its links lead somewhere.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "doc", why: "the documentation builds and its links lead somewhere", run: doc };

fn doc(context: &Context) -> Result<Outcome> {
    let mut doc = context.cargo(&["doc", "--workspace", "--no-deps"]);
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::passed("no warning"))
}
