//! All series of a family: which there are, found by their label values.
//!
//! Only the first record of a thread into a series comes here, and a scrape. A hash that is taken by
//! another series moves on to the next number, so that values are always compared in full.
//!
//! The lock is waited for with patience and then given up on: after `fork`, the thread that held it may
//! not exist. A record that gives up goes to the overflow series, where it is counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;

use super::series::Entry;
use crate::sync::{RwLock, const_unless_modelled, read_patiently, write_patiently};

/// Series in the order in which they were made.
#[derive(Debug)]
pub(super) struct List<const N: usize, M> {
    pub(super) series: Arc<Vec<Listed<N, M>>>,
    /// Of two lists of one generation, the shorter one is how the longer one begins.
    pub(super) generation: u64,
}

/// A series, and since when nothing was recorded into it.
#[derive(Debug)]
pub(super) struct Listed<const N: usize, M> {
    pub(super) entry: Arc<Entry<N, M>>,
    /// What the metric said of its activity when it was last seen to change, and when that was.
    active: Option<(u64, Instant)>,
}

#[derive(Debug)]
pub(super) struct Index<const N: usize, M>(RwLock<Series<N, M>>);

#[derive(Debug)]
struct Series<const N: usize, M> {
    /// Replaced, not changed, while a scrape walks it. `None` before the first series.
    list: Option<Arc<Vec<Listed<N, M>>>>,
    /// How often series were taken out.
    generation: u64,
    /// From a hash to a position in the list.
    places: HashMap<u64, u32, FixedState>,
}

/// Label values, looked for in one family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a, const N: usize> {
    pub(super) hash: u64,
    pub(super) values: &'a [&'a str; N],
    /// For a handle, which is counted before anybody can evict the series.
    pub(super) to_keep: bool,
}

impl<const N: usize> Wanted<'_, N> {
    fn keep<M>(&self, found: &Entry<N, M>) {
        if self.to_keep {
            found.hold();
        }
    }
}

impl<const N: usize, M> Index<N, M> {
    const_unless_modelled! {
        /// No series.
        pub(super) fn new() -> Self {
            Self(RwLock::new(Series {
                list: None,
                generation: 0,
                places: HashMap::with_hasher(FixedState::with_seed(0)),
            }))
        }
    }

    /// The series, if it is there; the outer `None` when that cannot be known.
    pub(super) fn find(&self, wanted: Wanted<'_, N>) -> Option<Option<Arc<Entry<N, M>>>> {
        let series = read_patiently(&self.0)?;
        let found = series.find(wanted).ok();
        found.iter().for_each(|found| wanted.keep(found));
        Some(found)
    }

    /// The series, made with `make` if there are fewer than `limit`.
    pub(super) fn find_or_make(
        &self,
        wanted: Wanted<'_, N>,
        limit: u32,
        make: impl FnOnce() -> M,
    ) -> Option<Arc<Entry<N, M>>> {
        let mut series = write_patiently(&self.0)?;
        let found = match series.find(wanted) {
            Ok(found) => found,
            Err(_) if series.len() >= limit => return None,
            Err(place) => series.add(place, Entry::new(wanted, make())),
        };
        wanted.keep(&found);
        Some(found)
    }

    /// How many there are; `None` when that cannot be known.
    pub(super) fn len(&self) -> Option<u32> {
        read_patiently(&self.0).map(|series| series.len())
    }

    /// What there is now. Walking it keeps nobody waiting.
    pub(super) fn list(&self) -> Option<List<N, M>> {
        let series = read_patiently(&self.0)?;
        Some(List { series: series.list.clone()?, generation: series.generation })
    }

    /// Takes out the series that nobody holds a handle to and whose `activity` has not changed for
    /// `idle`, as far as the calls of this function can tell; returns how many.
    pub(super) fn evict(&self, now: Instant, idle: Duration, activity: impl Fn(&M) -> u64) -> u32 {
        write_patiently(&self.0).map_or(0, |mut series| {
            series.evict(|listed| !listed.is_active(now, idle, &activity) && listed.entry.is_free())
        })
    }
}

impl<const N: usize, M> Series<N, M> {
    fn len(&self) -> u32 {
        self.list.as_ref().map_or(0, |list| list.len() as u32)
    }

    /// The series, or the number under which it would be found.
    fn find(&self, wanted: Wanted<'_, N>) -> Result<Arc<Entry<N, M>>, u64> {
        let mut place = wanted.hash;
        while let Some(&at) = self.places.get(&place) {
            let list = self.list.as_ref().expect("what has a place is listed");
            let entry = &list[at as usize].entry;
            if entry.has(wanted.values) {
                return Ok(Arc::clone(entry));
            }
            place = place.wrapping_add(1);
        }
        Err(place)
    }

    fn add(&mut self, place: u64, entry: Entry<N, M>) -> Arc<Entry<N, M>> {
        let entry = Arc::new(entry);
        self.places.insert(place, self.len());
        let listed = Listed { entry: Arc::clone(&entry), active: None };
        Arc::make_mut(self.list.get_or_insert_default()).push(listed);
        entry
    }

    fn evict(&mut self, mut is_evicted: impl FnMut(&mut Listed<N, M>) -> bool) -> u32 {
        let before = self.len();
        let Some(list) = &mut self.list else { return 0 };
        Arc::make_mut(list).retain_mut(|listed| !is_evicted(listed));
        let evicted = before - self.len();
        if evicted > 0 {
            self.generation += 1;
            self.find_places();
        }
        evicted
    }

    /// Finds every series its place anew: taking one out would leave a hole in the row of another.
    fn find_places(&mut self) {
        self.places.clear();
        for (at, listed) in (0..).zip(self.list.iter().flat_map(|list| list.iter())) {
            let mut place = listed.entry.hash;
            while self.places.contains_key(&place) {
                place = place.wrapping_add(1);
            }
            self.places.insert(place, at);
        }
    }
}

impl<const N: usize, M> Listed<N, M> {
    /// Whether something was recorded in the last `idle`.
    fn is_active(&mut self, now: Instant, idle: Duration, activity: impl Fn(&M) -> u64) -> bool {
        let activity = activity(&self.entry.metric);
        match self.active {
            Some((seen, since)) if seen == activity => now.saturating_duration_since(since) < idle,
            _ => {
                self.active = Some((activity, now));
                true
            }
        }
    }
}

impl<const N: usize, M> Clone for Listed<N, M> {
    fn clone(&self) -> Self {
        Self { entry: Arc::clone(&self.entry), active: self.active }
    }
}
