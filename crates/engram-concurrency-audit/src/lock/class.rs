//! Lock classes: the locks that are made at one place in the source, or declared to be one class.
//!
//! The first locks of a class are told apart, each with an identity of its own; the later ones share the
//! identity of their class, so that a program that makes a lock for each request neither grows the graph nor
//! pays for it. Locks of a class that are nested in each other are always told apart.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::finding::Site;
use crate::lock::sync::{AtomicRef, AtomicU32, AtomicU64, Ordering};
use crate::reentry;
use crate::sync::{Mutex, patiently};

use super::metrics::Series;
use super::numbered::Numbered;
use super::place::Places;
use super::state::{self, SHARED_IDENTITY, Word};

/// How closely locks are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Tracking {
    /// Not at all: the wrapped lock and one load.
    Off = 0,
    /// Everything.
    Full = 1,
    /// What is held and who waits, and the order of one new combination in 16.
    Sample = 2,
}

impl Tracking {
    const fn of(number: u32) -> Self {
        match number {
            0 => Self::Off,
            2 => Self::Sample,
            _ => Self::Full,
        }
    }
}

/// A class that a program declares, to give it a name, a level, or a kind.
///
/// ```
/// use engram_concurrency_audit::{LockClass, Mutex};
///
/// static CONFIG: LockClass = LockClass::new("config").level(1);
/// static STORE: LockClass = LockClass::new("store").level(2);
///
/// let (config, store) = (Mutex::of(&CONFIG, ()), Mutex::of(&STORE, ()));
/// let _outer = config.lock();
/// let _inner = store.lock();
/// ```
#[derive(Debug)]
pub struct LockClass {
    name: &'static str,
    level: u32,
    is_spin: bool,
    record: AtomicRef<Class>,
}

impl LockClass {
    /// A class of this name, without a level.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, level: 0, is_spin: false, record: AtomicRef::none() }
    }

    /// Levels grow from the outside to the inside: a lock of a lower level must not be taken while one of a
    /// higher level is held. 0 is no level.
    #[must_use]
    pub const fn level(mut self, level: u32) -> Self {
        self.level = level;
        self
    }

    /// Locks that are held for moments by threads that must not block: no blocking lock may be taken inside.
    #[must_use]
    pub const fn spin(mut self) -> Self {
        self.is_spin = true;
        self
    }

    /// Says from now on how closely the locks of this class are looked at.
    pub fn track(&'static self, tracking: Tracking) {
        if let Some(class) = Class::declared(self) {
            change_tracking(|table| {
                class.set_tracking(tracking);
                table.switch()
            });
        }
    }
}

/// Where a lock's class comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// The place it was made at, and its level.
    Site(&'static std::panic::Location<'static>, u32),
    /// A declaration.
    Declared(&'static LockClass),
    /// The place it is first taken at.
    FirstUse,
}

/// What is known of a class. Lives as long as the process.
#[derive(Debug)]
pub(super) struct Class {
    /// Counted from 1.
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) site: Site,
    pub(super) level: u32,
    pub(super) is_spin: bool,
    tracking: AtomicU32,
    /// `NESTING` and `WRITTEN`.
    marks: AtomicU32,
    instances: AtomicU64,
    contentions: AtomicU64,
    waited_ticks: AtomicU64,
    /// Where was waited.
    pub(super) places: Places,
    /// There is none while nobody waited, and no hold was timed.
    series: OnceLock<Series>,
}

impl Class {
    /// The class of a lock; `None` when the table cannot be had now.
    pub(super) fn of(origin: Origin, first_use: Site) -> Option<&'static Self> {
        match origin {
            Origin::Declared(declared) => Self::declared(declared),
            Origin::Site(location, level) => {
                let site = Site::of(location);
                table(Key::Site(site, level), |number| Self::at(number, site, level))
            }
            Origin::FirstUse => {
                table(Key::Site(first_use, 0), |number| Self::at(number, first_use, 0))
            }
        }
    }

    fn declared(declared: &'static LockClass) -> Option<&'static Self> {
        if let Some(class) = declared.record.load() {
            return Some(class);
        }
        let make = |number| Self {
            name: declared.name.to_owned(),
            level: declared.level,
            is_spin: declared.is_spin,
            ..Self::at(number, Site::UNKNOWN, 0)
        };
        let class = table(Key::Declared(std::ptr::from_ref(declared).addr()), make)?;
        declared.record.store(class);
        Some(class)
    }

    fn at(number: u32, site: Site, level: u32) -> Self {
        let file = site.file().rsplit('/').next().unwrap_or_default();
        Self {
            number,
            name: format!("{file}:{}", site.line()),
            site,
            level,
            is_spin: false,
            // Relaxed: a setting that takes effect soon.
            tracking: AtomicU32::new(DEFAULT.load(Ordering::Relaxed)),
            marks: AtomicU32::new(0),
            instances: AtomicU64::new(0),
            contentions: AtomicU64::new(0),
            waited_ticks: AtomicU64::new(0),
            places: Places::new(),
            series: OnceLock::new(),
        }
    }

    /// How closely its locks are looked at.
    #[inline(always)]
    pub(super) fn tracking(&self) -> Tracking {
        // Relaxed: a setting that takes effect soon; what is held is kept track of by itself.
        Tracking::of(self.tracking.load(Ordering::Relaxed))
    }

    /// Whether its locks are looked at.
    #[inline(always)]
    pub(super) fn is_on(&self) -> bool {
        // Relaxed: as in `tracking`.
        self.tracking.load(Ordering::Relaxed) != Tracking::Off as u32
    }

    /// The class of this number.
    #[inline(always)]
    pub(super) fn by_number(number: u16) -> Option<&'static Self> {
        BY_NUMBER.get(number)
    }

    /// The word of a lock of this class that is not told apart.
    pub(super) const fn shared_word(&self) -> Word {
        state::word(self.number | SHARED_IDENTITY, self.number)
    }

    fn set_tracking(&self, tracking: Tracking) {
        // Relaxed: as in `tracking`.
        self.tracking.store(tracking as u32, Ordering::Relaxed);
    }

    /// Whether two locks of the class were nested in each other.
    pub(super) fn is_nesting(&self) -> bool {
        self.marks() & NESTING != 0
    }

    pub(super) fn set_nesting(&self) {
        // Relaxed: as in `marks`.
        self.marks.fetch_or(NESTING, Ordering::Relaxed);
    }

    /// A lock of its that is not told apart was written through.
    pub(super) fn set_written(&self) {
        // Relaxed: as in `marks`.
        self.marks.fetch_or(WRITTEN, Ordering::Relaxed);
    }

    /// Whether nothing more is to be known of its locks that are not told apart, to read or to write them.
    #[inline(always)]
    pub(super) fn is_plain(&self, writes: bool) -> bool {
        let marks = self.marks();
        self.is_on() && marks & NESTING == 0 && (!writes || marks & WRITTEN != 0)
    }

    #[inline(always)]
    fn marks(&self) -> u32 {
        // Relaxed: facts that, once true, stay.
        self.marks.load(Ordering::Relaxed)
    }

    /// Whether the next lock of this class is one of the first.
    pub(super) fn admits_individual(&self) -> bool {
        // Relaxed: a count; whoever is first does not matter.
        self.instances.fetch_add(1, Ordering::Relaxed) < INDIVIDUALS
    }

    /// Counts an acquisition that had to wait.
    pub(super) fn count_wait(&self, ticks: u64) {
        // Relaxed, both: statistics.
        self.contentions.fetch_add(1, Ordering::Relaxed);
        self.waited_ticks.fetch_add(ticks, Ordering::Relaxed);
    }

    /// Its series, made by the first who has to wait, or is timed. They are made outside of the cell: what allocates
    /// must not be waited for by whoever holds a lock of the allocator.
    pub(super) fn series(&self) -> &Series {
        if let Some(series) = self.series.get() {
            return series;
        }
        let made = Series::of(&self.name);
        self.series.get_or_init(|| made)
    }

    /// Acquisitions that had to wait, and for how long together, in ticks of 2^-30 s.
    pub(super) fn waits(&self) -> (u64, u64) {
        // Relaxed, both: statistics.
        let contentions = self.contentions.load(Ordering::Relaxed);
        let waited = self.waited_ticks.load(Ordering::Relaxed);
        (contentions, waited)
    }

    /// Locks of this class that were ever taken.
    pub(super) fn instances(&self) -> u64 {
        // Relaxed: a statistic.
        self.instances.load(Ordering::Relaxed)
    }
}

/// Says from now on how closely all locks are looked at, those of declared classes included.
pub fn track_locks(tracking: Tracking) {
    change_tracking(|table| {
        // Relaxed: as in `Class::tracking`.
        DEFAULT.store(tracking as u32, Ordering::Relaxed);
        table.list.iter().for_each(|class| class.set_tracking(tracking));
        table.switch()
    });
}

/// Whether all locks are looked at, some, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
enum Switch {
    All = 0,
    Some = 1,
    None = 2,
}

/// Whether there are locks that are not looked at, or a sample is asked for: one load, of a line that seldom changes.
#[inline(always)]
pub(super) fn some_are_off() -> bool {
    // Relaxed: a setting that takes effect soon.
    SWITCH.load(Ordering::Relaxed) != Switch::All as u32
}

/// Whether this lock is not looked at.
#[inline(always)]
pub(super) fn is_off(word: Word) -> bool {
    // Relaxed: as above.
    SWITCH.load(Ordering::Relaxed) & !SAMPLE == Switch::None as u32
        || state::class_of(word).is_some_and(|class| !class.is_on())
}

/// Asks for a sample: the next acquisition is to be timed. Of no use while nothing is looked at.
pub(super) fn ask_for_sample() {
    // Relaxed: a number, and nothing else is read on the strength of it.
    if SWITCH.load(Ordering::Relaxed) != Switch::None as u32 {
        // Relaxed: as above.
        SWITCH.fetch_or(SAMPLE, Ordering::Relaxed);
    }
}

/// Whether a sample is asked for.
#[inline(always)]
pub(super) fn wants_sample() -> bool {
    // Relaxed: as above.
    SWITCH.load(Ordering::Relaxed) & SAMPLE != 0
}

/// Answers for all threads; true in one of them.
pub(super) fn take_sample() -> bool {
    // Relaxed: one of the threads sees the mark.
    SWITCH.fetch_and(!SAMPLE, Ordering::Relaxed) & SAMPLE != 0
}

fn change_tracking(change: impl FnOnce(&Table) -> Switch) {
    reentry::unaudited(|| {
        if let Some(table) = patiently(&CLASSES) {
            // Relaxed: as in `some_are_off`.
            SWITCH.store(change(&table) as u32, Ordering::Relaxed);
        }
    });
}

/// All classes, in the order of their numbers.
pub(super) fn all() -> Vec<&'static Class> {
    patiently(&CLASSES).map_or_else(Vec::new, |table| table.list.clone())
}

/// Two locks of the class were nested in each other.
const NESTING: u32 = 1;
/// A lock of the class that is not told apart was written through.
const WRITTEN: u32 = 2;

/// Locks of a class that are told apart.
const INDIVIDUALS: u64 = 256;

/// Classes at most; what is beyond shares the last one.
const LIMIT: usize = 8192;

/// Beside the number of a [`Switch`].
const SAMPLE: u32 = 4;

static DEFAULT: AtomicU32 = AtomicU32::new(Tracking::Full as u32);
static SWITCH: AtomicU32 = AtomicU32::new(Switch::All as u32);
/// Classes by their numbers, so that a lock can say its class in few bits.
static BY_NUMBER: Numbered<Class, { LIMIT + 1 }> = Numbered::new();
static CLASSES: Mutex<Table> = Mutex::new(Table { by_key: None, list: Vec::new() });

#[derive(Debug)]
struct Table {
    /// Empty until the first class, for a hash map cannot be made at compile time.
    by_key: Option<HashMap<Key, &'static Class>>,
    list: Vec<&'static Class>,
}

impl Table {
    /// Those that are made from now on are tracked by default.
    fn switch(&self) -> Switch {
        // Relaxed: as in `Class::tracking`.
        let is_default_on = DEFAULT.load(Ordering::Relaxed) != Tracking::Off as u32;
        let mut on = self.list.iter().map(|class| class.is_on()).chain([is_default_on]);
        match (on.clone().all(|is_on| is_on), on.any(|is_on| is_on)) {
            (true, _) => Switch::All,
            (_, true) => Switch::Some,
            _ => Switch::None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Site(Site, u32),
    Declared(usize),
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Site(site, level) => (site.line(), site.column(), level).hash(state),
            Self::Declared(address) => address.hash(state),
        }
    }
}

fn table(key: Key, make: impl FnOnce(u32) -> Class) -> Option<&'static Class> {
    let mut table = patiently(&CLASSES)?;
    let table = &mut *table;
    if table.list.len() == LIMIT {
        return table.list.last().copied();
    }
    let number = table.list.len() as u32 + 1;
    let by_key = table.by_key.get_or_insert_default();
    Some(*by_key.entry(key).or_insert_with(|| {
        // Never freed: locks refer to it, and there are at most `LIMIT`.
        let class: &'static Class = Box::leak(Box::new(make(number)));
        table.list.push(class);
        BY_NUMBER.set(number as u16, class);
        class
    }))
}
