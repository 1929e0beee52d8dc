//! All lanes of a tracer, of which every thread that records leases one.
//!
//! The lanes are there from the start, so that leasing is a search and no growth; their memory for values
//! comes with the first lease. The lowest free one is taken, so that few have memory while few threads live.

use crate::lane::{Lane, Tally};
use crate::ring::Ring;
use crate::sync::{AtomicU32, Ordering, order};

/// A fixed number of lanes, and whether somebody consumes them.
#[derive(Debug)]
pub(crate) struct Lanes<T> {
    lanes: Box<[Lane<T>]>,
    /// Values in a ring.
    capacity: usize,
    /// Lanes that have memory for values.
    made: AtomicU32,
    /// 1 while there is a consumer.
    consumers: AtomicU32,
    /// 1 when nobody can record any more.
    abandoned: AtomicU32,
}

impl<T: Copy> Lanes<T> {
    /// So many lanes for so many values each.
    pub(crate) fn new(lanes: usize, capacity: usize) -> Self {
        Self {
            lanes: (0..lanes).map(|_| Lane::new(capacity)).collect(),
            capacity,
            made: AtomicU32::new(0),
            consumers: AtomicU32::new(0),
            abandoned: AtomicU32::new(0),
        }
    }

    /// Makes the caller the producer of a lane; which one. `None` when all are leased, or memory is used up.
    pub(crate) fn lease(&self) -> Option<usize> {
        self.lanes.iter().position(|lane| {
            let made = lane.lease();
            if made == Some(true) {
                // Relaxed: a statistic.
                self.made.fetch_add(1, Ordering::Relaxed);
            }
            made.is_some()
        })
    }

    /// The lane of this number.
    pub(crate) fn lane(&self, at: usize) -> &Lane<T> {
        &self.lanes[at]
    }

    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Lane<T>> {
        self.lanes.iter()
    }

    /// Makes the caller the consumer, unless there is one.
    pub(crate) fn consume(&self) -> bool {
        // Acquire: continues where the consumer before left off, by the Release in `leave`.
        let acquire = order!(Acquire, "lanes.consume");
        // Relaxed, where it fails: nothing is read then.
        self.consumers.compare_exchange(0, 1, acquire, Ordering::Relaxed).is_ok()
    }

    /// The caller ceases to be the consumer.
    pub(crate) fn leave(&self) {
        // Release: how far this consumer has come, for the Acquire in `consume`.
        self.consumers.store(0, order!(Release, "lanes.leave"));
    }

    /// Nobody will record here any more.
    pub(crate) fn abandon(&self) {
        // Relaxed: only decides when memory is given back.
        self.abandoned.store(1, Ordering::Relaxed);
    }

    /// Whether nobody will record here any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        // Relaxed: as in `abandon`.
        self.abandoned.load(Ordering::Relaxed) == 1
    }

    /// What happened in all of them.
    pub(crate) fn tally(&self) -> Tally {
        self.lanes.iter().map(Lane::tally).fold(Tally::default(), Tally::and)
    }

    /// Lanes that threads have at present.
    pub(crate) fn leased(&self) -> usize {
        self.lanes.iter().filter(|lane| lane.is_leased()).count()
    }

    /// Bytes that the lanes take at present.
    pub(crate) fn bytes(&self) -> usize {
        // Relaxed: a statistic.
        let made = self.made.load(Ordering::Relaxed) as usize;
        Self::bytes_of(self.lanes.len(), 0) + made * Ring::<T>::slot_bytes(self.capacity)
    }

    /// Bytes that so many lanes for so many values take at most.
    pub(crate) const fn bytes_of(lanes: usize, capacity: usize) -> usize {
        size_of::<Self>() + lanes * (size_of::<Lane<T>>() + Ring::<T>::slot_bytes(capacity))
    }
}
