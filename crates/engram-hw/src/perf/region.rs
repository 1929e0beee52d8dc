//! Counting between two points of a program.

use std::cell::RefCell;

use engram_metrics_core::Counter;

use super::group::Counts;
use super::{Event, Group};
use crate::gate::ENABLED;
use crate::sync::{AtomicU32, Ordering};

/// A named part of a program whose events are counted while threads are inside.
///
/// Entering and leaving read the thread's group: a system call each where there are counters, and none where
/// there are not or telemetry is compiled out. Regions may nest; the outer one includes the inner. Threads count for
/// themselves, and are added up when somebody looks: [`RegionSource`](crate::RegionSource) shows it as metrics.
///
/// ```
/// use engram_hw::Region;
///
/// static SEARCH: Region = Region::new("hnsw_search");
/// {
///     let _inside = SEARCH.enter();
///     // ... work
/// }
/// for sample in SEARCH.counts().samples() {
///     println!("{}: {}", sample.event.name(), sample.count);
/// }
/// ```
#[derive(Debug)]
pub struct Region {
    name: &'static str,
    entries: Counter,
    /// As [`Counts::times`].
    times: [Counter; 2],
    /// One for each of [`EVENTS`].
    counts: [Counter; EVENTS.len()],
    /// A bit for each of them that some thread could open.
    are_open: AtomicU32,
}

/// Inside a region until it is dropped.
#[derive(Debug)]
#[must_use = "the region ends when this is dropped"]
pub struct RegionGuard<'a> {
    region: &'a Region,
    start: Option<Counts>,
}

/// What a thread counts for its regions: what most ratios are of.
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
        Self {
            name,
            entries: Counter::new(),
            times: [const { Counter::new() }; 2],
            counts: [const { Counter::new() }; EVENTS.len()],
            are_open: AtomicU32::new(0),
        }
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

    /// How often it was left; 0 when telemetry is compiled out.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries.value()
    }

    /// What was counted inside so far, by all threads.
    #[must_use]
    pub fn counts(&self) -> Counts {
        // Relaxed: which counters to look at; each of them stands for itself.
        let are_open = self.are_open.load(Ordering::Relaxed);
        let all = EVENTS.iter().zip(&self.counts).enumerate();
        let open = all.filter(|(at, _)| are_open >> at & 1 == 1);
        let counted = open.map(|(_, (event, counter))| (*event, counter.value()));
        Counts::of(self.times.each_ref().map(Counter::value), counted)
    }

    fn add(&self, inside: &Counts) {
        self.times.iter().zip(inside.times()).for_each(|(counter, time)| counter.add(time));
        let mut are_open = 0;
        for (event, count) in inside.counted() {
            if let Some(at) = EVENTS.iter().position(|it| *it == event) {
                self.counts[at].add(count);
                are_open |= 1 << at;
            }
        }
        // Relaxed: as in `counts`. Once all are known nobody writes, and the line stays with everybody.
        if are_open & !self.are_open.load(Ordering::Relaxed) != 0 {
            // Relaxed: as above.
            self.are_open.fetch_or(are_open, Ordering::Relaxed);
        }
    }
}

impl Drop for RegionGuard<'_> {
    fn drop(&mut self) {
        self.region.entries.increment();
        if let Some((start, end)) = self.start.and_then(|start| Some((start, read()?))) {
            self.region.add(&end.since(&start));
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

#[cfg(test)]
mod tests {
    use engram_metrics_core::when_enabled;

    when_enabled! {
        use super::*;

        #[test]
        fn what_threads_counted_inside_is_added_up_and_what_none_could_open_is_absent() {
            static REGION: Region = Region::new("work");
            let inside = |count| Counts::of([10, 5], [(Event::Cycles, count)].into_iter());
            std::thread::scope(|scope| {
                for count in [100, 20] {
                    scope.spawn(move || REGION.add(&inside(count)));
                }
            });
            let samples: Vec<_> = REGION.counts().samples().collect();
            assert_eq!(samples.len(), 1, "{samples:?}");
            // It ran for half of the time.
            assert_eq!((samples[0].event, samples[0].count), (Event::Cycles, 240));
        }

        #[test]
        fn a_region_that_was_left_twice_says_so() {
            static REGION: Region = Region::new("twice");
            drop(REGION.enter());
            drop(REGION.enter());
            assert_eq!(REGION.entries(), 2);
        }
    }
}
