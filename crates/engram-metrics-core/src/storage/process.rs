//! The storage of the process and this thread's view of it. Models never compile this file.

use super::{Block, Local, Record, Slot, Storage};
use crate::node::node_of_thread;
use crate::rows::ROWS;

/// The cells of every metric in the process.
pub(crate) static STORAGE: Storage = Storage::new();

thread_local! {
    /// Without a destructor: no registration, no check, usable until the last instruction.
    pub(crate) static LOCAL: Local<'static> = const { Local::new() };

    /// Its destructor is how a thread leaves.
    static DEPARTURE: Departure = const { Departure };
}

struct Departure;

impl Drop for Departure {
    fn drop(&mut self) {
        LOCAL.with(|local| local.leave(&STORAGE));
    }
}

/// Asks to be told of the thread's end, and on which node it runs; `None` when its locals are being
/// destroyed already.
fn arm() -> Option<u32> {
    DEPARTURE.try_with(|_| node_of_thread()).ok()
}

/// Does what may allocate or wait, unless this thread is in the middle of doing just that: inside an
/// allocator that records, a record must not allocate again.
pub(crate) fn unless_busy<R>(act: impl FnOnce() -> Option<R>) -> Option<R> {
    LOCAL.with(|local| local.unless_busy(act))
}

/// Whether this thread is inside [`unless_busy`].
pub(crate) fn is_busy() -> bool {
    LOCAL.with(Local::is_busy)
}

/// A metric's run of cells in the storage of the process; gives them back when it is dropped.
#[derive(Debug)]
pub(crate) struct Run(Block);

impl Run {
    /// A run of `len` cells that nothing has been recorded into.
    pub(crate) const fn new(len: u32) -> Self {
        Self(Block::new(len))
    }

    /// Applies `record` to this thread's cells, starting `at` cells into the run.
    #[inline(always)]
    pub(crate) fn write(&self, at: u32, record: impl Record) {
        LOCAL.with(|local| {
            // The second question costs nothing where the first is answered with yes.
            if !self.0.write_own(local, at, record) && !self.0.is_off() {
                self.0.write_anywhere((&STORAGE, local), at, record, arm);
            }
        });
    }

    /// Applies `record` to cells that all threads share, without allocating.
    pub(crate) fn write_from_interrupt(&self, at: u32, record: impl Record) {
        self.0.write_from_interrupt(&STORAGE, at, record);
    }

    /// One cell of the run, summed over all threads.
    pub(crate) fn sum(&self, at: usize) -> u64 {
        self.0.read(&STORAGE).map_or(0, |slot| STORAGE.sum(slot.offset(at as u32)))
    }

    /// Whether records are ignored.
    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        self.0.is_off()
    }

    /// Ignores records, or takes them again.
    pub(crate) fn switch(&self, on: bool) {
        self.0.switch(on);
    }

    /// Where the run is for a reader, unless nothing was recorded yet.
    pub(crate) fn read(&self) -> Option<Slot> {
        self.0.read(&STORAGE)
    }
}

/// The first cell of each slot, summed over all threads, to `sums`: as [`Run::sum`] of one after the other, and
/// several times as fast. Where a slot is 0, `find` is asked for it; 0 again is a sum of 0.
pub(crate) fn sum_all<'s>(
    slots: &[u64],
    find: impl Fn(usize) -> u64,
    sums: &'s mut [u64; ROWS],
) -> &'s [u64] {
    let (mut found, sums) = ([Slot::UNASSIGNED; ROWS], &mut sums[..slots.len()]);
    let found = &mut found[..slots.len()];
    found.iter_mut().zip(slots).for_each(|(slot, known)| *slot = Slot::unpack(*known));
    if slots.contains(&Slot::UNASSIGNED.packed()) {
        for (at, slot) in found.iter_mut().enumerate().filter(|(at, _)| slots[*at] == 0) {
            *slot = Slot::unpack(find(at));
        }
    }
    STORAGE.sum_all(found, sums);
    sums
}

impl Drop for Run {
    /// Runs for metrics made at run time; `&mut self` means that nobody records into them any more.
    fn drop(&mut self) {
        let give_up = || {
            self.0.give_up(&STORAGE);
            Some(())
        };
        // While the thread is busy the run stays unused: waiting for a lock that it holds itself would be
        // for ever.
        let _ = unless_busy(give_up);
    }
}
