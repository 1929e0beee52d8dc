//! Where the locks of a class are waited for.

use std::panic::Location;
use std::sync::OnceLock;

use engram_metrics_core::{Counter, Handle};

use crate::finding::Site;
use crate::lock::sync::{AtomicU64, Ordering};

use super::held::At;
use super::metrics::LOCKS;

/// A place, and what was waited there.
#[derive(Debug)]
pub(super) struct Place {
    /// `None` of all places that there was no room for.
    at: Option<At>,
    contentions: AtomicU64,
    waited_ticks: AtomicU64,
    series: Handle<'static, 2, Counter>,
}

impl Place {
    fn new(class: &str, at: Option<At>) -> Self {
        let site = at.map_or_else(|| "other".to_owned(), |at| Site::of(at).to_string());
        let series = LOCKS.contentions.handle([class, site.as_str()]);
        Self { at, contentions: AtomicU64::new(0), waited_ticks: AtomicU64::new(0), series }
    }

    /// As it stands in reports.
    pub(super) fn name(&self) -> String {
        self.at.map_or_else(|| "other".to_owned(), |at| Site::of(at).to_string())
    }

    /// Acquisitions that had to wait, and for how long together, in ticks of 2^-30 s.
    pub(super) fn waits(&self) -> (u64, u64) {
        // Relaxed, both: statistics.
        (self.contentions.load(Ordering::Relaxed), self.waited_ticks.load(Ordering::Relaxed))
    }

    pub(super) fn count(&self, ticks: u64) {
        // Relaxed, both: statistics.
        self.contentions.fetch_add(1, Ordering::Relaxed);
        self.waited_ticks.fetch_add(ticks, Ordering::Relaxed);
        self.series.increment();
    }
}

/// The places of one class: the first that come, and one for the rest.
#[derive(Debug)]
pub(super) struct Places([OnceLock<Place>; ROOM + 1]);

/// Places of a class that are told apart.
const ROOM: usize = 8;

impl Places {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; ROOM + 1])
    }

    /// The one of this place, made by whoever comes first. Made outside of its cell: what allocates must not be waited
    /// for by whoever holds a lock of the allocator.
    pub(super) fn of(&self, class: &str, at: At) -> &Place {
        for cell in &self.0[..ROOM] {
            let place = match cell.get() {
                Some(place) => place,
                None => {
                    let made = Place::new(class, Some(at));
                    cell.get_or_init(|| made)
                }
            };
            if place.at.is_some_and(|it| is_same(it, at)) {
                return place;
            }
        }
        let rest = &self.0[ROOM];
        if let Some(place) = rest.get() {
            return place;
        }
        let made = Place::new(class, None);
        rest.get_or_init(|| made)
    }

    /// All of them, the one that was waited at longest first.
    pub(super) fn all(&self) -> Vec<&Place> {
        let mut all: Vec<&Place> = self.0.iter().filter_map(OnceLock::get).collect();
        all.sort_by_key(|place| std::cmp::Reverse(place.waits().1));
        all
    }
}

/// The compiler may keep one place in several copies.
fn is_same(one: &Location<'_>, other: &Location<'_>) -> bool {
    std::ptr::eq(one, other) || one == other
}
