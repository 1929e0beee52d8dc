//! Incidents as a busy machine leaves them, often enough for an interval.

use anyhow::Result;

use super::command::{exists, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "replays",
    why: "alerts miss fewer than 1 % of replayed incidents, and 5 % of what is harmless is a false alarm at most",
    run: replays,
};

/// Of each history.
const REPLAYS: &str = "15";

fn replays(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("minutes: use --full"));
    }
    if !exists("promtool") {
        return Ok(Outcome::skipped("promtool is not installed: see the step setup"));
    }
    let arguments = ["test", "--package", "engram-cognitive", "--test", "replays"];
    let mut test = context.cargo(&arguments);
    let written = run(test.args(["--", "--nocapture"]).env("ENGRAM_REPLAYS", REPLAYS))?.both();
    let figure = written.lines().find_map(|line| line.split_once("replays: "));
    Ok(match figure {
        Some((_, figure)) => Outcome::passed(figure),
        None => Outcome::failed("the test does not say what became of the replays"),
    })
}
