//! What a record takes, in the time of the same work by hand, in one process.
//!
//! ```text
//!   core:     wide, chain    is this core ours alone? asked before and after
//!   batches:  twin, subject  or the other way round, by chance: 8 us each       -> one ratio
//!   pair:     1,200 of those in five processes  -> median, 99th percentile, their bounds at 99 %
//!   verdict:  the bound is above the limit, twice in a row
//! ```
//!
//! A batch is far shorter than a time slice, so that what disturbs the machine disturbs one ratio and not
//! their median. What disturbs for longer is a neighbour on the same core: it slows down what keeps the
//! core busy and leaves alone what waits, up to twice. Lines during which there was one are left out,
//! and where nothing else is left the limit is wider. The limits are those of one kind of processor; on
//! others they are wider as well, and `base` is what compares there.

mod control;
mod limits;
pub(super) mod lines;
pub(super) mod program;
pub(super) mod statistic;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::context::Context;
use super::step::{Outcome, Step};
use limits::Limits;
use lines::{Figure, Lines};
use program::{Kind, Program};

pub(super) const STEP: Step = Step {
    name: "paired",
    why: "a record takes no longer than written down, beside the same work by hand",
    run: |context| check(&Program::build(context)?, context, false),
};

/// Arguments of `cargo xtask paired`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write down what is measured now, and a twentieth more, as the limits.
    #[arg(long)]
    bless: bool,

    /// Compare every operation with itself so many times, which has to pass, and code that is seven per
    /// cent slower with what it was, which has to fail.
    #[arg(long, value_name = "TIMES")]
    aa: Option<u64>,
}

/// Runs `cargo xtask paired`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let context = Context::new(root, false);
    let program = Program::build(&context)?;
    let outcome = match options.aa {
        Some(times) => control::repeat(&program, times)?,
        None => check(&program, &context, options.bless)?,
    };
    Ok(outcome.told())
}

/// An operation of ours, and the twin that has its shape.
pub(super) type Pair = (&'static str, &'static str);

/// What is timed.
pub(super) const PAIRS: [Pair; 9] = [
    ("counter_increment", "found_add"),
    ("counter_off_increment", "found_branch"),
    ("gauge_set", "plain_store"),
    ("family_increment", "chosen_add"),
    ("dynamic_at_static_increment", "compared_add"),
    ("dynamic_at_increment", "hashed_add"),
    ("histogram_record", "bare_histogram"),
    ("histogram_record_f64", "bare_histogram"),
    ("log_linear_record", "bare_histogram"),
];

/// What two threads do to one counter, in the time of one word that both add to. Its ratio moves by a
/// half from run to run: only an order of magnitude can be held.
const CONTENDED: Pair = ("counter_increment", "shared_add");
const CONTENDED_LIMIT: f64 = 1.0 / 3.0;

/// How much more of its twin's an operation's 99th percentile may be than its median: the clock ticks in
/// steps of a third of the shortest batches.
const TAIL: f64 = 3.0;

const FILE: &str = "benches/paired.toml";

fn check(program: &Program, context: &Context, blesses: bool) -> Result<Outcome> {
    let path = context.root.join(FILE);
    if blesses {
        limits::measure(program)?.write(&path)?;
    }
    let limits = Limits::read(&path)?;
    let mut faults = control::check(program)?;
    let (mut figures, mut alone) = (Vec::new(), 0);
    for pair in PAIRS {
        let (limit, core) = (limits.of(pair.0)?, limits.alone());
        let found = judge(limit, || observe(program, core, (Kind::Pairs, pair), Lines::ratio))?;
        alone += usize::from(found.figure.is_alone);
        figures.push(format!("{} {:.2}", pair.0, found.figure.middle));
        faults.extend(found.fault(pair));
        let found =
            judge(limit * TAIL, || observe(program, core, (Kind::Tails, pair), Lines::tail))?;
        faults.extend(found.fault(pair).map(|fault| format!("in the 99th percentile {fault}")));
    }
    let found = judge(CONTENDED_LIMIT, || contended(program))?;
    faults.extend(found.fault(CONTENDED).map(|fault| format!("with two threads {fault}")));
    let quiet = format!("{alone} of {} on a core of their own", PAIRS.len());
    Ok(match faults.as_slice() {
        [] => Outcome::passed(format!("{} ({quiet})", figures.join(", "))),
        faults => Outcome::failed(format!("{} ({quiet})", faults.join("; "))),
    })
}

/// Processes whose lines are looked at together: where the system puts their data makes a difference.
const PROCESSES: usize = 5;

/// Processes that are asked for that until so many had their core for themselves.
const PATIENCE: u64 = 20;

/// What one pair comes to, with the core for itself if that can be had; `core` is what that looks like.
fn observe(
    program: &Program,
    core: Option<f64>,
    (kind, pair): (Kind, Pair),
    figure: fn(&Lines) -> Figure,
) -> Result<Figure> {
    let (mut all, mut quiet) = (Vec::new(), Vec::new());
    for seed in 0..PATIENCE {
        let lines = program.time(kind, pair, seed)?;
        quiet.extend(core.and_then(|core| lines.alone(core)));
        all.push(lines);
        if quiet.len() == PROCESSES || core.is_none() && all.len() == PROCESSES {
            break;
        }
    }
    Ok(if quiet.is_empty() {
        figure(&Lines::together(all)).in_company()
    } else {
        figure(&Lines::together(quiet))
    })
}

/// Two threads need both processors: there is no company to leave out.
fn contended(program: &Program) -> Result<Figure> {
    Ok(program.time(Kind::Contended, CONTENDED, 0)?.ratio())
}

/// How a pair stands to its limit.
#[derive(Debug)]
struct Found {
    figure: Figure,
    limit: f64,
    is_over: bool,
}

/// Over the limit twice in a row, else not.
fn judge(limit: f64, observe: impl Fn() -> Result<Figure>) -> Result<Found> {
    let mut figure = observe()?;
    if figure.is_over(limit) {
        figure = observe()?;
    }
    Ok(Found { figure, limit: figure.limit(limit), is_over: figure.is_over(limit) })
}

impl Found {
    fn fault(&self, (subject, twin): Pair) -> Option<String> {
        let Self { figure, limit, .. } = self;
        self.is_over.then(|| {
            format!(
                "{subject} takes {:.3} of {twin}, at least {:.3}, over its limit of {limit:.3}",
                figure.middle, figure.least
            )
        })
    }
}

#[cfg(test)]
mod tests;
