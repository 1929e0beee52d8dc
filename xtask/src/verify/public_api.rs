//! What each crate offers, written down: a change to it is seen in review, and never by accident.
//!
//! rustdoc describes a crate as JSON, which is unstable: the description is only understood for the
//! compiler that CI uses, and one bootstrap variable makes a stable compiler give it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use super::command::run as run_command;
use super::context::Context;
use super::crates::{Gate, under};
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "public-api",
    why: "what users can name changes only on purpose",
    run: |context| {
        if !context.full {
            return Ok(Outcome::not_applicable("every library is described anew: use --full"));
        }
        check(context, false)
    },
};

/// Arguments of `cargo xtask public-api`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write down what is offered now.
    #[arg(long)]
    bless: bool,
}

/// Runs `cargo xtask public-api`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let outcome = check(&Context::new(root, true), options.bless)?;
    Ok(outcome.told())
}

const FOLDER: &str = "docs/api";

fn check(context: &Context, blesses: bool) -> Result<Outcome> {
    let (mut items, mut faults) = (0, String::new());
    let folder = context.root.join(FOLDER);
    for package in under(Gate::PublicApi) {
        let offered = describe(context, package)?;
        items += offered.lines().count();
        let path = folder.join(format!("{package}.txt"));
        if blesses {
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {FOLDER}"))?;
            fs::write(&path, &offered).with_context(|| format!("cannot write {FOLDER}"))?;
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        faults.push_str(&difference(&written, &offered));
    }
    Ok(if faults.is_empty() {
        Outcome::passed(format!("{items} public items as in {FOLDER}"))
    } else {
        let advice =
            "if that is meant: `cargo xtask public-api --bless`, and a line in CHANGELOG.md";
        Outcome::failed(format!("{faults}{advice}"))
    })
}

/// The public items of a library, one a line. What is derived, and what the compiler implements by itself,
/// is left out.
fn describe(context: &Context, package: &str) -> Result<String> {
    let arguments = ["rustdoc", "--quiet", "--package", package, "--lib", "--"];
    let mut rustdoc = context.cargo_apart("api", &arguments);
    // Its warnings are those of the step `doc`.
    let format = ["-Zunstable-options", "--output-format", "json", "--cap-lints", "allow"];
    run_command(rustdoc.args(format).env("RUSTC_BOOTSTRAP", "1"))?;
    let json = context.apart("api").join("doc").join(format!("{}.json", package.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .with_context(|| {
            format!("cannot read {}: use the compiler that CI uses", json.display())
        })?;
    Ok(format!("{api}"))
}

/// Lines that are gone and lines that are new.
fn difference(old: &str, new: &str) -> String {
    let mut text = String::new();
    let is_in = |all: &str, one: &str| all.lines().any(|line| line == one);
    for gone in old.lines().filter(|line| !is_in(new, line)) {
        let _ = writeln!(text, "- {gone}");
    }
    for come in new.lines().filter(|line| !is_in(old, line)) {
        let _ = writeln!(text, "+ {come}");
    }
    text
}

#[cfg(test)]
mod tests;
