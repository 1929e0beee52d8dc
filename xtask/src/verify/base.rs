//! What a record takes, in the time that it took in the revision that a change is based on.
//!
//! Two builds cannot be timed in one process. Their processes take turns instead, ten of each, and each
//! says how long the fastest tenth of its batches took, which what else the machine does hardly touches;
//! the median of the ten is compared, twice if need be.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::paired::lines::Lines;
use super::paired::program::{Kind, Program};
use super::paired::statistic::{median, quantile, sorted};
use super::paired::{PAIRS, Pair};
use super::revision::{base, git};
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "base", why: "a record takes no longer than before the change", run: compare };

/// Of each build.
const PROCESSES: u64 = 10;

/// The part of the batches that are not slower.
const FASTEST: f64 = 0.1;

/// How much longer is no accident.
const LIMIT: f64 = 1.05;

fn compare(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("a second build of everything: use --full"));
    }
    let revision = match base(context) {
        Ok(revision) => revision,
        Err(error) => return Ok(Outcome::not_applicable(format!("{error:#}"))),
    };
    let tree = Tree::check_out(context, &revision)?;
    let short = &revision[..revision.len().min(9)];
    if !tree.path.join("benches/cost/src/paired.rs").is_file() {
        return Ok(Outcome::not_applicable(format!("{short} has no program to compare with")));
    }
    let old = Program::build(&context.inside(&tree.path, &context.target.join("base/build")))?;
    let new = Program::build(context)?;
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    let known = old.operations()?;
    for (operation, _) in PAIRS.iter().filter(|(name, _)| known.iter().any(|it| it == name)) {
        let pair = (*operation, *operation);
        let mut ratio = ratio([&old, &new], pair)?;
        if ratio > LIMIT {
            ratio = self::ratio([&old, &new], pair)?;
        }
        figures.push(format!("{operation} {ratio:.3}"));
        if ratio > LIMIT {
            faults.push(format!("{operation} takes {ratio:.3} of what it took in {short}"));
        }
    }
    Ok(match faults.as_slice() {
        [] => Outcome::passed(format!("of {short}: {}", figures.join(", "))),
        faults => Outcome::failed(faults.join("; ")),
    })
}

/// The new build's time in the old one's.
fn ratio(builds: [&Program; 2], pair: Pair) -> Result<f64> {
    let mut times = [Vec::new(), Vec::new()];
    for seed in 0..PROCESSES {
        for (times, build) in times.iter_mut().zip(builds) {
            times.push(fastest(&build.time(Kind::Pairs, pair, seed)?));
        }
    }
    let [old, new] = times.map(|times| median(&sorted(times.into_iter())));
    Ok(new / old)
}

fn fastest(lines: &Lines) -> f64 {
    quantile(&sorted(lines.0.iter().map(|line| line.subject)), FASTEST)
}

/// A second work tree, which dropping takes away.
struct Tree<'a> {
    context: &'a Context,
    path: PathBuf,
}

impl<'a> Tree<'a> {
    fn check_out(context: &'a Context, revision: &str) -> Result<Self> {
        let tree = Self { context, path: context.target.join("base/tree") };
        tree.remove();
        let mut add =
            context.command("git", &["worktree", "add", "--quiet", "--force", "--detach"]);
        run(add.arg(&tree.path).arg(revision))?;
        Ok(tree)
    }

    /// What is not there, or half there after an interrupted run, is no error.
    fn remove(&self) {
        let path: &Path = &self.path;
        let arguments = ["worktree", "remove", "--force", &path.to_string_lossy()];
        if git(self.context, &arguments).is_err() {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests;
