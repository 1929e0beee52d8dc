//! Plain tests on the real atomics, models on loom's, larger models on shuttle's.

#[cfg(all(engram_loom, not(engram_shuttle)))]
mod loom;
#[cfg(engram_shuttle)]
mod shuttle;
#[cfg(not(engram_loom))]
mod unit;

use super::{Block, Cells, Local, Record, Storage};

/// Adds to the first cell of a run, as a counter does.
#[derive(Clone, Copy)]
struct Add(u64);

impl Record for Add {
    fn apply(self, cells: impl Cells) {
        cells.add(0, self.0);
    }
}

/// Records as an instrument does: into the thread's own cells, else wherever there is room.
fn record<'a>(block: &Block, storage: &'a Storage, local: &Local<'a>, change: impl Record) {
    if !block.write_own(local, 0, change) {
        block.write_anywhere((storage, local), 0, change, || Some(0));
    }
}

/// Records into the cells that threads share.
fn record_shared(block: &Block, storage: &Storage, at: u32, change: impl Record) {
    if block.assigned().is_none() {
        block.assign(storage);
    }
    block.write_from_interrupt(storage, at, change);
}

/// What a reader sees of a counter.
fn value(block: &Block, storage: &Storage) -> u64 {
    block.assigned().map_or(0, |slot| storage.sum(slot))
}
