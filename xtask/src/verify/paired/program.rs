//! The program that times.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::Pair;
use super::lines::Lines;
use crate::verify::command::run;
use crate::verify::context::Context;

const NAME: &str = "engram-paired";

/// What it is asked to time: see `benches/cost/src/paired.rs`.
#[derive(Clone, Copy, Debug)]
pub(in crate::verify) enum Kind {
    Pairs,
    Tails,
    Contended,
}

impl Kind {
    const fn argument(self) -> &'static str {
        match self {
            Self::Pairs => "pairs",
            Self::Tails => "tails",
            Self::Contended => "contended",
        }
    }

    /// Lines: a twentieth of a second, and enough for one line in a hundred to say something.
    const fn count(self) -> usize {
        match self {
            Self::Pairs | Self::Tails => 1_200,
            Self::Contended => 200,
        }
    }
}

/// A build of it.
#[derive(Debug)]
pub(in crate::verify) struct Program(PathBuf);

impl Program {
    /// Builds it as users build.
    pub(in crate::verify) fn build(context: &Context) -> Result<Self> {
        let arguments = ["build", "--release", "--package", "engram-cost", "--bin", NAME];
        run(&mut context.cargo(&arguments))?;
        Ok(Self(context.target.join("release").join(NAME)))
    }

    /// Times a pair in a process of its own.
    pub(in crate::verify) fn time(
        &self,
        kind: Kind,
        (subject, twin): Pair,
        seed: u64,
    ) -> Result<Lines> {
        let (count, seed) = (kind.count().to_string(), seed.to_string());
        let arguments = [kind.argument(), subject, twin, &count, &seed];
        Lines::parse(&self.answer(&arguments)?)
    }

    /// The operations that it knows.
    pub(in crate::verify) fn operations(&self) -> Result<Vec<String>> {
        Ok(self.answer(&[])?.lines().map(str::to_owned).collect())
    }

    fn answer(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(&self.0).args(arguments).output();
        let output = output.with_context(|| format!("cannot start {}", self.0.display()))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{NAME} {}: {}", arguments.join(" "), errors.trim());
        String::from_utf8(output.stdout).context("it wrote no text")
    }
}
