//! Tests whose lines are counted, and what they leave behind.
//!
//! Only crates with a floor are compiled for it: the engine of the workload would only become slower.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::super::command::capture;
use super::super::context::Context;
use super::super::crates;
use super::super::wrapper::Wrapper;
use super::programs::executables;

const FLAGS: &str = "-Cinstrument-coverage";

/// A folder, and the programs that write there.
#[derive(Debug)]
pub(in super::super) struct Profiles {
    pub(super) folder: PathBuf,
    pub(super) programs: Vec<String>,
}

impl Profiles {
    /// Builds the tests that `build` names; `None` when they do not compile.
    ///
    /// # Errors
    /// When cargo cannot be run, or what an earlier run left cannot be removed.
    pub(in super::super) fn build(context: &Context, mut build: Command) -> Result<Option<Self>> {
        let folder = context.apart("coverage");
        let raw = raw(&folder);
        if raw.exists() {
            fs::remove_dir_all(&raw).context("cannot remove old profiles")?;
        }
        fs::create_dir_all(&raw).context("cannot make a folder for profiles")?;
        build.args(["--no-run", "--message-format", "json-render-diagnostics"]);
        let (written, code) = capture(counting(context, &mut build)?)?;
        let packages: Vec<&str> = packages().collect();
        let programs = executables(&written.out, &packages);
        Ok((code == Some(0)).then_some(Self { folder, programs }))
    }

    /// Has a runner of tests run these programs, and leave profiles.
    ///
    /// A program runs many times, a process for each test: all of them add to a few files.
    pub(in super::super) fn record<'c>(
        &self,
        context: &Context,
        runner: &'c mut Command,
    ) -> Result<&'c mut Command> {
        let runner = counting(context, runner)?;
        Ok(runner.env("LLVM_PROFILE_FILE", self.raw().join("%4m.profraw")))
    }

    /// Where the profiles are as they were written.
    pub(super) fn raw(&self) -> PathBuf {
        raw(&self.folder)
    }
}

fn raw(folder: &Path) -> PathBuf {
    folder.join("profiles")
}

fn packages() -> impl Iterator<Item = &'static str> {
    crates::floors().map(|(package, _)| package)
}

fn counting<'c>(context: &Context, cargo: &'c mut Command) -> Result<&'c mut Command> {
    let packages: Vec<&str> = packages().collect();
    let counting = Wrapper { name: "coverage", flags: FLAGS, packages: &packages };
    counting.around(context, cargo)
}
