//! Every interleaving of the models of the lock-free structures, up to a bound.

use anyhow::Result;

use super::context::Context;
use super::crates::{self, Gate};
use super::step::{Outcome, Step};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "loom",
    why: "the orderings hold in every interleaving with up to three preemptions",
    run: loom,
};

fn loom(context: &Context) -> Result<Outcome> {
    let mut models = context.cargo_apart("loom", &["test", "--lib", "--release"]);
    models.args(crates::under(Gate::Models).flat_map(|package| ["--package", package]));
    models.env("RUSTFLAGS", "--cfg engram_loom").env("LOOM_MAX_PREEMPTIONS", "3");
    counted(&mut models)
}
