//! Whether the comparison itself can be relied on: what is equal passes, what is slower fails.

use anyhow::Result;

use super::lines::Figure;
use super::program::{Kind, Program};
use super::{PAIRS, Pair, judge};
use crate::verify::step::Outcome;

/// The same code, so there is nothing to know about the core.
const LIMIT: f64 = 1.05;

/// A chain of fourteen multiplications, and the same with one more.
const EQUAL: Pair = ("chain", "chain");
const SLOWER: Pair = ("chain_and_one", "chain");

/// One of each, on every run.
pub(super) fn check(program: &Program) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    if is_over(program, EQUAL, 0)? {
        faults.push("two batches of the same code differ: the machine is too busy".to_owned());
    }
    if !is_over(program, SLOWER, 0)? {
        faults.push(
            "a chain that is seven per cent longer is not seen: the gate is blind".to_owned(),
        );
    }
    Ok(faults)
}

/// Many of each; those of the same code with every operation.
pub(super) fn repeat(program: &Program, times: u64) -> Result<Outcome> {
    let (mut equal, mut failed, mut seen) = (0, Vec::new(), 0);
    for round in 0..times {
        for pair in PAIRS.map(|(subject, _)| (subject, subject)).into_iter().chain([EQUAL]) {
            equal += 1;
            if is_over(program, pair, round)? {
                failed.push(pair.0);
            }
        }
        seen += u64::from(is_over(program, SLOWER, round)?);
    }
    let slower = format!("{seen} of {times} that are seven per cent slower fail");
    let outcome = format!("{} of {equal} comparisons with itself fail, {slower}", failed.len());
    Ok(if failed.is_empty() && seen == times {
        Outcome::passed(outcome)
    } else {
        Outcome::failed(format!("{outcome}: {}", failed.join(", ")))
    })
}

fn is_over(program: &Program, pair: Pair, seed: u64) -> Result<bool> {
    let observe = || -> Result<Figure> { Ok(program.time(Kind::Pairs, pair, seed)?.ratio()) };
    Ok(judge(LIMIT, observe)?.is_over)
}
