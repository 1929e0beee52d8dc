//! Ten million events in each of a hundred runs in which something goes wrong, by four producers.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};
use super::test::passed;

pub(super) const STEP: Step = Step {
    name: "trace",
    why: "of a billion events through failing, blocking and panicking sinks every one is accounted for",
    run: trace,
};

/// In each of the runs.
const EVENTS: &str = "10000000";

/// The test, which plays fewer events a run unless it is told otherwise.
const TEST: &str = "in_a_hundred_runs_with_faults";

fn trace(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("minutes: use --full"));
    }
    let arguments = ["test", "--release", "--package", "engram-trace", "--test", "tracer", TEST];
    let mut test = context.cargo(&arguments);
    let written = run(test.args(["--", "--nocapture"]).env("ENGRAM_EVENTS", EVENTS))?.both();
    // What became of them all, as the test says.
    let total = written.lines().find(|line| line.starts_with("Total {"));
    Ok(match (passed(&written), total) {
        (1, Some(total)) => Outcome::passed(total),
        _ => Outcome::failed("the test was not run, or does not say what became of the events"),
    })
}
