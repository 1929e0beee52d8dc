//! One edge of the acquisition order, and the occasions it was seen on.

use crate::finding::Site;

use super::Wanted;
use crate::lock::class::Class;
use crate::lock::clock::Clock;
use crate::lock::holding::Holding;
use crate::lock::state::Mode;
use crate::lock::task;
use crate::lock::thread::{Thread, Who};

/// A lock that was held around an acquisition.
pub(in crate::lock) type Gate = (u32, Mode, &'static Class);

/// One occasion: a thread held a lock and asked for another.
#[derive(Clone, Debug)]
pub(in crate::lock) struct Occurrence {
    pub(in crate::lock) thread: u32,
    pub(in crate::lock) name: String,
    pub(in crate::lock) segment: u32,
    pub(in crate::lock) clock: Clock,
    pub(in crate::lock) held: Side,
    pub(in crate::lock) wanted: Side,
    pub(in crate::lock) gates: Vec<Gate>,
}

/// One end of an edge on one occasion.
#[derive(Clone, Copy, Debug)]
pub(in crate::lock) struct Side {
    /// Of the lock, or shared.
    pub(in crate::lock) id: u32,
    pub(in crate::lock) mode: Mode,
    pub(in crate::lock) class: &'static Class,
    pub(in crate::lock) site: Site,
}

impl Occurrence {
    pub(super) fn new(
        thread: &Thread,
        held: &Holding,
        wanted: Wanted<'_>,
        gates: Vec<Gate>,
    ) -> Self {
        let Wanted { state, class, mode, site } = wanted;
        let Who { serial, segment, name, clock } = who(thread, held);
        Self {
            thread: serial,
            name,
            segment,
            clock,
            held: Side { id: held.id, mode: held.mode, class: held.class, site: held.site },
            wanted: Side { id: state.id(), mode, class, site },
            gates,
        }
    }

    /// Whether one of the two was over before the other began.
    pub(super) fn is_ordered(&self, other: &Self) -> bool {
        other.clock.knows(self.thread, self.segment)
            || self.clock.knows(other.thread, other.segment)
    }

    /// A lock that keeps the two from happening at one time: each thread has it, in ways that exclude each other.
    pub(super) fn common_gate(&self, other: &Self) -> Option<&'static Class> {
        let excludes = |a: &Gate| other.has().any(|b| a.0 == b.0 && !a.1.is_compatible(b.1));
        self.has().find(|gate| gate.0 >> 31 == 0 && excludes(gate)).map(|gate| gate.2)
    }

    /// All locks that the thread has on this occasion.
    fn has(&self) -> impl Iterator<Item = Gate> + '_ {
        let held = (self.held.id, self.held.mode, self.held.class);
        self.gates.iter().copied().chain([held])
    }

    fn is_alike(&self, other: &Self) -> bool {
        let gates = |it: &Self| it.gates.iter().map(|gate| (gate.0, gate.1)).collect::<Vec<_>>();
        let ends = |it: &Self| (it.held.mode, it.wanted.mode, it.held.id, it.wanted.id);
        self.thread == other.thread
            && self.segment == other.segment
            && ends(self) == ends(other)
            && gates(self) == gates(other)
    }

    /// Whether it proves nothing that `other` does not prove, the thread and its time apart.
    fn is_of_a_kind(&self, other: &Self) -> bool {
        let ends = |it: &Self| (it.held.mode, it.wanted.mode, it.gates.len());
        ends(self) == ends(other)
    }
}

/// A task where it holds the outer lock, else the thread.
fn who(thread: &Thread, held: &Holding) -> Who {
    let task = task::current().filter(|_| held.is_of_task).and_then(|task| task.who());
    task.unwrap_or_else(|| thread.who())
}

/// All that is kept of an edge.
#[derive(Clone, Debug)]
pub(in crate::lock) struct Edge {
    pub(in crate::lock) from: u32,
    pub(in crate::lock) to: u32,
    pub(in crate::lock) seen: Vec<Occurrence>,
    /// Occasions, those that are not kept included.
    pub(in crate::lock) count: u64,
}

/// Occasions that are kept.
const KEPT: usize = 12;

impl Edge {
    pub(super) const fn new(from: u32, to: u32) -> Self {
        Self { from, to, seen: Vec::new(), count: 0 }
    }

    /// Keeps an occasion. When there is no room, the newest of the same kind goes: the first ones show that
    /// several threads do this, the last one what is done now.
    pub(super) fn add(&mut self, it: Occurrence) {
        self.count += 1;
        if self.seen.iter().any(|seen| seen.is_alike(&it)) {
            return;
        }
        if self.seen.len() == KEPT {
            let newest = self.seen.iter().rposition(|seen| seen.is_of_a_kind(&it));
            self.seen.remove(newest.unwrap_or(KEPT - 1));
        }
        self.seen.push(it);
    }
}
