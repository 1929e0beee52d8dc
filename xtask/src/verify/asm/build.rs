//! Building a program in one of its states.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::program::Program;
use crate::verify::command::{capture, shown};
use crate::verify::context::Context;

/// What to build, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Build<'a> {
    /// Of builds that share a folder only one is there at a time.
    pub(super) folder: Option<&'a str>,
    /// Ours if `None`.
    pub(super) manifest: Option<&'a Path>,
    pub(super) package: &'a str,
    pub(super) program: &'a str,
    /// More arguments for cargo, separated by spaces.
    pub(super) arguments: &'a str,
    /// For the compiler.
    pub(super) flags: &'a str,
}

/// Builds a program as it would be shipped, and reads it.
pub(super) fn build(context: &Context, build: Build<'_>) -> Result<Rc<Program>> {
    let arguments = ["build", "--release", "--message-format", "json-render-diagnostics"];
    let mut cargo = match build.folder {
        Some(folder) => context.cargo_apart(folder, &arguments),
        None => context.cargo(&arguments),
    };
    if let Some(manifest) = build.manifest {
        cargo.arg("--manifest-path").arg(manifest);
    }
    cargo.args(["--package", build.package, "--bin", build.program]);
    cargo.args(build.arguments.split_whitespace());
    if !build.flags.is_empty() {
        cargo.env("RUSTFLAGS", build.flags);
    }
    let (written, code) = capture(&mut cargo)?;
    if code != Some(0) {
        bail!("`{}` failed: see above", shown(&cargo));
    }
    let path = executable(&written.out, build.program);
    Ok(Rc::new(Program::read(&path.context("cargo built no program of that name")?)?))
}

/// The path of a program among the messages of cargo.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|it| it["target"]["name"] == name);
    built.find_map(|it| it["executable"].as_str().map(PathBuf::from))
}
