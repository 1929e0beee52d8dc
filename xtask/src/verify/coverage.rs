//! Which lines the tests run: a floor for each crate, held by its row in the table of crates and gates.
//!
//! A floor is a little below what was measured, so that it shows what falls. It says nothing about how
//! good the tests are; that is for the faults of `--self-test` and the mutants.
//!
//! Only our crates are compiled anew. What is left behind in `target/coverage` is for readers:
//! `lines.lcov` for editors, and with `--full` pages in `html`.

mod summary;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::command::{capture, run};
use super::compiler::Compiler;
use super::context::Context;
use super::crates;
use super::step::{Outcome, Step};
use super::test::examples;
use super::wrapper;
use summary::{Lines, executables, lines_below};

pub(super) const STEP: Step = Step {
    name: "coverage",
    why: "the tests run at least as many lines of each crate as they did",
    run: coverage,
};

/// Tests that run no line which others do not, and take long where each line is counted.
const EXCUSED: [&str; 2] = [
    "a_hundred_threads_with_a_million_records_each_are_exact_while_they_die_during_scrapes",
    "a_million_snapshots_under_load_are_each_coherent",
];

/// What is called `tests` is not what tests are for.
const NO_TESTS: &str = "--ignore-filename-regex=(/tests/|/tests\\.rs$)";

fn coverage(context: &Context) -> Result<Outcome> {
    let Some(tools) = Tools::find(context)? else {
        return Ok(Outcome::skipped(
            "no llvm-cov reads what the compiler writes: see the step setup",
        ));
    };
    let folder = context.apart("coverage");
    let Some(programs) = run_tests(context, &folder)? else {
        return Ok(Outcome::failed("the tests fail: see above"));
    };
    let data = tools.merge(context, &folder)?;
    let export = |format: &[&str]| {
        let mut export = context.command(&tools.cov, &["export", NO_TESTS]);
        read(&mut export, &data, &programs).args(format);
        capture(&mut export).map(|(written, _)| written.out)
    };
    let summary = export(&["--summary-only"])?;
    fs::write(folder.join("lines.lcov"), export(&["--format=lcov"])?)?;
    if context.full {
        let mut show = context.command(&tools.cov, &["show", "--format=html", NO_TESTS]);
        read(&mut show, &data, &programs).arg("--output-dir").arg(folder.join("html"));
        run(&mut show)?;
    }
    judge(context, &summary)
}

/// The tools of LLVM that read profiles.
struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    fn find(context: &Context) -> Result<Option<Self>> {
        let compiler = Compiler::in_use(context)?;
        let tools = compiler.tool("llvm-profdata").zip(compiler.tool("llvm-cov"));
        Ok(tools.map(|(profdata, cov)| Self { profdata, cov }))
    }

    /// One profile of all that the tests left behind.
    fn merge(&self, context: &Context, folder: &Path) -> Result<PathBuf> {
        let data = folder.join("all.profdata");
        let mut merge = context.command(&self.profdata, &["merge", "--sparse"]);
        run(merge.arg(folder.join("profiles")).arg("--output").arg(&data))?;
        Ok(data)
    }
}

/// Runs the tests of the crates that have a floor; the programs that did, `None` if one failed.
fn run_tests(context: &Context, folder: &Path) -> Result<Option<Vec<String>>> {
    let profiles = folder.join("profiles");
    if profiles.exists() {
        fs::remove_dir_all(&profiles).context("cannot remove old profiles")?;
    }
    fs::create_dir_all(&profiles).context("cannot make a folder for profiles")?;
    run(&mut examples(context, &[]))?;
    let mut cargo = wrapper::test(context, "coverage", "-Cinstrument-coverage")?;
    cargo.env("LLVM_PROFILE_FILE", profiles.join("%m-%p.profraw"));
    cargo.args(crates::floors().flat_map(|(package, _)| ["--package", package]));
    cargo.args(["--lib", "--bins", "--tests", "--message-format", "json-render-diagnostics", "--"]);
    cargo.args(EXCUSED.iter().flat_map(|test| ["--skip", test]));
    let (written, code) = capture(&mut cargo)?;
    if code != Some(0) {
        written.out.lines().filter(|line| !line.starts_with('{')).for_each(|it| println!("{it}"));
        return Ok(None);
    }
    Ok(Some(executables(&written.out)))
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
