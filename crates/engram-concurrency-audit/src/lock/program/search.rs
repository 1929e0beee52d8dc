//! Every interleaving of a program: whether one of them comes to a stop, and who is stuck in which state.
//!
//! A state is where each thread is, and whether it has queued up for the lock that it is about to take. A reader
//! does not pass a writer that has queued up, as in the locks of `parking_lot`; in the plain search it does.

use super::{LOCKS, Mode, Program, Step};

/// Where each thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::lock) struct State {
    at: [u8; THREADS],
    queues: [bool; THREADS],
}

const THREADS: usize = 3;

/// What is held at one place of a thread: by lock, the modes, the newest last.
type Held = [Vec<Mode>; LOCKS];

/// A program, and what its threads hold where.
#[derive(Debug)]
pub(in crate::lock) struct Search<'a> {
    program: &'a Program,
    held: Vec<Vec<Held>>,
    /// The steps of thread 0 that start the others.
    starts: Vec<Option<usize>>,
    /// Whether readers stay behind writers that have queued up.
    has_queues: bool,
}

impl<'a> Search<'a> {
    pub(in crate::lock) fn new(program: &'a Program, has_queues: bool) -> Self {
        let held = program.threads.iter().map(|steps| held(steps)).collect();
        let start =
            |thread| program.threads[0].iter().position(|step| *step == Step::Start(thread));
        let starts = (0..program.threads.len()).map(start).collect();
        Self { program, held, starts, has_queues }
    }

    pub(in crate::lock) const fn begin() -> State {
        State { at: [0; THREADS], queues: [false; THREADS] }
    }

    /// Whether a state can be reached that nobody goes on from, though somebody has not ended.
    pub(in crate::lock) fn can_stop(&self) -> bool {
        self.walk(Self::begin(), |state, next| next.is_empty() && !self.is_over(state))
    }

    /// Whether all threads have ended.
    pub(in crate::lock) fn is_over(&self, state: &State) -> bool {
        (0..self.threads()).all(|thread| self.has_ended(state, thread))
    }

    /// Visits every state that can be reached from this one, and those behind it, until `visit` says that it
    /// has found what it looks for; then true.
    pub(in crate::lock) fn walk(
        &self,
        from: State,
        mut visit: impl FnMut(&State, &[State]) -> bool,
    ) -> bool {
        let mut seen = vec![false; self.code(&self.last()) + 1];
        let mut open = vec![from];
        seen[self.code(&from)] = true;
        while let Some(state) = open.pop() {
            let next = self.next(&state);
            if visit(&state, &next) {
                return true;
            }
            let is_new = |next: &State| !std::mem::replace(&mut seen[self.code(next)], true);
            open.extend(next.into_iter().filter(is_new));
        }
        false
    }

    /// The states behind this one: by a step of a thread, or by one that queues up.
    pub(in crate::lock) fn next(&self, state: &State) -> Vec<State> {
        (0..self.threads()).filter_map(|thread| self.step(state, thread)).collect()
    }

    /// The state behind this one when this thread is the next to do something.
    pub(in crate::lock) fn step(&self, state: &State, thread: usize) -> Option<State> {
        let mut next = *state;
        match self.wanted(state, thread)? {
            Step::Take(lock, mode) if !self.is_free(state, thread, (lock, mode)) => {
                if state.queues[thread] {
                    return None;
                }
                next.queues[thread] = true;
                return Some(next);
            }
            Step::Try(lock, mode, over) if !self.is_free(state, thread, (lock, mode)) => {
                next.at[thread] += over as u8;
            }
            Step::Join(child) if !self.has_ended(state, child) => return None,
            _ => {}
        }
        next.at[thread] += 1;
        next.queues[thread] = false;
        Some(next)
    }

    /// What the thread does next; `None` when it has ended or has not begun.
    pub(in crate::lock) fn wanted(&self, state: &State, thread: usize) -> Option<Step> {
        let step = *self.program.threads[thread].get(usize::from(state.at[thread]))?;
        self.has_begun(state, thread).then_some(step)
    }

    pub(in crate::lock) fn has_ended(&self, state: &State, thread: usize) -> bool {
        usize::from(state.at[thread]) == self.program.threads[thread].len()
    }

    pub(in crate::lock) fn has_begun(&self, state: &State, thread: usize) -> bool {
        self.starts[thread].is_none_or(|start| usize::from(state.at[0]) > start)
    }

    /// Whether the thread has queued up for the lock that it wants.
    pub(in crate::lock) fn is_queued(&self, state: &State, thread: usize) -> bool {
        state.queues[thread]
    }

    /// Whether the thread is ahead of where it is in `before`.
    pub(in crate::lock) fn is_ahead(&self, state: &State, before: &State, thread: usize) -> bool {
        state.at[thread] > before.at[thread]
    }

    /// What the thread holds: locks and modes.
    pub(in crate::lock) fn held(&self, state: &State, thread: usize) -> Vec<(usize, Mode)> {
        let held = self.held_at(state, thread).iter().enumerate();
        held.flat_map(|(lock, modes)| modes.iter().map(move |mode| (lock, *mode))).collect()
    }

    pub(in crate::lock) fn threads(&self) -> usize {
        self.program.threads.len()
    }

    fn held_at(&self, state: &State, thread: usize) -> &Held {
        &self.held[thread][usize::from(state.at[thread])]
    }

    /// Whether the thread can have the lock in this mode now.
    fn is_free(&self, state: &State, thread: usize, (lock, mode): (usize, Mode)) -> bool {
        let mut others = 0..self.threads();
        let is_compatible = others.all(|other| {
            self.held_at(state, other)[lock].iter().all(|held| mode.is_compatible(*held))
        });
        let stays_behind = self.has_queues && mode == Mode::Shared;
        is_compatible && !(stays_behind && self.has_writer_in_queue(state, thread, lock))
    }

    fn has_writer_in_queue(&self, state: &State, thread: usize, lock: usize) -> bool {
        (0..self.threads()).any(|other| {
            let wanted = self.wanted(state, other);
            let writes = wanted == Some(Step::Take(lock, Mode::Exclusive));
            other != thread && state.queues[other] && writes
        })
    }

    /// A number for each state.
    fn code(&self, state: &State) -> usize {
        (0..self.threads()).fold(0, |code, thread| {
            let places = self.program.threads[thread].len() + 1;
            (code * places + usize::from(state.at[thread])) * 2 + usize::from(state.queues[thread])
        })
    }

    fn last(&self) -> State {
        let mut last = Self::begin();
        for (thread, steps) in self.program.threads.iter().enumerate() {
            last.at[thread] = steps.len() as u8;
            last.queues[thread] = true;
        }
        last
    }
}

/// What is held in front of each step, and at the end.
fn held(steps: &[Step]) -> Vec<Held> {
    let mut all = vec![Held::default()];
    for step in steps {
        let mut held = all[all.len() - 1].clone();
        match step {
            Step::Take(lock, mode) | Step::Try(lock, mode, _) => held[*lock].push(*mode),
            Step::Release(lock) => {
                held[*lock].pop();
            }
            Step::Start(_) | Step::Join(_) => {}
        }
        all.push(held);
    }
    all
}
