//! Where a record goes: the cells of one histogram, and how they divide values.

use super::cells::Observe;
use super::indexer::Indexer;
use super::snapshot::{Buckets, Snapshot};
use crate::recorder;
use crate::storage::Run;

/// The cells of a histogram, of its own or inside those of a family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) run: &'a Run,
    pub(super) indexer: &'a Indexer,
    /// Where in the run they begin.
    pub(super) first: u32,
}

impl Target<'_> {
    /// Counts `weight` records of the same value; none when it is 0.
    #[inline(always)]
    pub(super) fn record(self, ticks: u64, weight: u32) {
        if weight > 0 {
            let bucket = self.indexer.bucket(ticks);
            self.run.write(self.first, Observe { bucket, ticks, weight });
        }
    }

    #[inline(always)]
    pub(super) fn record_f64(self, value: f64, weight: u32) {
        match super::ticks(value, self.indexer.per_unit) {
            Ok(ticks) => self.record(ticks, weight),
            Err(reason) => recorder::count(reason),
        }
    }

    /// Reads what is recorded into a snapshot that is used again.
    pub(super) fn read(self, snapshot: &mut Snapshot) {
        snapshot.read_again(Buckets::Exponential(self.indexer.layout), self.run, self.first);
    }

    pub(super) fn snapshot(self) -> Snapshot {
        Snapshot::exponential(self.indexer.layout, self.run, self.first)
    }
}
