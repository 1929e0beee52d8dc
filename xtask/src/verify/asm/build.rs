//! Building a program in one of its states.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::program::Program;
use crate::verify::command::{capture, shown};
use crate::verify::context::Context;
use crate::verify::workers::side_by_side;

/// What to build, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Build<'a> {
    /// Of builds that share a folder only one is there at a time: they belong into one row.
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

/// Builds programs as they would be shipped, and reads them: those of one row one after the other, rows at the
/// same time.
pub(super) fn build(context: &Context, rows: &[&[Build<'_>]]) -> Result<Vec<Rc<Program>>> {
    let command = |build: &Build<'_>| (cargo(context, *build), build.program.to_owned());
    let rows = rows.iter().map(|row| row.iter().map(command).collect::<Vec<_>>());
    let programs = side_by_side(rows.collect(), |row| {
        let each = row.into_iter().map(|(mut cargo, program)| built(&mut cargo, &program));
        each.collect::<Result<Vec<_>>>()
    })?;
    Ok(programs.into_iter().flatten().map(Rc::new).collect())
}

fn cargo(context: &Context, build: Build<'_>) -> Command {
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
    cargo
}

fn built(cargo: &mut Command, program: &str) -> Result<Program> {
    let (written, code) = capture(cargo)?;
    if code != Some(0) {
        bail!("`{}` failed: see above", shown(cargo));
    }
    let path = executable(&written.out, program).context("cargo built no program of that name")?;
    Program::read(&path)
}

/// The path of a program among the messages of cargo.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|it| it["target"]["name"] == name);
    built.find_map(|it| it["executable"].as_str().map(PathBuf::from))
}
