//! The models of a package as a program that is run again and again.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::verify::command::capture;
use crate::verify::context::Context;
use crate::verify::loom::{self, PREEMPTIONS};

/// A program of models that was built.
#[derive(Debug)]
pub(super) struct Models {
    program: PathBuf,
}

/// One model, as a rehearsal without any weakened ordering showed it.
#[derive(Debug)]
pub(super) struct Model {
    program: PathBuf,
    pub(super) name: String,
    /// The named orderings that it executes.
    sites: Vec<String>,
    took: Duration,
}

impl Models {
    pub(super) fn build(context: &Context, package: &str) -> Result<Self> {
        let mut cargo = loom::models(context);
        cargo.args(["--no-run", "--message-format=json", "--package", package]);
        let (written, code) = capture(&mut cargo)?;
        ensure!(code == Some(0), "the models of {package} do not compile\n{}", written.both());
        let mut messages =
            written.out.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
        let program = messages.find_map(|it| it["executable"].as_str().map(PathBuf::from));
        Ok(Self { program: program.context("cargo names no program of models")? })
    }

    /// Runs each model by itself, and puts the quickest first.
    pub(super) fn rehearse(&self) -> Result<Vec<Model>> {
        let list = Command::new(&self.program).args(["--list", "--format=terse"]).output();
        let list = list.with_context(|| format!("cannot start {}", self.program.display()))?;
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        let models = names.map(|name| Model::rehearse(self.program.clone(), name));
        let mut models = models.collect::<Result<Vec<_>>>()?;
        models.sort_by_key(|model| model.took);
        Ok(models)
    }
}

impl Model {
    fn rehearse(program: PathBuf, name: &str) -> Result<Self> {
        let mut model =
            Self { program, name: name.to_owned(), sites: Vec::new(), took: Duration::ZERO };
        let started = Instant::now();
        let output = model.run(("ENGRAM_SITES", "1"))?;
        model.took = started.elapsed();
        let written = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            bail!("{name} fails with the orderings as they are\n{written}");
        }
        model.sites = written.lines().filter_map(reached).map(str::to_owned).collect();
        Ok(model)
    }

    pub(super) fn reaches(&self, site: &str) -> bool {
        self.sites.iter().any(|reached| reached == site)
    }

    /// Whether it notices a weakened ordering: by a panic, or because it reads what is not there.
    pub(super) fn fails_with(&self, site: &str, weaker: &str) -> Result<bool> {
        let output = self.run(("ENGRAM_WEAKEN", &format!("{site}={weaker}")))?;
        let crashed = output.status.code().is_none();
        let failed = String::from_utf8_lossy(&output.stdout).contains("test result: FAILED");
        ensure!(
            crashed || failed || output.status.success(),
            "{} ended with {} and no result",
            self.name,
            output.status
        );
        Ok(crashed || failed)
    }

    fn run(&self, (name, value): (&str, &str)) -> Result<Output> {
        let mut command = Command::new(&self.program);
        command.args(["--exact", &self.name, "--nocapture", "--test-threads=1"]);
        command.env(PREEMPTIONS.0, PREEMPTIONS.1).env("RUST_BACKTRACE", "0").env(name, value);
        let output = command.stdin(Stdio::null()).output();
        output.with_context(|| format!("cannot start {}", self.program.display()))
    }
}

/// The site that a line of a rehearsal is about.
fn reached(line: &str) -> Option<&str> {
    // A model that is the first to write on a line has the name of the test before it.
    line.rsplit_once("reached ").map(|(_, site)| site.trim())
}
