//! The project's own rules.

use anyhow::Result;

use super::context::Context;
use super::step::{Outcome, Step};
use crate::tidy;

pub(super) const STEP: Step =
    Step { name: "tidy", why: "the rules about the sources that no other tool knows", run: tidy };

fn tidy(context: &Context) -> Result<Outcome> {
    let checked = tidy::check(&context.root)?;
    checked.findings.iter().for_each(|finding| println!("{finding}"));
    Ok(match checked.findings.as_slice() {
        [] => Outcome::passed(format!("{} files", checked.files)),
        [first, ..] => Outcome::failed(format!("{} findings: {first}", checked.findings.len())),
    })
}
