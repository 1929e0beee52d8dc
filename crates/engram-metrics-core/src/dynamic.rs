//! A metric whose label values are strings that only the running program knows.
//!
//! ```text
//!   at(["GET", path]).increment()
//!     hash ─► this thread's table ─► series ─► compare in full ─► this thread's cell     a hit
//!                    │ not there
//!                    └─► index of the family (lock) ─► series, made if below the limit    a miss
//!                                  │ full
//!                                  └─► the overflow series
//! ```
//!
//! A hit reads only what no other thread is writing, so it costs the same for any number of threads, and
//! allocates nothing. `index.rs` is what threads share, `cache.rs` what each remembers, `series.rs` who
//! keeps a series alive.
//!
//! Rejected: a hash alone as the key, which merges series whose hashes collide; separators between values,
//! which merge those that contain the separator; counted references taken at each record, which make two
//! threads fight for the count; epochs or hazard pointers, for the tables hold references already.

mod at;
mod cache;
mod handle;
mod index;
mod key;
mod number;
mod replicate;
mod roster;
mod series;
mod show;

pub use at::At;
pub use handle::Handle;
pub use replicate::{Plain, Replicate};

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::collect::Visit;
use crate::control::Control;
use crate::counter::Counter;
use crate::descriptor::{Kind, is_valid_label};
use crate::gate::Live;
use crate::histogram::{Bounds, ExemplarHistogram, ExplicitHistogram, Histogram, Layout};
use crate::label::Labels;
use crate::rows::Room;
use crate::set::Instrument;
use crate::storage::unless_busy;
use crate::unit::Unit;
use index::{Index, Wanted};
use key::Key;
use number::{NUMBERS, Number};
use roster::Rosters;
use series::Entry;

/// Series that a family may have unless it says otherwise: the limit of OpenTelemetry.
pub const DEFAULT_LIMIT: u32 = 2000;

/// A longer label value has no series of its own.
pub const MAX_VALUE_BYTES: usize = 1024;

/// The label of the series for everything beyond the limit.
const OVERFLOW: (&str, &str) = ("otel_metric_overflow", "true");

/// One series per combination of string labels, made when it is first recorded into.
///
/// ```
/// use engram_metrics_core::{Counter, DynamicFamily};
///
/// static REQUESTS: DynamicFamily<2, Counter> = DynamicFamily::<2, Counter>::new(["method", "path"]);
///
/// let path = String::from("/words/sleep");
/// REQUESTS.at(["GET", &path]).increment();
/// REQUESTS.at_static(["GET", "/health"]).increment();
/// let health = REQUESTS.handle(["GET", "/health"]);
/// health.increment();
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(REQUESTS.at(["GET", "/health"]).value(), 2);
/// # }
/// ```
///
/// | look-up | for | cost of a hit |
/// |---|---|---|
/// | [`at`](Self::at) | any strings | a hash and a comparison of the strings |
/// | [`at_static`](Self::at_static) | `&'static str`, at most six labels | a comparison of addresses |
/// | [`handle`](Self::handle) | a series used again and again | none: as a metric of its own |
///
/// **Bounds.** At most [`DEFAULT_LIMIT`] series, or the [limit](Self::with_limit) given. Everything beyond
/// it, and values longer than [`MAX_VALUE_BYTES`], is recorded into one more series, labelled
/// `otel_metric_overflow="true"`, and counted by the registry in `engram.metrics.overflow`. A thread
/// remembers at most 256 series by text and 128 by address, of all families together, in 14 KiB.
///
/// **Eviction.** Series never go away unless the family is made [`with_eviction`](Self::with_eviction).
/// One that was evicted starts again at zero when its labels come back; what a thread records into it at
/// the very moment of its eviction goes with it.
///
/// **Where it waits.** The first record of a thread into a series takes a lock, and allocates if the series
/// is new: not in a signal handler, which needs a handle. Inside an allocator such a record goes to the
/// overflow series.
pub struct DynamicFamily<const N: usize, M: Replicate> {
    overflow: M,
    inner: Live<Inner<N, M>>,
}

#[derive(Debug)]
struct Inner<const N: usize, M: Replicate> {
    number: Number,
    names: [&'static str; N],
    shape: M::Shape,
    limit: u32,
    idle: Option<Duration>,
    overflowed: Counter,
    index: Index<N, M>,
    rosters: Rosters,
}

impl<const N: usize, M: Plain> DynamicFamily<N, M> {
    /// A family whose labels have these names.
    ///
    /// # Panics
    /// At compile time in a `const` or `static`: when a name is not `[a-z][a-z0-9_]*` or stands twice.
    #[must_use]
    pub const fn new(names: [&'static str; N]) -> Self {
        Self::of(names, (), M::ZERO)
    }
}

impl<const N: usize> DynamicFamily<N, Histogram> {
    /// A family of histograms with these buckets.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[must_use]
    pub const fn with_layout(names: [&'static str; N], layout: Layout) -> Self {
        Self::of(names, layout, Histogram::with_layout(layout))
    }
}

impl<const N: usize> DynamicFamily<N, ExemplarHistogram> {
    /// A family of histograms with these buckets that lead to traces.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[must_use]
    pub const fn with_exemplars(names: [&'static str; N], layout: Layout) -> Self {
        Self::of(names, layout, ExemplarHistogram::with_layout(layout))
    }
}

impl<const N: usize> DynamicFamily<N, ExplicitHistogram> {
    /// A family of histograms over these bounds.
    ///
    /// # Panics
    /// As [`new`](Self::new), and as [`ExplicitHistogram::new`].
    #[must_use]
    pub const fn with_bounds(names: [&'static str; N], unit: Unit, bounds: &'static [f64]) -> Self {
        let bounds = Bounds::new(bounds, unit.resolution());
        Self::of(names, bounds, ExplicitHistogram::over(bounds))
    }
}

impl<const N: usize, M: Replicate> DynamicFamily<N, M> {
    /// At most so many series.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        if let Some(inner) = self.inner.get_mut() {
            inner.limit = limit;
        }
        self
    }

    /// Evicts series that nothing was recorded into for `idle`, as seen by the scrapes: each collection
    /// looks at all of them.
    #[must_use]
    pub const fn with_eviction(mut self, idle: Duration) -> Self {
        if let Some(inner) = self.inner.get_mut() {
            inner.idle = Some(idle);
        }
        self
    }

    const fn of(names: [&'static str; N], shape: M::Shape, overflow: M) -> Self {
        const { assert!(N > 0, "without labels, use the instrument itself") };
        check_names(&names);
        let inner = Inner {
            number: Number::new(),
            names,
            shape,
            limit: DEFAULT_LIMIT,
            idle: None,
            overflowed: Counter::new(),
            index: Index::new(),
            rosters: Rosters::new(),
        };
        Self { overflow, inner: Live::new(inner) }
    }

    /// The series of these values, to record into at once.
    #[inline]
    pub fn at<'a>(&'a self, values: [&'a str; N]) -> At<'a, N, M> {
        At::new(self, Key::Text(values))
    }

    /// The same for values that live as long as the program. Recognised by their addresses, which is
    /// several times faster than reading them; six labels at most, with more it is [`at`](Self::at).
    #[inline(always)]
    pub fn at_static(&self, values: [&'static str; N]) -> At<'_, N, M> {
        At::new(self, Key::of_static(values))
    }

    /// The series of these values, to keep: no look-up any more. A series with a handle is not evicted.
    ///
    /// Beyond the limit it is a handle to the overflow series.
    pub fn handle(&self, values: [&str; N]) -> Handle<'_, N, M> {
        let key = Key::Text(values);
        let entry = self
            .inner
            .with(|inner| inner.find_or_make(Wanted { to_keep: true, ..inner.wanted(&key) }));
        Handle::new(&self.overflow, entry)
    }

    /// Takes out the series that nothing was recorded into for the time given to
    /// [`with_eviction`](Self::with_eviction); collecting does this as well. Returns how many.
    pub fn evict_idle(&self, now: Instant) -> u32 {
        self.inner.with(|inner| {
            let evict = |idle| inner.index.evict(now, idle, M::activity);
            let evicted = unless_busy(|| inner.idle.map(evict)).unwrap_or(0);
            if evicted > 0 {
                inner.number.replace(&NUMBERS);
            }
            evicted
        })
    }

    /// Records that went to the overflow series, and handles to it that were given out.
    #[must_use]
    pub fn overflowed(&self) -> u64 {
        self.inner.with(|inner| inner.overflowed.value())
    }

    /// Series, the one for the overflow not counted.
    #[must_use]
    pub fn series(&self) -> usize {
        self.inner.with(|inner| inner.index.list().map_or(0, |list| list.series.len()))
    }

    /// Runs `act` on the metric of a series, or on that of the overflow.
    ///
    /// Always inlined, because only the caller knows which kind of key it made; what is left of the other
    /// kind is nothing.
    #[inline(always)]
    fn record(&self, key: Key<'_, N>, act: impl FnOnce(&M)) {
        let Some(inner) = self.inner.get() else { return };
        match key {
            Key::Text(values) => self.record_text(inner, &values, act),
            Key::Static(_) => self.record_in(inner, key, act),
        }
    }

    /// [`record_in`](Self::record_in) for text: too long to be repeated wherever something is recorded.
    #[inline(never)]
    fn record_text(&self, inner: &Inner<N, M>, values: &[&str; N], act: impl FnOnce(&M)) {
        self.record_in(inner, Key::Text(*values), act);
    }

    #[inline(always)]
    fn record_in(&self, inner: &Inner<N, M>, key: Key<'_, N>, act: impl FnOnce(&M)) {
        let family = inner.number.load();
        // SAFETY: the number is one of this family; recording into a metric remembers no series.
        match unsafe { key.find(family) } {
            Some(entry) => act(&entry.metric),
            None if Number::is_off(family) => {}
            None => self.record_first(inner, key.copied(), act),
        }
    }

    /// The first record of this thread into a series, or one that it did not find at once.
    #[cold]
    #[inline(never)]
    fn record_first(&self, inner: &Inner<N, M>, key: Key<'_, N>, act: impl FnOnce(&M)) {
        // Before the index is asked: a series that is evicted behind this is remembered by a number that is
        // compared no more.
        let family = inner.number.give(&NUMBERS);
        // SAFETY: as in `record`.
        if let Some(entry) = unsafe { key.find_in_set(family) } {
            return act(&entry.metric);
        }
        match inner.find_or_make(inner.wanted(&key)) {
            Some(entry) => {
                act(&entry.metric);
                key.remember(family, &entry);
            }
            None => act(&self.overflow),
        }
    }

    /// Reads a series, which is not made for it.
    fn read<R: Default>(&self, key: Key<'_, N>, read: impl FnOnce(&M) -> R) -> R {
        self.inner.with(|inner| {
            let wanted = inner.wanted(&key);
            let entry = unless_busy(|| inner.index.find(wanted)?);
            entry.map_or_else(R::default, |entry| read(&entry.metric))
        })
    }
}

impl<const N: usize, M: Replicate> Inner<N, M> {
    /// What the index is asked for. Whoever has a number sees the seed of the hash, so that comes first.
    fn wanted<'a>(&self, key: &'a Key<'_, N>) -> Wanted<'a, N> {
        self.number.give(&NUMBERS);
        key.wanted()
    }

    /// The series, made if it may be; `None` means the overflow, and has been counted.
    fn find_or_make(&self, wanted: Wanted<'_, N>) -> Option<Arc<Entry<N, M>>> {
        let is_long = |value: &&str| value.len() > MAX_VALUE_BYTES;
        let entry = unless_busy(|| match wanted.values.iter().any(is_long) {
            true => None,
            false => self.index.find(wanted)?.or_else(|| self.make(wanted)),
        });
        if entry.is_none() {
            self.overflowed.increment();
        }
        entry
    }

    fn make(&self, wanted: Wanted<'_, N>) -> Option<Arc<Entry<N, M>>> {
        // A full family is asked over and over: not under the lock that would keep others from reading.
        if self.index.len()? >= self.limit {
            return None;
        }
        self.index.find_or_make(wanted, self.limit, || M::replicate(&self.shape))
    }
}

const fn check_names(names: &[&'static str]) {
    let mut at = 0;
    while at < names.len() {
        assert!(is_valid_label(names[at]), "a label name is [a-z][a-z0-9_]*");
        let mut other = 0;
        while other < at {
            assert!(!is_same(names[at], names[other]), "two labels have the same name");
            other += 1;
        }
        at += 1;
    }
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

impl<const N: usize, M: Replicate> Instrument for DynamicFamily<N, M> {
    const KIND: Kind = M::KIND;

    fn collect(&self, visit: &mut dyn Visit) {
        self.evict_idle(Instant::now());
        self.inner.with(|inner| {
            let mut room = Room::of(M::KIND);
            if let Some(list) = unless_busy(|| inner.index.list()) {
                inner.show(&list, &mut room, visit);
            }
            if inner.overflowed.value() > 0 {
                self.overflow.show(Labels::new(&[OVERFLOW]), &mut room, visit);
            }
        });
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

impl<const N: usize, M: Replicate> Control for DynamicFamily<N, M> {
    fn switch(&self, on: bool) {
        self.inner.with(|inner| inner.number.switch(on));
    }

    fn overflow(&self) -> Option<u64> {
        self.inner.with(|inner| Some(inner.overflowed.value()))
    }
}

impl<const N: usize, M: Replicate> fmt::Debug for DynamicFamily<N, M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.inner.get().map(|inner| inner.names);
        out.debug_struct("DynamicFamily").field("labels", &names).finish_non_exhaustive()
    }
}
