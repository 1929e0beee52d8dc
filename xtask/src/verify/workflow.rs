//! What forks run: a workflow that does not parse runs nothing, and nobody is told.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "workflow",
    why: "the workflow that forks run is one, and gives away no rights",
    run: workflow,
};

fn workflow(context: &Context) -> Result<Outcome> {
    let zizmor = context.python_tool("zizmor");
    if !zizmor.is_file() {
        return Ok(Outcome::skipped("zizmor is not installed: see the step setup"));
    }
    let arguments =
        ["--offline", "--no-progress", "--color", "never", "--strict-collection", ".github"];
    run(context.command(zizmor, &arguments).args(["--config", ".github/zizmor.yml"]))?;
    Ok(Outcome::passed("no finding"))
}
