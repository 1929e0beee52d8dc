//! What a record costs in instructions, exactly, held against a budget.
//!
//! ```text
//!   instructions |            ● 11,000 times
//!                |       ／                     slope of the operation
//!                |  ●                         - slope of the empty loop
//!                |   1,000 times              = what one operation costs
//!                +----------------
//! ```
//!
//! Cachegrind counts what a program executes, whatever else the machine is doing. What the program does
//! besides, before and after, is the same for both numbers and falls out. Instructions are not time: a
//! locked one counts like any other, which is why the step `asm` looks for those.

mod budget;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::command::{capture, exists, run as run_command, shown as told};
use super::context::Context;
use super::shown::{self, Block};
use super::step::{Outcome, Step};
use super::workers::side_by_side;
use budget::Budget;

pub(super) const STEP: Step = Step {
    name: "cost",
    why: "a record costs as many instructions as written down, no more and no fewer",
    run: |context| check(context, false),
};

/// Arguments of `cargo xtask cost`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write down what is measured now as the budget.
    #[arg(long)]
    bless: bool,
}

/// Runs `cargo xtask cost`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let outcome = check(&Context::new(root, false), options.bless)?;
    Ok(outcome.told())
}

/// The numbers of times that an operation is done.
const FEW: u64 = 1_000;
const MANY: u64 = 11_000;

/// Misses of the first-level data cache that so many more operations may cause.
const MISSES: u64 = 1_000;

/// What writes a line of its own each time, which is what an event in a ring is: one miss, and not two.
const STREAMS: [&str; 1] = ["event"];

/// The empty loop.
const NOTHING: &str = "nothing";

const TOLD: [&str; 2] = ["counter_increment", "histogram_record"];

const BUDGET: &str = "benches/budget.toml";

/// What one operation costs.
#[derive(Clone, Debug, PartialEq)]
struct Cost {
    operation: String,
    instructions: f64,
    /// For all operations between the two numbers of times.
    misses: u64,
}

/// What cachegrind counted in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    instructions: u64,
    misses: u64,
}

fn check(context: &Context, blesses: bool) -> Result<Outcome> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Ok(Outcome::not_applicable("the budget is that of x86-64 Linux"));
    }
    if !exists("valgrind") {
        return Ok(Outcome::skipped("valgrind is not installed: see the step setup"));
    }
    let costs = measure(context)?;
    let path = context.root.join(BUDGET);
    if blesses {
        Budget::of(&costs).write(&path)?;
    }
    let budget = Budget::read(&path)?;
    let mut faults = budget.faults(&costs);
    faults.extend(misses(&costs));
    let block =
        Block { file: "docs/zero-cost.md", name: "budget", command: "cargo xtask cost --bless" };
    faults.extend(shown::hold(context, &block, &budget.table(), blesses)?);
    let count = costs.len();
    Ok(match faults.as_slice() {
        [] => {
            Outcome::passed(format!("{count} operations as budgeted, such as {}", figures(&costs)))
        }
        faults => Outcome::failed(faults.join("; ")),
    })
}

/// The two that say most; the documentation shows all.
fn figures(costs: &[Cost]) -> String {
    let told = costs.iter().filter(|it| TOLD.contains(&it.operation.as_str()));
    let figure = |it: &Cost| format!("{} {:.2}", it.operation, it.instructions);
    told.map(figure).collect::<Vec<_>>().join(", ")
}

fn misses(costs: &[Cost]) -> impl Iterator<Item = String> {
    let own = |it: &Cost| if STREAMS.contains(&it.operation.as_str()) { MANY - FEW } else { 0 };
    let many = costs.iter().filter(move |it| it.misses >= MISSES + own(it));
    many.map(|it| format!("{} misses the cache {} times", it.operation, it.misses))
}

fn measure(context: &Context) -> Result<Vec<Cost>> {
    run_command(&mut context.cargo(&["build", "--release", "--package", "engram-cost"]))?;
    let program = context.target.join("release/engram-cost");
    let (named, _) = capture(&mut context.command(&program, &[]))?;
    let slopes: Vec<_> =
        named.out.lines().map(|name| Slope::new(context, &program, name)).collect();
    let costs = side_by_side(slopes, Slope::measure)?;
    let empty = costs.iter().find(|it| it.operation == NOTHING).map(|it| it.instructions);
    let empty = empty.context("the program has no empty loop")?;
    let operations = costs.into_iter().filter(|it| it.operation != NOTHING);
    Ok(operations.map(|it| Cost { instructions: it.instructions - empty, ..it }).collect())
}

/// The two runs of an operation.
struct Slope {
    operation: String,
    few: Command,
    many: Command,
}

impl Slope {
    fn new(context: &Context, program: &Path, operation: &str) -> Self {
        let run = |times| below_cachegrind(context, program, operation, times);
        Self { operation: operation.to_owned(), few: run(FEW), many: run(MANY) }
    }

    fn measure(mut self) -> Result<Cost> {
        let (few, many) = (count(&mut self.few)?, count(&mut self.many)?);
        let more = many.instructions.saturating_sub(few.instructions);
        Ok(Cost {
            operation: self.operation,
            instructions: more as f64 / (MANY - FEW) as f64,
            misses: many.misses.saturating_sub(few.misses),
        })
    }
}

fn below_cachegrind(context: &Context, program: &Path, operation: &str, times: u64) -> Command {
    let arguments = ["--tool=cachegrind", "--cache-sim=yes", "--cachegrind-out-file=/dev/null"];
    let mut valgrind = context.command("valgrind", &arguments);
    valgrind.arg(program).args([operation, &times.to_string()]);
    valgrind
}

fn count(valgrind: &mut Command) -> Result<Counted> {
    let output = valgrind.output().context("cannot start valgrind")?;
    let text = String::from_utf8_lossy(&output.stderr);
    match counted(&text) {
        Some(counted) if output.status.success() => Ok(counted),
        _ => bail!("`{}` failed: {}", told(valgrind), text.trim()),
    }
}

/// The totals that cachegrind writes at the end.
fn counted(text: &str) -> Option<Counted> {
    let total = |what: &str| {
        let line = text.lines().find(|line| line.contains(what))?;
        let number = line.split_once(what)?.1.split_whitespace().next()?;
        number.replace(',', "").parse().ok()
    };
    Some(Counted { instructions: total("I   refs:")?, misses: total("D1  misses:")? })
}

#[cfg(test)]
mod tests;
