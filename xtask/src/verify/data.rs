//! Recorded data that is too large, or not ours, to be part of the repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "data",
    why: "the data that tests read are the data that were recorded",
    run: data,
};

const VARIABLE: &str = "ENGRAM_DATA";

/// What the variable says where there are none, and that is known: in a fork. Data that are only not found
/// are a failure.
const NONE: &str = "none";

/// Beside the checkout.
const USUAL: &str = "../shared/data";

/// Files that the repository carries unpacked, and the folder of the data that has them packed.
const CARRIED: &str = "crates/engram-workload/data";
const PACKED: &str = "cognitive";
const FILES: [&str; 2] = ["glove20k_50d.i8", "glove20k_words.txt"];

fn data(context: &Context) -> Result<Outcome> {
    if env::var_os(VARIABLE).is_some_and(|value| value == NONE) {
        return Ok(Outcome::not_applicable(format!("{VARIABLE} says that there are none")));
    }
    let folder = folder(context);
    if !folder.is_dir() {
        return Ok(if context.ci {
            Outcome::failed(format!("no data: set {VARIABLE} to the folder with the recorded data"))
        } else {
            Outcome::skipped("not run: no data")
        });
    }
    for file in FILES {
        let carried = context.root.join(CARRIED).join(file);
        let packed = folder.join(PACKED).join(format!("{file}.gz"));
        let content =
            fs::read(&carried).with_context(|| format!("cannot read {CARRIED}/{file}"))?;
        if content != unpack(context, &packed)? {
            return Ok(Outcome::failed(format!("{CARRIED}/{file} is not what {VARIABLE} has")));
        }
    }
    Ok(Outcome::passed(format!("{} files of {CARRIED} as recorded", FILES.len())))
}

/// Where the data are, if they are anywhere.
pub(super) fn folder(context: &Context) -> PathBuf {
    let folder = env::var_os(VARIABLE).map_or_else(|| USUAL.into(), PathBuf::from);
    context.root.join(folder)
}

fn unpack(context: &Context, packed: &Path) -> Result<Vec<u8>> {
    let output = context.command("gzip", &["--decompress", "--stdout"]).arg(packed).output();
    let output = output.context("cannot start gzip: install it")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cannot unpack {}: {errors}", packed.display());
    Ok(output.stdout)
}
