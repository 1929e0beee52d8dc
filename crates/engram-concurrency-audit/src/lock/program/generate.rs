//! Random programs.

use super::{LOCKS, Mode, Program, Step};

/// Numbers from a seed, by the generator of Steele, Lea and Flood.
#[derive(Clone, Debug)]
pub(in crate::lock) struct Numbers(pub(in crate::lock) u64);

impl Numbers {
    /// A number below `limit`.
    pub(in crate::lock) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    /// True once in so many times.
    pub(in crate::lock) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A program of two or three threads and up to four locks.
pub(in crate::lock) fn generate(numbers: &mut Numbers) -> Program {
    let style = Style {
        locks: 2 + numbers.below(LOCKS - 1),
        has_readers: numbers.one_in(2),
        has_tries: numbers.one_in(3),
    };
    let count = 2 + numbers.below(2);
    let mut threads: Vec<Vec<Step>> = Vec::new();
    for _ in 0..count {
        let mut steps = Vec::new();
        let length = 2 + numbers.below(5);
        style.block(numbers, &mut steps, (length, true));
        threads.push(steps);
    }
    if numbers.one_in(4) {
        start_children(numbers, &mut threads);
    }
    Program { threads }
}

/// Thread 0 starts the others and joins them, each where it holds nothing. It starts all of them before it
/// joins any: of children that run one after the other, only the moment says that they do.
fn start_children(numbers: &mut Numbers, threads: &mut [Vec<Step>]) {
    let children = threads.len() - 1;
    let mut at = 0;
    for child in 1..=children {
        at = place(numbers, &threads[0], at);
        threads[0].insert(at, Step::Start(child));
        at += 1;
    }
    for child in 1..=children {
        at = place(numbers, &threads[0], at);
        threads[0].insert(at, Step::Join(child));
        at += 1;
    }
}

/// A place from `from` on where nothing is held.
fn place(numbers: &mut Numbers, steps: &[Step], from: usize) -> usize {
    let is_free = |at: &usize| {
        let held = |step: &Step| match step {
            Step::Take(..) | Step::Try(..) => 1,
            Step::Release(_) => -1,
            _ => 0,
        };
        steps[..*at].iter().map(held).sum::<i32>() == 0
    };
    let places: Vec<usize> = (from..=steps.len()).filter(is_free).collect();
    places[numbers.below(places.len())]
}

#[derive(Clone, Copy, Debug)]
struct Style {
    locks: usize,
    has_readers: bool,
    has_tries: bool,
}

impl Style {
    /// Acquisitions and their releases, mostly the last one first; at the end nothing of them is held.
    fn block(self, numbers: &mut Numbers, steps: &mut Vec<Step>, (length, may_try): (usize, bool)) {
        let mut held: Vec<usize> = Vec::new();
        for _ in 0..length {
            let lock = numbers.below(self.locks);
            let is_again = steps_hold(steps, lock);
            let take = held.is_empty() || (held.len() < 3 && !numbers.one_in(3));
            if !take {
                let at = if numbers.one_in(3) { numbers.below(held.len()) } else { held.len() - 1 };
                let lock = held.remove(at);
                steps.push(Step::Release(lock));
                if numbers.one_in(6) {
                    // A wait for a notification.
                    steps.push(Step::Take(lock, self.mode(numbers)));
                    held.push(lock);
                }
            } else if self.has_tries && may_try && numbers.one_in(3) {
                self.attempt(numbers, steps, lock);
            } else if !is_again || numbers.one_in(12) {
                steps.push(Step::Take(lock, self.mode(numbers)));
                held.push(lock);
            }
        }
        held.into_iter().rev().for_each(|lock| steps.push(Step::Release(lock)));
    }

    /// A try-lock and what it guards.
    fn attempt(self, numbers: &mut Numbers, steps: &mut Vec<Step>, lock: usize) {
        let at = steps.len();
        let mode = self.mode(numbers);
        steps.push(Step::Try(lock, mode, 0));
        let length = numbers.below(3);
        self.block(numbers, steps, (length, false));
        steps.push(Step::Release(lock));
        steps[at] = Step::Try(lock, mode, steps.len() - at - 1);
    }

    fn mode(self, numbers: &mut Numbers) -> Mode {
        match self.has_readers {
            true if numbers.one_in(2) => Mode::Shared,
            true if numbers.one_in(8) => Mode::Recursive,
            _ => Mode::Exclusive,
        }
    }
}

/// Whether a lock is held behind these steps.
fn steps_hold(steps: &[Step], lock: usize) -> bool {
    let held = |step: &Step| match step {
        Step::Take(it, _) | Step::Try(it, ..) if *it == lock => 1,
        Step::Release(it) if *it == lock => -1,
        _ => 0,
    };
    steps.iter().map(held).sum::<i32>() > 0
}
