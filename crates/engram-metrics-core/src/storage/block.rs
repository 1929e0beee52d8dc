//! A metric's run of cells, claimed when it is first recorded into.
//!
//! | slot         | means             | left by                                   |
//! |--------------|-------------------|-------------------------------------------|
//! | `UNASSIGNED` | never recorded    | the first record: exchange to a claimed slot |
//! | anything else| claimed           | dropping the block                        |
//! | either, off  | switched off      | `switch`, which keeps the rest            |
//!
//! Assigning late is what lets a metric be a plain `static` with a `const` constructor.

use super::{Local, Slot, Storage};
use crate::sync::{AtomicBool, AtomicU64, Cell64, Ordering, const_unless_modelled, order};

/// What a record does to the cells of its metric, written once for own and for shared cells.
pub(crate) trait Record: Copy {
    /// Applies the record.
    fn apply(self, cells: impl Cells);
}

/// Cells of a run, counted from its first.
pub(crate) trait Cells: Copy {
    /// Adds; wraps.
    fn add(&self, at: usize, value: u64);
    /// Adds, after everything this record wrote before.
    fn add_last(&self, at: usize, value: u64);
    /// Raises a cell to at least `value`, after everything this record wrote before.
    fn raise(&self, at: usize, value: u64);
    /// The same cells, if this thread alone writes them.
    fn owned(&self) -> Option<Own<'_>>;
}

/// Cells that the calling thread owns.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a>(&'a Cell64);

/// Cells that any thread may write at the same time.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a>(&'a Cell64);

/// The cell `at` behind another one of the same segment, such as the first of its run.
///
/// # Safety
/// The segment has as many cells behind that one.
#[inline(always)]
pub(crate) unsafe fn cell(first: &Cell64, at: usize) -> &Cell64 {
    // SAFETY: by contract the cell belongs to the same segment, hence to the same allocation.
    let cell = unsafe { std::ptr::from_ref(first).add(at) };
    // SAFETY: as above; all cells of a segment live as long.
    unsafe { &*cell }
}

impl Own<'_> {
    #[inline(always)]
    pub(crate) fn cell(&self, at: usize) -> &Cell64 {
        // SAFETY: records only name cells of their own block, and blocks claim what they name.
        unsafe { cell(self.0, at) }
    }
}

impl Cells for Own<'_> {
    #[inline(always)]
    fn add(&self, at: usize, value: u64) {
        let cell = self.cell(at);
        // Relaxed: readers sum independent cells; where a record writes several, `add_last` orders them.
        cell.store(cell.load_own().wrapping_add(value), Ordering::Relaxed);
    }

    #[inline(always)]
    fn add_last(&self, at: usize, value: u64) {
        let cell = self.cell(at);
        // Release: whoever reads this value with Acquire, a snapshot, sees what this record wrote before.
        cell.store(cell.load_own().wrapping_add(value), order!(Release, "own.add_last"));
    }

    #[inline(always)]
    fn raise(&self, at: usize, value: u64) {
        let cell = self.cell(at);
        if cell.load_own() < value {
            // Release: as in `add_last`.
            cell.store(value, order!(Release, "own.raise"));
        }
    }

    #[inline(always)]
    fn owned(&self) -> Option<Own<'_>> {
        Some(*self)
    }
}

impl Shared<'_> {
    fn cell(&self, at: usize) -> &Cell64 {
        // SAFETY: records only name cells of their own block, and blocks claim what they name.
        unsafe { cell(self.0, at) }
    }
}

impl Cells for Shared<'_> {
    fn add(&self, at: usize, value: u64) {
        // Relaxed: as for owned cells; the read-modify-write keeps concurrent adders from losing any.
        self.cell(at).fetch_add(value, Ordering::Relaxed);
    }

    fn add_last(&self, at: usize, value: u64) {
        // Release: as for owned cells.
        self.cell(at).fetch_add(value, order!(Release, "shared.add_last"));
    }

    fn raise(&self, at: usize, value: u64) {
        // Release: as for owned cells.
        self.cell(at).fetch_max(value, order!(Release, "shared.raise"));
    }

    fn owned(&self) -> Option<Own<'_>> {
        None
    }
}

/// A run of `len` cells.
#[derive(Debug)]
pub(crate) struct Block {
    slot: AtomicU64,
    len: u32,
    is_read: AtomicBool,
}

impl Block {
    const_unless_modelled! {
        /// A run of `len` cells that nothing has been recorded into.
        pub(crate) fn new(len: u32) -> Self {
            Self {
                slot: AtomicU64::new(Slot::UNASSIGNED.packed()),
                len,
                is_read: AtomicBool::new(false),
            }
        }
    }

    /// Where the cells are for a reader, unless nothing was recorded yet.
    pub(crate) fn read(&self, storage: &Storage) -> Option<Slot> {
        let slot = self.assigned()?;
        // Relaxed, both: of several first readers the exchange lets one count.
        if !self.is_read.load(Ordering::Relaxed) && !self.is_read.swap(true, Ordering::Relaxed) {
            storage.count_unread(-1);
        }
        Some(slot)
    }

    /// Gives the run up; `&mut` means that nobody records into it any more.
    pub(crate) fn give_up(&mut self, storage: &Storage) {
        let Some(slot) = self.assigned() else { return };
        // Relaxed: nobody else has the block any more.
        if !self.is_read.load(Ordering::Relaxed) {
            storage.count_unread(-1);
        }
        storage.give_up(slot, self.len);
    }

    /// Where the cells are, unless nothing was recorded yet.
    pub(crate) fn assigned(&self) -> Option<Slot> {
        let slot = self.slot().switched_on();
        (slot != Slot::UNASSIGNED).then_some(slot)
    }

    /// Whether records are ignored.
    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        self.slot().is_off()
    }

    /// Ignores records, or takes them again. What was recorded stays.
    pub(crate) fn switch(&self, on: bool) {
        let switched = |packed| {
            let slot = Slot::unpack(packed);
            Some(if on { slot.switched_on() } else { slot.switched_off() }.packed())
        };
        // Relaxed, both: a read-modify-write extends the release sequence of `assign`, so whoever
        // acquires the switched slot also sees the wiped run; nothing else hangs on it.
        let _ = self.slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, switched);
    }

    #[inline(always)]
    fn slot(&self) -> Slot {
        // Acquire: whoever may use the run also sees that it was wiped after its last use, the
        // partner being the Release in `assign`. On x86-64 this is a plain load.
        Slot::unpack(self.slot.load(order!(Acquire, "block.slot")))
    }

    /// Applies `record` to the cells that start `at` cells into the run, if the thread owns them.
    #[inline(always)]
    pub(crate) fn write_own(&self, local: &Local<'_>, at: u32, record: impl Record) -> bool {
        local.with_own(self.slot(), |first| {
            // SAFETY: the caller names cells of this block.
            record.apply(Own(unsafe { cell(first, at as usize) }));
        })
    }

    /// The same for a thread that has no cells here yet: claims, leases, or uses the shared cells.
    #[cold]
    #[inline(never)]
    #[expect(
        clippy::too_many_arguments,
        reason = "those of `write_own`, and how to observe the thread's end"
    )]
    pub(crate) fn write_anywhere<'a>(
        &self,
        (storage, local): (&'a Storage, &Local<'a>),
        at: u32,
        record: impl Record,
        arm: impl FnOnce() -> Option<u32>,
    ) {
        let assign = || local.unless_busy(|| self.assign(storage));
        let Some(slot) = self.assigned().or_else(assign) else {
            return self.lose(storage);
        };
        if let Some(first) = local.reach(storage, slot, arm) {
            // SAFETY: the caller names cells of this block.
            return record.apply(Own(unsafe { cell(first, at as usize) }));
        }
        self.write_shared(storage, slot.offset(at), record);
    }

    /// Applies `record` to the shared cells: for a signal handler, which may have interrupted this thread
    /// between the load and the store of an owned cell. It must not allocate either, so a record into a
    /// metric that has no cells yet is lost, and counted.
    pub(crate) fn write_from_interrupt(&self, storage: &Storage, at: u32, record: impl Record) {
        match self.assigned() {
            Some(slot) if !self.is_off() => self.write_shared(storage, slot.offset(at), record),
            Some(_) => {}
            None => self.lose(storage),
        }
    }

    /// Applies `record` to the shared cells from `slot` on, which is inside this run.
    fn write_shared(&self, storage: &Storage, slot: Slot, record: impl Record) {
        match storage.shared(slot) {
            Some(first) => record.apply(Shared(first)),
            None => self.lose(storage),
        }
    }

    fn lose(&self, storage: &Storage) {
        if !self.is_off() {
            storage.count_lost();
        }
    }

    /// Claims the run. Of several threads that try at once one wins; the cells of the others stay
    /// unused, at most one run per thread and metric.
    #[cold]
    pub(crate) fn assign(&self, storage: &Storage) -> Option<Slot> {
        let claimed = storage.claim(self.len)?;
        // Release: publishes the run, with its cells wiped, to the Acquire in `slot`.
        // Relaxed, when it fails: `assigned` reads the slot again, with Acquire.
        match self.slot.compare_exchange(
            Slot::UNASSIGNED.packed(),
            claimed.packed(),
            order!(Release, "block.assign"),
            Ordering::Relaxed,
        ) {
            Ok(_) => {
                storage.count_unread(1);
                Some(claimed)
            }
            // Another thread was first, or the metric was switched off meanwhile.
            Err(_) => self.assigned(),
        }
    }
}
