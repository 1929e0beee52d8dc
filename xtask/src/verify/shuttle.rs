//! Larger models than loom can exhaust: eight threads and dozens of steps, under thousands of schedules.
//!
//! Shuttle is sequentially consistent: it finds lost updates, reuse too early, deadlocks; loom finds
//! orderings. The schedules follow from a fixed seed, so that a run is as good as the next one.

use anyhow::Result;

use super::context::Context;
use super::crates::{self, Gate};
use super::step::{Outcome, Step};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "shuttle",
    why: "nothing is lost and nobody waits for ever, when many threads come and go",
    run: shuttle,
};

fn shuttle(context: &Context) -> Result<Outcome> {
    let mut models = context.cargo_apart("shuttle", &["test", "--lib", "--profile", "models"]);
    models.args(crates::under(Gate::Schedules).flat_map(|package| ["--package", package]));
    models.env("RUSTFLAGS", "--cfg engram_loom --cfg engram_shuttle");
    // It warns of each ordering that is weaker than what it runs.
    counted(models.env("SHUTTLE_SILENCE_WARNINGS", "1"))
}
