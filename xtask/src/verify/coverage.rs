//! Which lines the tests run: a floor for each crate, held by its row in the table of crates and gates.
//!
//! A floor is a little below what was measured, so that it shows what falls. It says nothing about how
//! good the tests are; that is for the faults of `--self-test` and the mutants.
//!
//! The step `test` runs the tests with their lines counted, and this step reads what they left behind; alone,
//! it runs them itself. `target/coverage` is for readers too: `lines.lcov` for editors, and with `--full` pages
//! in `html`.

mod profiles;
mod summary;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::command::{capture, run};
use super::compiler::Compiler;
use super::context::Context;
use super::crates;
use super::step::{Outcome, Step, Verdict};
use super::test;
pub(super) use profiles::Profiles;
use summary::{Lines, lines_below};

pub(super) const STEP: Step = Step {
    name: "coverage",
    why: "the tests run at least as many lines of each crate as they did",
    run: coverage,
};

/// What is called `tests` is not what tests are for.
const NO_TESTS: &str = "--ignore-filename-regex=(/tests/|/tests\\.rs$)";

fn coverage(context: &Context) -> Result<Outcome> {
    let Some(tools) = Tools::find(context)? else {
        return Ok(Outcome::skipped(
            "no llvm-cov reads what the compiler writes: see the step setup",
        ));
    };
    let mut profiles = context.profiles.take();
    if profiles.is_none() {
        if (test::ON.run)(context)?.verdict != Verdict::Passed {
            return Ok(Outcome::failed("the tests fail: see above"));
        }
        profiles = context.profiles.take();
    }
    let Some(profiles) = profiles else {
        return Ok(Outcome::failed("the tests left nothing behind"));
    };
    let summary = tools.report(context, &profiles)?;
    judge(context, &summary)
}

/// The tools of LLVM that read profiles.
pub(super) struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// `None` where they are not installed.
    pub(super) fn find(context: &Context) -> Result<Option<Self>> {
        let compiler = Compiler::in_use(context)?;
        let tools = compiler.tool("llvm-profdata").zip(compiler.tool("llvm-cov"));
        Ok(tools.map(|(profdata, cov)| Self { profdata, cov }))
    }

    /// Writes what readers want; the summary for the judge.
    fn report(&self, context: &Context, profiles: &Profiles) -> Result<String> {
        let data = self.merge(context, profiles)?;
        let export = |format: &[&str]| {
            let mut export = context.command(&self.cov, &["export", NO_TESTS]);
            read(&mut export, &data, &profiles.programs).args(format);
            capture(&mut export).map(|(written, _)| written.out)
        };
        fs::write(profiles.folder.join("lines.lcov"), export(&["--format=lcov"])?)?;
        if context.full {
            let mut show = context.command(&self.cov, &["show", "--format=html", NO_TESTS]);
            read(&mut show, &data, &profiles.programs).arg("--output-dir");
            run(show.arg(profiles.folder.join("html")))?;
        }
        export(&["--summary-only"])
    }

    /// One profile of all that the tests left behind.
    fn merge(&self, context: &Context, profiles: &Profiles) -> Result<PathBuf> {
        let data = profiles.folder.join("all.profdata");
        let mut merge = context.command(&self.profdata, &["merge", "--sparse"]);
        run(merge.arg(profiles.raw()).arg("--output").arg(&data))?;
        Ok(data)
    }
}

/// What `llvm-cov` is to look at: the programs, and what they left behind.
fn read<'a>(cov: &'a mut Command, data: &Path, programs: &[String]) -> &'a mut Command {
    cov.arg("--instr-profile").arg(data);
    cov.args(programs.iter().flat_map(|program| ["--object", program]))
}

fn judge(context: &Context, summary: &str) -> Result<Outcome> {
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    for (package, floor) in crates::floors() {
        let lines = lines_below(summary, &context.root.join("crates").join(package).join("src"))?;
        let Lines { run, all } = lines;
        println!("{package}: {run} of {all} lines");
        match lines.percent() {
            Some(percent) if percent >= f64::from(floor) => {
                figures.push(format!("{package} {percent:.1} %"));
            }
            Some(percent) => {
                faults.push(format!("{package}: {percent:.1} % of its lines, not {floor} %"));
            }
            None => faults.push(format!("{package}: no line of it was looked at")),
        }
    }
    Ok(match faults.as_slice() {
        [] => Outcome::passed(figures.join(", ")),
        faults => Outcome::failed(faults.join("; ")),
    })
}
