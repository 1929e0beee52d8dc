//! Where values live: cells that one thread at a time owns.
//!
//! ```text
//!                     segment 1     segment 2       segment 3 …      (512, 4096, 32768 … cells)
//!   shared           [· · · ·]     [· · · · · ·]    …                any thread, by read-modify-write
//!   shard 0  ◄ leased[3 · · 1]     [· 7 · · · ·]                     thread A, by plain load and store
//!   shard 1  ◄ leased[5 · · ·]                                       thread B
//!   shard 2  (free)  [9 · · 2]     [· 4 · · · ·]                     kept by a thread that has left
//!                     ▲     ▲
//!                     └─────┴── a metric is a run of cells, the same [`Slot`] in every shard
//! ```
//!
//! * A metric [claims](Storage::claim) a run of cells once; its slot names the same cells in every
//!   shard, so its value is the sum over the shards.
//! * A thread leases a shard at its first record and is then the only one that writes there: an
//!   increment is a load and a store, no locked instruction, no line shared with another thread.
//!   The pages are first touched by that thread, hence local to its NUMA node.
//! * A thread that leaves gives its shard back *as it is*. Nothing is folded and nothing is zeroed:
//!   the next thread continues on the old values, so the sum never moves when threads come and go.
//! * Where there is no own cell (no shard left, no memory, inside the allocator, after the thread's
//!   locals are destroyed) the same slot in `shared` is added to instead. Nothing is lost, it is
//!   only slower.
//!
//! Nothing here blocks: leasing and claiming are lock-free, so recording works in a panic handler
//! or an allocator, and a forked child never waits for a lock that a lost thread held. Nothing is
//! ever freed while the process runs, which is what lets readers walk without protection; memory is
//! bounded by the peak number of threads times the cells they touch, and by [`SHARDS`].

mod block;
mod free;
mod local;
#[cfg(not(engram_loom))]
mod process;
mod recycled;
mod segment;
mod slot;

#[cfg(test)]
mod tests;

// As a dependency of other models there is nothing above the storage.
#[cfg(any(test, not(engram_loom)))]
pub(crate) use block::Block;
pub(crate) use block::{Cells, Own, Record, cell};
pub(crate) use local::Local;
#[cfg(not(engram_loom))]
pub(crate) use process::{Run, STORAGE, is_busy, sum_all, unless_busy};
pub(crate) use slot::Slot;

use std::alloc::{GlobalAlloc, Layout, System};

use crate::sync::{
    AtomicPtr, AtomicU32, AtomicU64, Cell64, Ordering, const_unless_modelled, order,
};
use free::{FreeShards, Link};
use recycled::Recycled;
use segment::Segments;
use slot::SEGMENTS;

/// Threads that can own cells at one time; those beyond it use the shared cells.
pub(crate) const SHARDS: usize = if cfg!(engram_shuttle) {
    4
} else if cfg!(engram_loom) {
    2
} else {
    4096
};

/// NUMA nodes whose free shards are kept apart; a node beyond them shares the list of another.
const NODES: usize = if cfg!(engram_loom) { 1 } else { 8 };

/// All cells of a process, or of a model.
#[derive(Debug)]
pub(crate) struct Storage {
    /// The next cell that no metric has claimed, as a slot.
    cursor: AtomicU64,
    /// Cells of slots that any thread may add to.
    shared: Segments,
    /// Filled from the front; an entry never changes once set.
    shards: [AtomicPtr<Shard>; SHARDS],
    /// How many entries of `shards` were handed out.
    created: AtomicU32,
    /// Per node, so that a thread goes on in memory that is near.
    free: [FreeShards; NODES],
    recycled: Recycled,
    /// Records that had no cell at all: no memory for even the shared ones.
    lost: AtomicU64,
    /// Records that went to shared cells.
    shared_records: AtomicU64,
    /// Runs that something was recorded into and that nobody has read.
    unread: AtomicU64,
}

/// The cells of one thread at a time.
#[derive(Debug)]
pub(crate) struct Shard {
    segments: Segments,
    link: Link,
    index: u32,
    /// Where its pages were first touched, below [`NODES`].
    node: usize,
}

impl Storage {
    const_unless_modelled! {
        /// A storage without cells.
        pub(crate) fn new() -> Self {
            Self {
                cursor: AtomicU64::new(Slot::FIRST.packed()),
                shared: Segments::new(),
                shards: empty_shards(),
                created: AtomicU32::new(0),
                free: no_free_shards(),
                recycled: Recycled::new(),
                lost: AtomicU64::new(0),
                shared_records: AtomicU64::new(0),
                unread: AtomicU64::new(0),
            }
        }
    }

    /// Takes `len` adjacent cells for a metric; `None` when the address range or the memory is used up.
    ///
    /// A run lies inside one segment, so that a writer needs one pointer for all of it. The cells
    /// that are left over at the end of a segment are given up.
    pub(crate) fn claim(&self, len: u32) -> Option<Slot> {
        if let Some(slot) = self.recycled.take(len) {
            return Some(slot);
        }
        // Relaxed: the cursor only deals out numbers; what they name is published by the block.
        let mut cursor = self.cursor.load(Ordering::Relaxed);
        loop {
            let (slot, next) = Slot::unpack(cursor).place(len)?;
            // Relaxed, both: as above.
            match self.cursor.compare_exchange_weak(
                cursor,
                next.packed(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return self.shared.ensure(slot.segment()).map(|_| slot),
                Err(current) => cursor = current,
            }
        }
    }

    /// A shard for the calling thread alone, which runs on `node`: one that a thread of that node left
    /// behind, else a new one, else one from afar.
    pub(crate) fn lease(&self, node: u32) -> Option<&Shard> {
        let node = node as usize % NODES;
        let from_afar = || (1..NODES).find_map(|other| self.pop((node + other) % NODES));
        self.pop(node).or_else(|| self.make(node)).or_else(from_afar)
    }

    fn pop(&self, node: usize) -> Option<&Shard> {
        let index = self.free[node].pop(|index| &self.shard(index).link)?;
        Some(self.shard(index))
    }

    fn make(&self, node: usize) -> Option<&Shard> {
        // Relaxed: deals out indices; the shard itself is published by the store below.
        let index = self.created.fetch_add(1, Ordering::Relaxed);
        let Some(entry) = self.shards.get(index as usize) else {
            // Relaxed: takes the index back, so that the count stays near the bound.
            self.created.fetch_sub(1, Ordering::Relaxed);
            return None;
        };
        let shard = Shard::make(index, node)?;
        // Release: publishes the new shard to the Acquire load in `shards`.
        entry.store(shard, order!(Release, "shard.publish"));
        // SAFETY: the shard was just made, and shards live as long as the storage.
        Some(unsafe { &*shard })
    }

    /// Takes back the shard of a thread that will not write to it again.
    pub(crate) fn give_back(&self, shard: &Shard) {
        self.free[shard.node].push(shard.index, |index| &self.shard(index).link);
    }

    /// Calls `read` with the cells of `slot` in every shard that has them, the shared ones first.
    pub(crate) fn for_each(&self, slot: Slot, mut read: impl FnMut(&Cell64)) {
        let mut visit = |segments: &Segments| {
            if let Some(cells) = segments.get(slot.segment()) {
                // SAFETY: a slot that was claimed lies inside its segment.
                read(unsafe { slot.first_cell(cells) });
            }
        };
        visit(&self.shared);
        self.shards().for_each(|shard| visit(&shard.segments));
    }

    /// The value of one cell of a run, over all threads.
    pub(crate) fn sum(&self, slot: Slot) -> u64 {
        let mut total = 0_u64;
        self.for_each(slot, |cell| {
            // Relaxed: a statistic; nothing else is read on the strength of this value. Coherence
            // alone makes it monotonic for a reader.
            total = total.wrapping_add(cell.load(Ordering::Relaxed));
        });
        total
    }

    /// The values of many cells, over all threads; 0 for a slot that is not assigned.
    ///
    /// Walks the cells of one thread after those of the other: metrics that were made together lie side by
    /// side there, and are then read in one sweep.
    #[cfg(not(engram_loom))]
    pub(crate) fn sum_all(&self, slots: &[Slot], totals: &mut [u64]) {
        totals.fill(0);
        let is_one_sweep = slot::are_side_by_side(slots);
        let mut add = |segments: &Segments| match is_one_sweep {
            // SAFETY: they are, and slots are only made by claiming them.
            true => unsafe { add_sweep(segments, slots, totals) },
            false => add_each(segments, slots, totals),
        };
        add(&self.shared);
        self.shards().for_each(|shard| add(&shard.segments));
    }

    /// The first of the shared cells of `slot`, for one record.
    pub(crate) fn shared(&self, slot: Slot) -> Option<&Cell64> {
        // Relaxed: a statistic.
        self.shared_records.fetch_add(1, Ordering::Relaxed);
        let cells = self.shared.get(slot.segment())?;
        // SAFETY: a slot that was claimed lies inside its segment, which lives as long as the storage.
        Some(unsafe { slot.first_cell(cells) })
    }

    /// Takes back the run of a metric that is gone, zeroed, for the next metric of the same size.
    ///
    /// The caller holds the metric exclusively: no thread is recording into it, and every record
    /// made happens before this. Zeroing the cells of a metric in use would lose counts.
    pub(crate) fn give_up(&self, slot: Slot, len: u32) {
        self.for_each(slot, |first| {
            for at in 0..len as usize {
                // SAFETY: the run has `len` cells behind its first one.
                let cell = unsafe { cell(first, at) };
                // Relaxed: reaches the next writer through the slot it is given, see `Block`.
                cell.store(0, Ordering::Relaxed);
            }
        });
        self.recycled.put(slot, len);
    }

    /// Counts a record that found no cell anywhere.
    #[cold]
    pub(crate) fn count_lost(&self) {
        // Relaxed: a statistic.
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that found no cell anywhere.
    pub(crate) fn lost(&self) -> u64 {
        // Relaxed: a statistic.
        self.lost.load(Ordering::Relaxed)
    }

    /// Records that went to shared cells.
    pub(crate) fn shared_records(&self) -> u64 {
        // Relaxed: a statistic.
        self.shared_records.load(Ordering::Relaxed)
    }

    fn count_unread(&self, change: i64) {
        // Relaxed: a statistic.
        self.unread.fetch_add(change.cast_unsigned(), Ordering::Relaxed);
    }

    /// Runs that something was recorded into and that nobody has read.
    pub(crate) fn unread(&self) -> u64 {
        // Relaxed: a statistic.
        self.unread.load(Ordering::Relaxed)
    }

    /// Shards in existence: the peak number of threads that recorded at one time.
    pub(crate) fn shard_count(&self) -> usize {
        self.shards().count()
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        // Relaxed: a shard that is missed here is one whose first record has not been published yet.
        let created = self.created.load(Ordering::Relaxed) as usize;
        self.shards.iter().take(created).filter_map(|entry| {
            // Acquire: sees the shard that the Release store in `make` published.
            let shard = entry.load(order!(Acquire, "shard.walk"));
            // SAFETY: an entry is null or a shard that lives as long as the storage.
            unsafe { shard.as_ref() }
        })
    }

    /// The shard at an index that came from a shard.
    fn shard(&self, index: u32) -> &Shard {
        // Relaxed: whoever has the index has it from the shard, its own or one that was given back, and in
        // that case acquired everything with the index, see `FreeShards::pop`.
        let shard = self.shards[index as usize].load(Ordering::Relaxed);
        // SAFETY: the index was taken from a shard, so its entry is set, and it lives as long as
        // the storage.
        unsafe { &*shard }
    }
}

/// Adds the cells of slots that lie side by side: all are in the segment of the first one.
///
/// # Safety
/// Each slot was claimed, and names the cell behind that of the one before.
#[cfg(not(engram_loom))]
unsafe fn add_sweep(segments: &Segments, slots: &[Slot], totals: &mut [u64]) {
    let Some(first) = slots.first() else { return };
    let Some(cells) = segments.get(first.segment()) else { return };
    // SAFETY: by contract it was claimed, and so lies inside its segment.
    let first = unsafe { first.first_cell(cells) };
    let len = slots.len().min(totals.len());
    for (at, total) in totals[..len].iter_mut().enumerate() {
        // SAFETY: by contract the slot `at` places behind the first one was claimed, in the same segment.
        let cell = unsafe { cell(first, at) };
        // Relaxed: as in `sum`.
        *total = total.wrapping_add(cell.load(Ordering::Relaxed));
    }
}

/// Adds the cells of any slots.
#[cfg(not(engram_loom))]
fn add_each(segments: &Segments, slots: &[Slot], totals: &mut [u64]) {
    // That of the slot before, and where it starts. The segment of no slot is never made.
    let (mut segment, mut cells) = (Slot::UNASSIGNED.segment(), None);
    for (slot, total) in slots.iter().zip(totals) {
        if slot.segment() != segment {
            segment = slot.segment();
            cells = segments.get(segment);
        }
        let Some(cells) = cells else { continue };
        // SAFETY: a slot that was claimed lies inside its segment.
        let cell = unsafe { slot.first_cell(cells) };
        // Relaxed: as in `sum`.
        *total = total.wrapping_add(cell.load(Ordering::Relaxed));
    }
}

impl Shard {
    /// A shard without cells, from the system's allocator like the cells; `None` without memory.
    fn make(index: u32, node: usize) -> Option<*mut Self> {
        // SAFETY: a shard is not zero-sized.
        let shard = unsafe { System.alloc(Layout::new::<Self>()) }.cast::<Self>();
        if shard.is_null() {
            return None;
        }
        // SAFETY: just allocated with the layout of a shard.
        unsafe { shard.write(Self { segments: Segments::new(), link: Link::new(), index, node }) };
        Some(shard)
    }

    /// # Safety
    /// `shard` came from `make` and nothing refers to it any more.
    unsafe fn unmake(shard: *mut Self) {
        // SAFETY: by contract the shard is initialised and ours alone.
        unsafe { (*shard).segments.free() };
        // SAFETY: as above; it is not used behind this.
        unsafe { shard.drop_in_place() };
        // SAFETY: `make` allocated it with this layout.
        unsafe { System.dealloc(shard.cast(), Layout::new::<Self>()) };
    }
}

impl Drop for Storage {
    /// For models and tests; the storage of the process is a static.
    fn drop(&mut self) {
        self.shared.free();
        for entry in &self.shards {
            // Relaxed: with `&mut self`, everything that was done to the storage happened before.
            let shard = entry.load(Ordering::Relaxed);
            if shard.is_null() {
                continue;
            }
            // SAFETY: `make` allocated it, and nothing borrows from a storage that is being dropped.
            unsafe { Shard::unmake(shard) };
        }
    }
}

const_unless_modelled! {
    fn empty_shards() -> [AtomicPtr<Shard>; SHARDS] {
        #[cfg(not(engram_loom))]
        let shards = [const { AtomicPtr::new(std::ptr::null_mut()) }; SHARDS];
        #[cfg(engram_loom)]
        let shards = std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut()));
        shards
    }
}

const_unless_modelled! {
    fn no_free_shards() -> [FreeShards; NODES] {
        #[cfg(not(engram_loom))]
        let lists = [const { FreeShards::new() }; NODES];
        #[cfg(engram_loom)]
        let lists = std::array::from_fn(|_| FreeShards::new());
        lists
    }
}
