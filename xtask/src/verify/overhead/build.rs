//! Builds of the engine that differ in their telemetry, and in where their code lies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::verify::command::run;
use crate::verify::context::Context;

/// The program that runs the engine.
const EXAMPLE: [&str; 4] = ["--package", "engram-workload", "--example", "load"];

/// A build, kept under a name of its own.
#[derive(Debug)]
pub(super) struct Build(PathBuf);

impl Build {
    /// Builds it as users build.
    pub(super) fn of(context: &Context, telemetry: Telemetry) -> Result<Self> {
        let build = [&["build", "--release"], EXAMPLE.as_slice(), telemetry.features()].concat();
        run(&mut context.cargo(&build))?;
        Self::keep(context, telemetry.name())
    }

    /// The same, its functions in an order of chance: where in a cache line a loop begins moves it by as much as all
    /// telemetry takes. None but LLVM's linker does that; with another one this fails.
    pub(super) fn shuffled(context: &Context, telemetry: Telemetry, seed: u64) -> Result<Self> {
        let order = format!("link-arg=-Wl,--shuffle-sections=.text*={}", seed + 1);
        let build = [&["rustc", "--release"], EXAMPLE.as_slice(), telemetry.features()].concat();
        run(context.cargo(&build).args(["--", "-C", &order]))?;
        Self::keep(context, &format!("{}-{seed}", telemetry.name()))
    }

    fn keep(context: &Context, name: &str) -> Result<Self> {
        let folder = context.target.join("overhead");
        fs::create_dir_all(&folder).context("cannot make a folder for the builds")?;
        let program = folder.join(name);
        fs::copy(context.target.join("release/examples/load"), &program)
            .context("cannot keep the build")?;
        Ok(Self(program))
    }

    pub(super) fn program(&self) -> &Path {
        &self.0
    }
}

/// Whether it is compiled in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Telemetry {
    Off,
    On,
}

impl Telemetry {
    const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }

    const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Off => &["--no-default-features"],
            Self::On => &[],
        }
    }
}
