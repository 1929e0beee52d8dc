//! Ten million events in each of a hundred runs in which something goes wrong, by four producers.

use anyhow::Result;

use super::context::Context;
use super::step::{Outcome, Step};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "trace",
    why: "of a billion events through failing, blocking and panicking sinks every one is accounted for",
    run: trace,
};

/// The test, which plays fewer events a run unless it is told otherwise.
const TEST: &str = "in_a_hundred_runs_with_faults";

fn trace(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("minutes: use --full"));
    }
    let arguments = ["test", "--release", "--package", "engram-trace", "--test", "tracer", TEST];
    counted(context.cargo(&arguments).env("ENGRAM_EVENTS", "10000000"))
}
