//! `cargo xtask verify --self-test`: a gate that cannot fail proves nothing.
//!
//! Each fault of the table is planted in a copy of the workspace, never in the workspace itself, and the
//! gate that is there for it has to go red, and say why in the words that the table expects: a copy that
//! does not compile would be red as well. Before that, the gate has to be green on the copy as it is.

mod copy;
mod faults;

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::command::{Ended, capture, shown};
use super::context::Context;
use super::report::{Line, Report};
use super::step::{Outcome, Step, Verdict};
use copy::Copy;
use faults::FAULTS;

/// Something wrong, and who has to notice.
#[derive(Debug)]
struct Fault {
    name: &'static str,
    /// Relative to the workspace.
    file: &'static str,
    /// What stands there, exactly once, and what replaces it.
    edit: (&'static str, &'static str),
    gate: Gate,
    /// A part of what the gate has to say.
    says: &'static str,
}

/// What looks for a fault.
#[derive(Clone, Copy, Debug)]
enum Gate {
    /// A step of the verification.
    Step(&'static Step),
    /// The same for a step that does nothing without `--full`.
    Full(&'static Step),
    /// One test program: the name, the package, the arguments for `cargo test`.
    Test(&'static str, &'static [&'static str]),
}

/// What a gate said about the copy.
#[derive(Debug)]
struct Answer {
    verdict: Verdict,
    text: String,
}

/// Plants every fault, or those whose name or gate is among `only`.
pub(super) fn run(context: &Context, only: &[String]) -> Result<Report> {
    let is_wanted = |fault: &&Fault| {
        only.is_empty() || only.iter().any(|it| fault.name.contains(it) || it == fault.gate.name())
    };
    let faults: Vec<_> = FAULTS.iter().filter(is_wanted).collect();
    ensure!(
        !faults.is_empty(),
        "no fault is called like that: see xtask/src/verify/self_test/faults.rs"
    );
    let copy = Copy::of(&context.root, &context.target.join("self-test/tree"))?;
    let inside = context.inside(copy.root(), &context.target.join("self-test/build"));
    let mut controls = HashMap::new();
    let mut report = Report::of("fault");
    for fault in faults {
        println!("\n=== {}: to be caught by {}", fault.name, fault.gate.name());
        let started = Instant::now();
        let control = controls.entry(fault.gate.name()).or_insert_with(|| ask(&inside, fault.gate));
        let outcome = match control.verdict {
            Verdict::Passed => plant(&inside, &copy, fault)?,
            Verdict::Failed => Outcome::failed(format!("red without the fault: {}", control.text)),
            _ => Outcome::skipped(format!("{} did not run: {}", fault.gate.name(), control.text)),
        };
        let outcome = if context.ci { outcome.strict() } else { outcome };
        let line = Line { name: fault.name, outcome, seconds: started.elapsed().as_secs_f64() };
        println!("=== {line}");
        report.push(line);
    }
    Ok(report)
}

/// Plants a fault, asks the gate, and takes the fault out again.
fn plant(context: &Context, copy: &Copy, fault: &Fault) -> Result<Outcome> {
    let planted = match copy.edit(Path::new(fault.file), fault.edit) {
        Ok(planted) => planted,
        Err(error) => {
            return Ok(Outcome::failed(format!("the fault cannot be planted: {error:#}")));
        }
    };
    let answer = ask(context, fault.gate);
    planted.take_out()?;
    Ok(judge(fault, &answer))
}

fn judge(fault: &Fault, answer: &Answer) -> Outcome {
    let gate = fault.gate.name();
    let mut said = answer.text.split(['\n', ';']);
    match (answer.verdict, said.find(|it| it.contains(fault.says))) {
        (Verdict::Failed, Some(said)) => {
            Outcome::passed(format!("caught by {gate}: {}", said.trim()))
        }
        (Verdict::Failed, None) => {
            Outcome::failed(format!("{gate} is red, but for another reason: {}", answer.text))
        }
        _ => Outcome::failed(format!("not caught by {gate}")),
    }
}

/// Runs a gate.
fn ask(context: &Context, gate: Gate) -> Answer {
    let outcome = match gate {
        Gate::Step(step) => (step.run)(context),
        Gate::Full(step) => (step.run)(&context.in_full()),
        Gate::Test(_, arguments) => test(context, arguments),
    };
    let outcome = outcome.unwrap_or_else(|error| {
        let written = error.downcast_ref::<Ended>().map(|ended| ended.written.both());
        Outcome::failed(format!("{error:#}\n{}", written.unwrap_or_default()))
    });
    Answer { verdict: outcome.verdict, text: outcome.note }
}

fn test(context: &Context, arguments: &[&str]) -> Result<Outcome> {
    let mut cargo = context.cargo(&["test"]);
    let (written, code) = capture(cargo.args(arguments))?;
    Ok(match code {
        Some(0) => Outcome::passed(""),
        _ => Outcome::failed(format!("`{}` failed\n{}", shown(&cargo), written.both())),
    })
}

impl Gate {
    fn name(self) -> &'static str {
        match self {
            Self::Step(step) | Self::Full(step) => step.name,
            Self::Test(name, _) => name,
        }
    }
}

#[cfg(test)]
mod tests;
