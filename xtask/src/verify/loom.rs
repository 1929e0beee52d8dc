//! Every interleaving of the models of the lock-free structures, up to a bound.

use std::process::Command;

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

/// What bounds the search of a model, for the models that know no better.
pub(super) const PREEMPTIONS: (&str, &str) = ("LOOM_MAX_PREEMPTIONS", "3");

fn loom(context: &Context) -> Result<Outcome> {
    let packages = crates::under(Gate::Models);
    counted(models(context).args(packages.flat_map(|package| ["--package", package])))
}

/// `cargo test` for models, of packages that are still to be named.
pub(super) fn models(context: &Context) -> Command {
    let mut models = context.cargo_apart("loom", &["test", "--lib", "--profile", "models"]);
    models.env("RUSTFLAGS", "--cfg engram_loom").env(PREEMPTIONS.0, PREEMPTIONS.1);
    models
}
