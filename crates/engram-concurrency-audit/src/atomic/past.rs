//! What happened before what: vector clocks over the operations of the program, one after the other.
//!
//! ```text
//!   thread:   clock       what it knows of everybody
//!             released    its clock at its last release fence
//!             pending     what its relaxed loads could have seen, for an acquire fence to take over
//!   variable: sync        what an acquire of the current value sees: the head of its release sequence,
//!                         joined by each update since; a plain store begins anew
//!   cell:     write       the last write, and the reads since
//! ```
//!
//! A pure structure: no locks, no time. Threads and places are numbers that the caller gives.

use std::collections::HashMap;

use super::access::Kind;
use super::sync::Order;

/// What a thread, or a variable, knows of each thread: everything up to that many of its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock(HashMap<u32, u64>);

impl Clock {
    fn join(&mut self, other: &Self) {
        for (thread, step) in &other.0 {
            let own = self.0.entry(*thread).or_default();
            *own = (*own).max(*step);
        }
    }

    fn of(&self, thread: u32) -> u64 {
        self.0.get(&thread).copied().unwrap_or_default()
    }

    fn tick(&mut self, thread: u32) {
        *self.0.entry(thread).or_default() += 1;
    }
}

#[derive(Clone, Debug, Default)]
struct Thread {
    clock: Clock,
    released: Clock,
    pending: Clock,
}

#[derive(Clone, Debug)]
struct Touch<P> {
    thread: u32,
    step: u64,
    place: P,
}

#[derive(Clone, Debug)]
struct Cell<P> {
    write: Option<Touch<P>>,
    reads: Vec<Touch<P>>,
}

/// An access of a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) cell: usize,
    pub(super) is_write: bool,
}

/// All threads, variables and cells; `P` is a place in the program.
#[derive(Debug, Default)]
pub(super) struct Past<P> {
    threads: HashMap<u32, Thread>,
    variables: HashMap<usize, Clock>,
    cells: HashMap<usize, Cell<P>>,
}

impl<P: Copy + PartialEq> Past<P> {
    pub(super) fn new() -> Self {
        Self { threads: HashMap::new(), variables: HashMap::new(), cells: HashMap::new() }
    }

    /// A thread begins that knows what another one did; without one, what all did.
    pub(super) fn begin(&mut self, thread: u32, known: Option<&Clock>) {
        let clock = match known {
            Some(known) => known.clone(),
            None => self.everything(),
        };
        let mut new = Thread { clock, ..Thread::default() };
        new.clock.tick(thread);
        self.threads.insert(thread, new);
    }

    pub(super) fn knows(&self, thread: u32) -> bool {
        self.threads.contains_key(&thread)
    }

    /// What a thread knows; it goes on to a step that this does not tell of.
    #[cfg(any(feature = "locks", test))]
    pub(super) fn show(&mut self, thread: u32) -> Clock {
        let own = self.threads.entry(thread).or_default();
        let clock = own.clock.clone();
        own.clock.tick(thread);
        clock
    }

    /// A thread comes to know what another one knew.
    #[cfg(any(feature = "locks", test))]
    pub(super) fn learn(&mut self, thread: u32, known: &Clock) {
        self.threads.entry(thread).or_default().clock.join(known);
    }

    /// A thread that nobody follows has ended: what comes now comes after it.
    pub(super) fn end_unfollowed(&mut self, thread: u32) {
        let Some(ended) = self.threads.remove(&thread) else { return };
        self.threads.values_mut().for_each(|other| other.clock.join(&ended.clock));
        self.variables.values_mut().for_each(|sync| sync.join(&ended.clock));
    }

    /// An operation on a variable that read it, wrote it, or did both.
    pub(super) fn operate(&mut self, thread: u32, variable: usize, (kind, order): (Kind, Order)) {
        let own = self.threads.entry(thread).or_default();
        let sync = self.variables.entry(variable).or_default();
        if kind != Kind::Store {
            match order.acquires() {
                true => own.clock.join(sync),
                false => own.pending.join(sync),
            }
        }
        if kind == Kind::Load {
            return;
        }
        let shown = if order.releases() { &own.clock } else { &own.released };
        match kind {
            // An update continues the release sequence that it reads from.
            Kind::Update => sync.join(shown),
            _ => *sync = shown.clone(),
        }
        own.clock.tick(thread);
    }

    pub(super) fn fence(&mut self, thread: u32, order: Order) {
        let own = self.threads.entry(thread).or_default();
        if order.acquires() {
            let pending = own.pending.clone();
            own.clock.join(&pending);
        }
        if order.releases() {
            own.released = own.clock.clone();
            own.clock.tick(thread);
        }
    }

    /// A cell is read, or written. Returns an access of another thread that nothing orders before this one.
    pub(super) fn touch(
        &mut self,
        thread: u32,
        Reach { cell, is_write }: Reach,
        place: P,
    ) -> Option<P> {
        let clock = &self.threads.entry(thread).or_default().clock;
        let cell = self.cells.entry(cell).or_insert(Cell { write: None, reads: Vec::new() });
        let is_unordered =
            |other: &&Touch<P>| other.thread != thread && clock.of(other.thread) < other.step;
        let write = cell.write.as_ref().filter(is_unordered);
        let reads = cell.reads.iter().find(is_unordered).filter(|_| is_write);
        let found = write.or(reads).map(|other| other.place);
        // A thread that was never told of has a clock of nothing; its first step is 1 all the same.
        let touch = Touch { thread, step: clock.of(thread).max(1), place };
        if is_write {
            cell.reads.clear();
            cell.write = Some(touch);
        } else {
            cell.reads.retain(|other| other.thread != thread);
            cell.reads.push(touch);
        }
        found
    }

    pub(super) fn forget_variable(&mut self, variable: usize) {
        self.variables.remove(&variable);
    }

    pub(super) fn forget_cell(&mut self, cell: usize) {
        self.cells.remove(&cell);
    }

    fn everything(&self) -> Clock {
        let mut all = Clock::default();
        self.threads.values().for_each(|thread| all.join(&thread.clock));
        all
    }
}

#[cfg(test)]
mod tests;
