//! Which lines the tests run: a floor for each crate, held by its row in the table of crates and gates.
//!
//! A floor is a little below what was measured, so that it shows what falls. It says nothing about how
//! good the tests are; that is for the faults of `--self-test` and the mutants.
//!
//! The step `test` runs the tests with their lines counted, and this step reads what they left behind; alone,
//! it runs them itself. Each program is looked at on its own: what it does not call is compiled into it without
//! counters, and in one look at them all `llvm-cov` would believe the first. `target/coverage/lines.lcov` is for
//! editors too.

mod profiles;
mod programs;
mod tracefile;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::command::{capture, run};
use super::compiler::Compiler;
use super::context::Context;
use super::crates;
use super::step::{Outcome, Step, Verdict};
use super::test;
pub(super) use profiles::Profiles;
use tracefile::{Lines, Tracefile};

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
    judge(context, &tools.report(context, &profiles)?)
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

    /// What all programs ran; written down for who wants to see the lines.
    fn report(&self, context: &Context, profiles: &Profiles) -> Result<Tracefile> {
        let data = self.merge(context, profiles)?;
        let mut all = Tracefile::default();
        for program in &profiles.programs {
            all.add(&self.export(context, &data, program)?)?;
        }
        fs::write(profiles.folder.join("lines.lcov"), all.to_string())?;
        Ok(all)
    }

    /// The lines of one program; none of one that has no code of ours.
    fn export(&self, context: &Context, data: &Path, program: &str) -> Result<String> {
        let mut export = context.command(&self.cov, &["export", "--format=lcov", NO_TESTS]);
        let (written, code) = capture(export.arg("--instr-profile").arg(data).arg(program))?;
        match code {
            Some(0) => Ok(written.out),
            _ if written.both().contains("no coverage data found") => Ok(String::new()),
            _ => bail!("llvm-cov cannot read {program}: {}", written.both().trim()),
        }
    }

    /// One profile of all that the tests left behind.
    fn merge(&self, context: &Context, profiles: &Profiles) -> Result<PathBuf> {
        let data = profiles.folder.join("all.profdata");
        let mut merge = context.command(&self.profdata, &["merge", "--sparse"]);
        run(merge.arg(profiles.raw()).arg("--output").arg(&data))?;
        Ok(data)
    }
}

fn judge(context: &Context, found: &Tracefile) -> Result<Outcome> {
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    for (package, floor) in crates::floors() {
        let lines = found.below(&context.root.join("crates").join(package).join("src"));
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
