//! Numbers that another program counted, a C++ one for instance, as metrics beside ours.
//!
//! It hands over totals by name, and histograms as the counts of their buckets, as HDR histograms are written
//! down. What it hands over again replaces what was there; a total that is smaller than before is that of a program
//! that began anew, and starts another run of the same metric.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use engram_metrics_core::{
    Collect, Descriptor, ENABLED, Histogram, Kind, Labels, Layout, Snapshot, Unit, Value, Visit,
};

/// Takes in what a program outside of this one has counted; register it beside your sources.
///
/// | metric | |
/// |---|---|
/// | `engram.legacy.events` | totals, by the `name` that the other program gave them |
/// | `engram.legacy.duration` | histograms of durations, by `name` |
///
/// ```
/// use engram_concurrency_audit::LegacyMetricsAdapter;
///
/// static LEGACY: LegacyMetricsAdapter = LegacyMetricsAdapter::new();
///
/// LEGACY.report_thread_metrics([("Thread::starts", 12), ("Thread::tasks", 90_000)]);
/// // Nanoseconds, and how many values there were of each.
/// LEGACY.report_histogram("Thread::task", [(1_000, 40), (25_000, 2)]);
/// ```
#[derive(Debug)]
pub struct LegacyMetricsAdapter(Mutex<Reported>);

/// What was reported, by name.
#[derive(Debug)]
struct Reported {
    totals: BTreeMap<String, Total>,
    durations: BTreeMap<String, Durations>,
    refused: u64,
}

/// A histogram, and how many values of each were reported so far.
#[derive(Debug)]
struct Durations {
    histogram: Histogram,
    seen: BTreeMap<u64, u64>,
}

/// A total over all runs of the other program.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    /// Of the runs before this one.
    before: u64,
    now: u64,
}

impl LegacyMetricsAdapter {
    /// An adapter that was told nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Reported {
            totals: BTreeMap::new(),
            durations: BTreeMap::new(),
            refused: 0,
        }))
    }

    /// Takes in totals by name: what the other program has counted since it began.
    pub fn report_thread_metrics<'a>(&self, totals: impl IntoIterator<Item = (&'a str, u64)>) {
        for (name, value) in totals.into_iter().filter(|_| ENABLED) {
            let mut reported = self.lock();
            let has_room = reported.totals.len() < NAMES;
            match reported.totals.get_mut(name) {
                Some(total) => total.follow(value),
                None if has_room => {
                    let total = Total { before: 0, now: value };
                    reported.totals.insert(name.to_owned(), total);
                }
                None => reported.refused += 1,
            }
        }
    }

    /// Takes in a histogram of durations: values in nanoseconds, and how many there were of each since the other
    /// program began. What is new is recorded as that value; a count that shrank begins anew.
    pub fn report_histogram(&self, name: &str, buckets: impl IntoIterator<Item = (u64, u64)>) {
        if !ENABLED {
            return;
        }
        let mut reported = self.lock();
        if reported.durations.len() == NAMES && !reported.durations.contains_key(name) {
            reported.refused += 1;
            return;
        }
        let new = || Durations {
            histogram: Histogram::with_layout(Layout::SECONDS),
            seen: BTreeMap::new(),
        };
        let durations = reported.durations.entry(name.to_owned()).or_insert_with(new);
        let refused: u64 =
            buckets.into_iter().map(|(value, count)| durations.follow(value, count)).sum();
        reported.refused += refused;
    }

    /// The histogram of that name, as far as it was reported.
    #[must_use]
    pub fn histogram(&self, name: &str) -> Option<Snapshot> {
        self.lock().durations.get(name).map(|durations| durations.histogram.snapshot())
    }

    /// The total of that name, over all runs of the other program.
    #[must_use]
    pub fn total(&self, name: &str) -> Option<u64> {
        self.lock().totals.get(name).map(|total| total.value())
    }

    /// What was reported and had no room: totals and histograms beyond the first 256 of each, values of a
    /// histogram beyond its first 4096.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.lock().refused
    }

    fn lock(&self) -> MutexGuard<'_, Reported> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for LegacyMetricsAdapter {
    fn default() -> Self {
        Self::new()
    }
}

impl Collect for LegacyMetricsAdapter {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        [&EVENTS, &DURATION].get(index).copied()
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        let reported = self.lock();
        if index == 0 {
            for (name, total) in &reported.totals {
                visit.series(Labels::new(&[("name", name)]), Value::Unsigned(total.value()));
            }
        } else {
            for (name, durations) in &reported.durations {
                let snapshot = durations.histogram.snapshot();
                visit.series(Labels::new(&[("name", name)]), Value::Histogram(&snapshot));
            }
        }
    }
}

static EVENTS: Descriptor = Descriptor::fixed(
    "engram.legacy.events",
    "What another program counted, by its names.",
    Unit::Count("{event}"),
    Kind::Counter,
);

static DURATION: Descriptor = Descriptor::fixed(
    "engram.legacy.duration",
    "How long something took in another program, by its names.",
    Unit::Seconds,
    Kind::Histogram,
);

impl Durations {
    /// There were so many values of these nanoseconds so far; 1 when there is no room for them.
    fn follow(&mut self, nanoseconds: u64, count: u64) -> u64 {
        if self.seen.len() == VALUES && !self.seen.contains_key(&nanoseconds) {
            return 1;
        }
        let before = self.seen.insert(nanoseconds, count).unwrap_or_default();
        let new = if count < before { count } else { count - before };
        record(&self.histogram, ticks(nanoseconds), new);
        0
    }
}

impl Total {
    /// The other program has counted so far: less than before is that of a new run.
    const fn follow(&mut self, now: u64) {
        if now < self.now {
            self.before = self.before.saturating_add(self.now);
        }
        self.now = now;
    }

    const fn value(self) -> u64 {
        self.before.saturating_add(self.now)
    }
}

fn record(histogram: &Histogram, ticks: u64, mut count: u64) {
    while count > 0 {
        let weight = u32::try_from(count).unwrap_or(u32::MAX);
        histogram.record_weighted(ticks, weight);
        count -= u64::from(weight);
    }
}

/// Ticks of 2^-30 s, to the nearest.
fn ticks(nanoseconds: u64) -> u64 {
    let ticks = ((u128::from(nanoseconds) << 30) + 500_000_000) / 1_000_000_000;
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

/// Totals, and histograms, of the other program.
const NAMES: usize = 256;

/// Values of one histogram.
const VALUES: usize = 4096;

#[cfg(test)]
mod tests;
