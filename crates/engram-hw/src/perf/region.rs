//! Counting between two points of a program.

use std::cell::{Cell, RefCell};

use engram_metrics_core::ENABLED;

use super::group::Counts;
use super::{Event, Group};

/// A named part of a program whose events are counted while a thread is inside.
///
/// Entering and leaving read the thread's group: a system call each where there are counters, and none where
/// there are not or telemetry is compiled out. Regions may nest; the outer one includes the inner.
///
/// ```
/// use engram_hw::Region;
///
/// let search = Region::new("hnsw_search");
/// {
///     let _inside = search.enter();
///     // ... work
/// }
/// for sample in search.counts().samples() {
///     println!("{}: {}", sample.event.name(), sample.count);
/// }
/// ```
#[derive(Debug)]
pub struct Region {
    name: &'static str,
    /// Not shared between threads: each has its own region, as its counters are its own.
    counted: Cell<Option<Counts>>,
    entries: Cell<u64>,
}

/// Inside a region until it is dropped.
#[derive(Debug)]
#[must_use = "the region ends when this is dropped"]
pub struct RegionGuard<'a> {
    region: &'a Region,
    start: Option<Counts>,
}

/// What a thread counts for its regions: the two that most ratios are of, and time.
const EVENTS: [Event; 6] = [
    Event::Cycles,
    Event::Instructions,
    Event::Branches,
    Event::BranchMisses,
    Event::CacheReferences,
    Event::CacheMisses,
];

thread_local! {
    /// Opened by the first region that the thread enters.
    static GROUP: RefCell<Option<Group>> = const { RefCell::new(None) };
}

impl Region {
    /// A region that nobody has entered.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, counted: Cell::new(None), entries: Cell::new(0) }
    }

    /// As it stands in labels.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Counts until the guard is dropped.
    pub fn enter(&self) -> RegionGuard<'_> {
        RegionGuard { region: self, start: if ENABLED { read() } else { None } }
    }

    /// How often it was entered.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries.get()
    }

    /// What was counted inside so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counted.get().unwrap_or_default()
    }
}

impl Drop for RegionGuard<'_> {
    fn drop(&mut self) {
        if !ENABLED {
            return;
        }
        self.region.entries.set(self.region.entries.get() + 1);
        if let (Some(start), Some(end)) = (self.start, self.start.and_then(|_| read())) {
            let sum = self.region.counts().plus(&end.since(&start));
            self.region.counted.set(Some(sum));
        }
    }
}

/// What the thread's group has counted; `None` where there are no counters.
fn read() -> Option<Counts> {
    GROUP.with(|group| {
        let mut group = group.borrow_mut();
        let group = group.get_or_insert_with(|| Group::open(&EVENTS));
        if group.is_empty() { None } else { group.read().ok() }
    })
}
