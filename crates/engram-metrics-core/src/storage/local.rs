//! What a thread remembers: the shard it leased and where its segments are.
//!
//! | state     | means                                   | left by                         |
//! |-----------|-----------------------------------------|---------------------------------|
//! | `Idle`    | a record may lease and allocate         | `unless_busy`, `leave`          |
//! | `Busy`    | leasing or allocating right now         | `unless_busy`, when done        |
//! | `Left`    | the shard is given back, for good       | -                               |
//!
//! A record that arrives while the thread is `Busy` comes from a signal handler that interrupted it: it
//! must not allocate or lease again, so it uses the shared cells.

use std::cell::Cell;

use super::{SEGMENTS, Shard, Slot, Storage};
use crate::sync::Cell64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Busy,
    Left,
}

/// One thread's view of a storage. The process keeps one in a thread-local without a destructor, so
/// that it can be read at any time, even while the thread is being torn down.
#[derive(Debug)]
pub(crate) struct Local<'a> {
    /// The [origin](Slot::origin) of each segment of the leased shard; null where there is none, entry 0
    /// always.
    table: [Cell<*const Cell64>; SEGMENTS],
    shard: Cell<Option<&'a Shard>>,
    state: Cell<State>,
}

impl<'a> Local<'a> {
    /// A thread that has not recorded yet.
    pub(crate) const fn new() -> Self {
        Self {
            table: [const { Cell::new(std::ptr::null()) }; SEGMENTS],
            shard: Cell::new(None),
            state: Cell::new(State::Idle),
        }
    }

    /// Runs `act` on the thread's own cells of a slot; false when it has none, or when the slot is
    /// unassigned. Not an `Option` of the cells, whose address would then be compared with null as well.
    #[inline(always)]
    pub(crate) fn with_own(&self, slot: Slot, act: impl FnOnce(&Cell64)) -> bool {
        let origin = self.table[slot.segment()].get();
        if origin.is_null() {
            return false;
        }
        // SAFETY: a segment that is in the table belongs to a shard, which lives as long as the
        // storage; the slot was claimed, so its run lies inside the segment.
        act(unsafe { slot.first_cell_from(origin) });
        true
    }

    /// The thread's own cells of a slot, if it has some.
    pub(crate) fn own(&self, slot: Slot) -> Option<&Cell64> {
        let origin = self.table[slot.segment()].get();
        // SAFETY: as in `with_own`.
        (!origin.is_null()).then(|| unsafe { slot.first_cell_from(origin) })
    }

    /// Leases a shard and makes the segment of `slot` if that is possible now.
    ///
    /// `arm` is called once, before the lease, and says on which NUMA node the thread runs; `None` means
    /// that the thread's end could not be observed any more, so that it must not own anything.
    #[cold]
    pub(crate) fn reach(
        &self,
        storage: &'a Storage,
        slot: Slot,
        arm: impl FnOnce() -> Option<u32>,
    ) -> Option<&Cell64> {
        if self.state.get() == State::Left {
            return None;
        }
        let make = || self.lease(storage, arm)?.segments.ensure(slot.segment());
        self.table[slot.segment()].set(slot.origin(self.unless_busy(make)?));
        self.own(slot)
    }

    /// Does what may allocate, unless the thread is in the middle of doing just that.
    pub(crate) fn unless_busy<R>(&self, act: impl FnOnce() -> Option<R>) -> Option<R> {
        let before = self.state.replace(State::Busy);
        let result = if before == State::Busy { None } else { act() };
        self.state.set(before);
        result
    }

    /// Whether `unless_busy` is running.
    pub(crate) fn is_busy(&self) -> bool {
        self.state.get() == State::Busy
    }

    fn lease(&self, storage: &'a Storage, arm: impl FnOnce() -> Option<u32>) -> Option<&'a Shard> {
        if self.shard.get().is_none() {
            self.shard.set(storage.lease(arm()?));
        }
        self.shard.get()
    }

    /// Gives the shard back. Records made afterwards go to the shared cells.
    pub(crate) fn leave(&self, storage: &Storage) {
        self.state.set(State::Left);
        self.table.iter().for_each(|entry| entry.set(std::ptr::null()));
        if let Some(shard) = self.shard.take() {
            storage.give_back(shard);
        }
    }
}
