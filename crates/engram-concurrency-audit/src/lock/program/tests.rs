//! The audit's word against every interleaving.
//!
//! What the audit says of a program rests on one run of it, which need not come to a stop. It is held against
//! the search through all interleavings:
//!
//! - what it calls certain or possible (`E0101`, `E0102`, `E0110`) some interleaving stops at,
//! - what can stop without the help of a waiting writer it calls certain or possible,
//! - what can stop at all it says at least a warning of.
//!
//! By intention it says more than the search does in two cases:
//!
//! - A step is judged by what its thread holds, not by how it got there: a thread that first has to pass a lock
//!   which the other one of a cycle has already is reported, though the two cannot meet. Of a million programs
//!   of this kind four differ, all for that reason; of the hundred thousand of the test none does.
//! - A repeated read (`E0109`) is an error where anybody ever writes, though nobody may write at that time.

use crate::auditor::{Action, Policy};
use crate::finding::{ErrorCode, Finding, Severity};

use super::play::play;
use super::*;
use crate::auditor::AUDITOR;
use crate::gate::ENABLED;

const PROGRAMS: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdicts {
    /// An order or a recursion that is an error, or may become one.
    is_loud: bool,
    /// At least a warning.
    is_warned: bool,
    can_stop: bool,
    can_stop_without_queues: bool,
}

fn judge(program: &Program, seed: u64) -> Verdicts {
    let findings = play(program, &mut Numbers(seed));
    let is_about_order = |it: &&Finding| {
        let codes = [
            ErrorCode::Recursion,
            ErrorCode::OrderInversion,
            ErrorCode::Upgrade,
            ErrorCode::RecursiveRead,
        ];
        codes.contains(&it.code) && it.severity < Severity::Suppressed
    };
    let is_loud =
        |it: &Finding| it.severity < Severity::Warn && it.code != ErrorCode::RecursiveRead;
    let can_stop_without_queues = Search::new(program, false).can_stop();
    let can_stop_with_queues = || program.has_readers() && Search::new(program, true).can_stop();
    Verdicts {
        is_loud: findings.iter().filter(is_about_order).any(is_loud),
        is_warned: findings.iter().any(|it| is_about_order(&it)),
        can_stop: can_stop_without_queues || can_stop_with_queues(),
        can_stop_without_queues,
    }
}

impl Verdicts {
    /// What is wrong with them, in words.
    fn difference(self) -> Option<&'static str> {
        match self {
            Self { is_loud: true, can_stop: false, .. } => Some("a false alarm"),
            Self { is_loud: false, can_stop_without_queues: true, .. } => Some("not reported"),
            Self { is_warned: false, can_stop: true, .. } => Some("no warning"),
            _ => None,
        }
    }
}

/// The smallest program that is judged wrongly in the same way.
fn smallest(program: Program, difference: &str, seed: u64) -> Program {
    let is_as_bad = |it: &Program| judge(it, seed).difference() == Some(difference);
    match program.smaller().into_iter().find(is_as_bad) {
        Some(smaller) => smallest(smaller, difference, seed),
        None => program,
    }
}

#[test]
fn the_audit_and_every_interleaving_agree_on_a_hundred_thousand_programs() {
    if !ENABLED {
        return;
    }
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    let mut numbers = Numbers(1);
    let mut loud = 0;
    let mut stops = 0;
    let mut differences = Vec::new();
    for number in 0..PROGRAMS {
        let program = generate(&mut numbers);
        let seed = number as u64;
        let verdicts = judge(&program, seed);
        loud += usize::from(verdicts.is_loud);
        stops += usize::from(verdicts.can_stop);
        if let Some(difference) = verdicts.difference() {
            let program = smallest(program, difference, seed);
            differences.push(format!("{difference}, {number}:\n{program}"));
        }
    }
    assert!(loud > PROGRAMS / 5 && stops > loud, "{loud} are loud, {stops} can stop");
    assert!(differences.is_empty(), "{}", differences[..differences.len().min(8)].join("\n"));
}

/// `start` and `join` apart, a program as it is printed.
fn read(text: &str) -> Program {
    let step = |word: &str| {
        let lock = |from: usize| word[from..].parse::<usize>().unwrap();
        match word {
            _ if word.starts_with("rr") => Step::Take(lock(2), Mode::Recursive),
            _ if word.starts_with('r') => Step::Take(lock(1), Mode::Shared),
            _ if word.starts_with('w') => Step::Take(lock(1), Mode::Exclusive),
            _ => Step::Release(lock(1)),
        }
    };
    let thread = |line: &str| line.split_whitespace().map(step).collect();
    Program { threads: text.split('/').map(thread).collect() }
}

#[test]
fn a_lock_of_one_step_is_a_gate_of_another() {
    if !ENABLED {
        return;
    }
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    // The reader of 2 excludes its writer; the writer of 0 excludes who reads it again.
    for text in
        ["r2 w1 rr0 -0 -1 -2 / w0 rr2 -2 -0 / w2 w1 -1 -2", "r0 w2 rr0 -0 -2 -0 / w0 w2 -2 -0"]
    {
        let verdicts = judge(&read(text), 0);
        assert!(!verdicts.can_stop && !verdicts.is_loud, "{text}");
    }
}

#[test]
fn how_a_thread_got_to_a_step_is_not_looked_into() {
    if !ENABLED {
        return;
    }
    AUDITOR.set_policy(Policy::production().with_action(Action::Keep));
    // The first thread has to pass 1 below 3, and then the second one is through.
    let verdicts = judge(&read("w3 w1 -1 w2 w1 -1 -2 -3 / w3 w1 -3 w2 -2 -1"), 0);
    assert!(!verdicts.can_stop && verdicts.is_loud);
}
