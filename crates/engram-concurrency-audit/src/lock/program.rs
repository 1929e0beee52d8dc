//! Small programs of threads and locks, for tests: played by the audited locks, and searched for deadlocks.
//!
//! A program is a few threads, each a line of steps. Thread 0 may start the others and join them; without that,
//! all run from the beginning. What a try-lock guards is skipped when it fails. A wait for a notification is
//! a release followed by an acquisition, for it may end at any time.

mod generate;
mod play;
mod search;

use std::fmt;

use super::state::Mode;

pub(super) use generate::{Numbers, generate};
pub(super) use search::{Search, State};

/// Locks of a program.
pub(super) const LOCKS: usize = 4;

/// One step of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Waits for a lock.
    Take(usize, Mode),
    /// Takes a lock if that is possible now, or else skips so many steps.
    Try(usize, Mode, usize),
    Release(usize),
    /// Starts a thread.
    Start(usize),
    /// Waits for the end of a thread.
    Join(usize),
}

/// Threads, each of which is a line of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) threads: Vec<Vec<Step>>,
}

impl Program {
    /// Whether thread 0 starts the others.
    pub(super) fn has_starts(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Start(_)))
    }

    pub(super) fn has_tries(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Try(..)))
    }

    /// Whether anybody reads, so that it matters who stays behind whom.
    pub(super) fn has_readers(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Take(_, Mode::Shared)))
    }

    fn steps(&self) -> impl Iterator<Item = Step> {
        self.threads.iter().flatten().copied()
    }

    /// Every program that has one step less, and still releases what it takes.
    pub(super) fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        for (thread, steps) in self.threads.iter().enumerate() {
            for at in 0..steps.len() {
                smaller.extend(self.without(thread, at));
            }
        }
        smaller
    }

    /// Without an acquisition and its release.
    fn without(&self, thread: usize, at: usize) -> Option<Self> {
        let steps = &self.threads[thread];
        let Step::Take(lock, _) = steps[at] else { return None };
        let release = at + steps[at..].iter().position(|step| *step == Step::Release(lock))?;
        let is_again =
            |step: &Step| matches!(step, Step::Take(it, _) | Step::Try(it, ..) if *it == lock);
        if self.has_tries() || steps[at + 1..release].iter().any(is_again) {
            return None;
        }
        let mut smaller = self.clone();
        smaller.threads[thread].remove(release);
        smaller.threads[thread].remove(at);
        Some(smaller)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (thread, steps) in self.threads.iter().enumerate() {
            write!(out, "T{thread}:")?;
            for step in steps {
                match step {
                    Step::Take(lock, mode) => write!(out, " {}{lock}", verb(*mode))?,
                    Step::Try(lock, mode, over) => {
                        write!(out, " try-{}{lock}(+{over})", verb(*mode))?;
                    }
                    Step::Release(lock) => write!(out, " -{lock}")?,
                    Step::Start(child) => write!(out, " start{child}")?,
                    Step::Join(child) => write!(out, " join{child}")?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

fn verb(mode: Mode) -> &'static str {
    match mode {
        Mode::Exclusive => "w",
        Mode::Shared => "r",
        Mode::Recursive => "rr",
        Mode::Upgradable => "u",
    }
}

#[cfg(test)]
mod tests;
