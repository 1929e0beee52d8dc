//! Where a record goes: the cells of one histogram, and how they divide values.

use super::cells::Observe;
use super::layout::Indexer;
use super::snapshot::Snapshot;
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
    #[inline(always)]
    pub(super) fn record(self, ticks: u64) {
        self.run.write(self.first, Observe { bucket: self.indexer.bucket(ticks), ticks });
    }

    #[inline(always)]
    pub(super) fn record_f64(self, value: f64) {
        match super::ticks(value, self.indexer.per_unit) {
            Ok(ticks) => self.record(ticks),
            Err(reason) => recorder::count(reason),
        }
    }

    pub(super) fn snapshot(self) -> Snapshot {
        Snapshot::exponential(self.indexer.layout, self.run, self.first)
    }
}
