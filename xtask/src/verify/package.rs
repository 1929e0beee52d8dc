//! Every crate as its users will get it: from its own archive, without the rest of the repository.
//!
//! Packing fails on a dependency without a version and on what a manifest has to say. With `--full` each
//! archive is unpacked and built, its siblings taken from their archives: that finds a file that stands
//! outside of the crate.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::command::{capture, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "package",
    why: "every crate can be published, and is complete without the repository",
    run: package,
};

fn package(context: &Context) -> Result<Outcome> {
    let packages = published(context)?;
    let mut cargo = context.cargo(&["package", "--quiet", "--allow-dirty", "--offline"]);
    packages.iter().for_each(|name| _ = cargo.args(["--package", name]));
    if !context.full {
        cargo.arg("--no-verify");
    }
    let written = run(&mut cargo)?;
    if written.err.contains("warning") {
        return Ok(Outcome::failed("a manifest lacks something: see above"));
    }
    let how = if context.full { "built from their archives" } else { "packed" };
    Ok(Outcome::passed(format!("{} crates {how}", packages.len())))
}

/// The packages that are not kept from being published.
fn published(context: &Context) -> Result<Vec<String>> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1", "--quiet"];
    let (written, code) = capture(&mut context.cargo(&metadata))?;
    ensure!(code == Some(0), "cargo cannot read the workspace: {}", written.err);
    let metadata: Value = serde_json::from_str(&written.out)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let published = packages.iter().filter(|package| package["publish"].is_null());
    Ok(published.filter_map(|package| package["name"].as_str().map(str::to_owned)).collect())
}
