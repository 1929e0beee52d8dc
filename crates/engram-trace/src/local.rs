//! Which lane this thread leased, and how it gives it back.
//!
//! ```text
//!   CACHE   [id, lane] [id, lane] …      what a record looks at: no destructor, no check, no borrow
//!   LEASES  lease, lease, …              what the thread has: its destructor is how a thread leaves
//! ```
//!
//! Tracers have numbers that are never used again, so an entry of the cache that is out of date matches no
//! tracer. Two tracers whose numbers fall on one entry take turns in it: the slower way, through `LEASES`.

use std::cell::{Cell, RefCell};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::lane::Lane;
use crate::lanes::Lanes;
use crate::sync::{AtomicU64, Ordering};

/// Tracers that a thread finds at once.
const ENTRIES: usize = 8;

thread_local! {
    static CACHE: [Entry; ENTRIES] = const { [const { Entry::new() }; ENTRIES] };
    static LEASES: RefCell<Vec<Lease>> = const { RefCell::new(Vec::new()) };
}

/// A lane of this thread, by the number of its tracer.
#[derive(Debug)]
struct Entry {
    id: Cell<u64>,
    lane: Cell<*const ()>,
}

/// A lane that this thread has.
struct Lease {
    id: u64,
    lane: *const (),
    at: usize,
    lanes: Arc<dyn Lend>,
}

/// Lanes of whatever values.
trait Lend {
    fn give_back(&self, at: usize);
    fn is_abandoned(&self) -> bool;
}

impl<T: Copy> Lend for Lanes<T> {
    fn give_back(&self, at: usize) {
        self.lane(at).give_back();
    }

    fn is_abandoned(&self) -> bool {
        self.is_abandoned()
    }
}

impl Entry {
    const fn new() -> Self {
        Self { id: Cell::new(NOBODY), lane: Cell::new(ptr::null()) }
    }
}

/// The number of no tracer, and that of one that has none yet.
const NOBODY: u64 = u64::MAX;
pub(crate) const UNNUMBERED: u64 = 0;

/// A number that no tracer ever had.
pub(crate) fn fresh_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(UNNUMBERED + 1);
    // Relaxed: deals out numbers.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The lane that this thread has of the tracer with this number; `None` where it is not in the cache. It stays as
/// long as this thread runs, or does not lease another one.
#[inline(always)]
pub(crate) fn cached<T>(id: u64) -> Option<NonNull<Lane<T>>> {
    CACHE.with(|cache| {
        let entry = &cache[id as usize % ENTRIES];
        if entry.id.get() == id { NonNull::new(entry.lane.get().cast_mut().cast()) } else { None }
    })
}

/// The same, leasing a lane if need be, and from now on it is in the cache.
///
/// There is none when all are leased, when the thread is ending, and inside an allocator that records while
/// the lease itself allocates.
#[cold]
pub(crate) fn reach<T: Copy + Send + 'static>(
    id: u64,
    lanes: &Arc<Lanes<T>>,
) -> Option<NonNull<Lane<T>>> {
    let lane = LEASES.try_with(|leases| {
        let mut leases = leases.try_borrow_mut().ok()?;
        if let Some(lease) = leases.iter().find(|lease| lease.id == id) {
            return Some(lease.lane);
        }
        leases.retain(|lease| !lease.lanes.is_abandoned());
        leases.try_reserve(1).ok()?;
        let at = lanes.lease()?;
        let lane = ptr::from_ref(lanes.lane(at)).cast();
        leases.push(Lease { id, lane, at, lanes: lanes.clone() });
        Some(lane)
    });
    let lane = lane.ok().flatten()?;
    CACHE.with(|cache| {
        let entry = &cache[id as usize % ENTRIES];
        entry.id.set(id);
        entry.lane.set(lane);
    });
    cached(id)
}

impl Drop for Lease {
    fn drop(&mut self) {
        CACHE.with(|cache| {
            let entry = &cache[self.id as usize % ENTRIES];
            if entry.id.get() == self.id {
                entry.id.set(NOBODY);
            }
        });
        self.lanes.give_back(self.at);
    }
}
