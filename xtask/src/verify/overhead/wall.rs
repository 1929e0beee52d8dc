//! Times of an operation, of three processes in turns: without telemetry, the same once more, and with telemetry.
//!
//! ```text
//!   turn     4 operations to be at it again, 8 that are timed: a quarter of a millisecond
//!   group    the same operations in each of the three, 4 turns each, in random order
//!   round    150 groups in three new processes, their functions in another order    -> two ratios of all its time
//!   figure   the median of the rounds, and what it is not below and not above, 99 % sure of each
//! ```
//!
//! Turns are short because noise is not: what slows one of them slows its neighbours as well, and leaves the ratio
//! alone. All turns of a round are one number, and not their median, in which what is done once in a thousand operations
//! would have no part. A round is one number however much is measured in it, for memory and code lie somewhere else in
//! the next one, and that alone moves a ratio by more than telemetry does. So rounds are short and many: each links its
//! three programs anew, in an order that no other round has, and its processes read the links of their index from a
//! file, because building it takes longer than all the rest. Both ratios are to the same process, so that what the one
//! of equal builds shows is what the other has besides telemetry.

use anyhow::{Result, ensure};

use super::build::{Build, Parts, Telemetry};
use super::worker::Worker;
use crate::verify::context::Context;
use crate::verify::paired::statistic::{at_most, lower_bound, median, sorted};

/// Operations of a turn that are not timed, and those that are.
const WARM: u64 = 4;
const TIMED: u64 = 8;

/// Turns of a group.
const SLICES: usize = 4;

/// Groups of a round.
const GROUPS: usize = 150;

/// Operations before the first group: memories are few at first, and metrics have no cells.
const BEGINNING: u64 = 500;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// Nanoseconds of an operation without telemetry.
    pub(super) twin: f64,
    /// How many times as long it takes in another process without telemetry.
    pub(super) again: Ratio,
    /// How many times as long it takes with telemetry.
    pub(super) with: Ratio,
    /// The share of a processor that threads of telemetry have besides.
    pub(super) beside: f64,
    pub(super) rounds: u64,
}

/// A median, and what it is not below and not above, 99 % sure of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    pub(super) least: f64,
    pub(super) middle: f64,
    pub(super) most: f64,
}

impl Ratio {
    pub(super) fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let numbers = sorted(numbers);
        let (least, most) = (lower_bound(&numbers), at_most(&numbers, 0.5));
        Self { least, middle: median(&numbers), most }
    }
}

impl Times {
    /// Whether telemetry takes less than such a share, all of it.
    pub(super) fn are_below(&self, share: f64) -> bool {
        self.with.most - 1.0 + self.beside < share
    }

    /// Measures for so many rounds.
    pub(super) fn measure(context: &Context, rounds: u64) -> Result<Self> {
        let off = Parts::of(context, Telemetry::Off)?;
        let on = Parts::of(context, Telemetry::On)?;
        off.link("round-0", 0)?.make_links()?;
        let mut measured = Vec::new();
        for round in 0..rounds {
            let found = Round::of(&off, &on, round)?;
            println!("{}", found.told());
            measured.push(found);
        }
        let all = |of: fn(&Round) -> f64| measured.iter().map(of);
        let twin = median(&sorted(all(|it| it.twin)));
        let beside = median(&sorted(all(|it| it.beside)));
        let (again, with) = (Ratio::of(all(|it| it.again)), Ratio::of(all(|it| it.with)));
        Ok(Self { twin, again, with, beside, rounds })
    }
}

/// The same for one round.
#[derive(Clone, Copy, Debug)]
struct Round {
    twin: f64,
    again: f64,
    with: f64,
    beside: f64,
}

impl Round {
    fn of(off: &Parts, on: &Parts, seed: u64) -> Result<Self> {
        let mut order = fastrand::Rng::with_seed(seed);
        let mut roles = [Role::Off, Role::Again, Role::On];
        // Who is first has other memory than who is last.
        order.shuffle(&mut roles);
        let [first, second, third] = roles;
        let start = |role: Role| Worker::start(&role.link(off, on, seed)?);
        let workers = [start(first)?, start(second)?, start(third)?];
        let mut group = Group { roles, workers, order };
        group.begin(seed)?;
        let mut sums = [0.0; 3];
        for _ in 0..GROUPS {
            let times = group.times()?;
            sums = std::array::from_fn(|role| sums[role] + times[role]);
        }
        Ok(Self { beside: group.beside()?, ..Self::from_sums(sums) })
    }

    /// What the time of all groups says, by role.
    fn from_sums([off, again, on]: [f64; 3]) -> Self {
        let operations = TIMED as f64 * (SLICES * GROUPS) as f64;
        Self { twin: off / operations, again: again / off, with: on / off, beside: 0.0 }
    }

    fn told(&self) -> String {
        let [again, with] = [self.again, self.with].map(|it| (it - 1.0) * 100.0);
        format!(
            "{:.0} ns an operation, the same again {again:+.2} %, with telemetry {with:+.2} %",
            self.twin
        )
    }
}

/// What a process is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Off,
    Again,
    On,
}

impl Role {
    /// Its program, which no other round has.
    fn link(self, off: &Parts, on: &Parts, round: u64) -> Result<Build> {
        match self {
            Self::Off => off.link("round-1", 2 * round),
            Self::Again => off.link("round-2", 2 * round + 1),
            Self::On => on.link("round-3", round),
        }
    }
}

/// Three processes that do the same operations.
struct Group {
    roles: [Role; 3],
    workers: [Worker; 3],
    order: fastrand::Rng,
}

impl Group {
    fn begin(&mut self, seed: u64) -> Result<()> {
        for worker in &mut self.workers {
            worker.wait()?;
        }
        for worker in &mut self.workers {
            worker.begin(seed)?;
            worker.turn(BEGINNING, 1)?;
        }
        Ok(())
    }

    /// The nanoseconds of each, by role.
    fn times(&mut self) -> Result<[f64; 3]> {
        let mut sums = [0; 3];
        for _ in 0..SLICES {
            let mut order = [0, 1, 2];
            self.order.shuffle(&mut order);
            let mut digests = [const { String::new() }; 3];
            for place in order {
                let answer = self.workers[place].turn(WARM, TIMED)?;
                sums[self.roles[place] as usize] += answer.nanoseconds;
                digests[place] = answer.digest;
            }
            let [first, second, third] = &digests;
            ensure!(first == second && first == third, "the builds give different results");
        }
        Ok(sums.map(|sum| sum as f64))
    }

    /// The share of a processor that other threads have where there is telemetry.
    fn beside(&self) -> Result<f64> {
        let mut both = self.roles.iter().zip(&self.workers);
        let found = both.find(|(role, _)| **role == Role::On);
        found.map_or(Ok(0.0), |(_, worker)| worker.beside())
    }
}

#[cfg(test)]
mod tests;
