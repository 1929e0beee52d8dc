//! What a thread remembers of the series it recorded into, so that a hit touches nothing shared.
//!
//! Two tables of fixed size. One finds a series by the hash of its label values, which are then compared
//! in full. The other finds it by the addresses of `&'static str` values: the same address and length is
//! the same text for ever, so nothing has to be read. A series may be in any of the [`WAYS`] places of a
//! set, so that a few that are used all the time do not drive each other out.
//!
//! A place holds a reference to its series until another series needs the place, or the thread ends.
//! Nothing else may happen to a place while a record uses the series in it. That holds because a record
//! runs none of the user's code, except through an allocator that records too; the thread is then busy
//! ([`is_busy`]), and a busy thread changes no place.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::NonNull;
use std::sync::Arc;

use super::series::{Entry, Header};
use crate::storage::is_busy;

/// Series that a thread remembers by the hash of their values.
const TEXTS: usize = 256;

/// Series that a thread remembers by the addresses of their values.
const POINTERS: usize = 128;

/// Places that a series can be in: those whose index differs from its own in the lowest bits.
const WAYS: usize = 4;

/// Labels whose addresses fit in a place; a family with more of them is searched by hash.
pub(super) const MAX_POINTERS: usize = 6;

/// A static text that is longer is searched by hash.
pub(super) const MAX_POINTER_BYTES: usize = 0xffff;

thread_local! {
    /// Without a destructor: no registration, no check, usable until the last instruction.
    static CACHE: Cache = const { Cache::new() };

    /// Its destructor is how a thread forgets.
    static DEPARTURE: Departure = const { Departure };
}

struct Departure;

impl Drop for Departure {
    fn drop(&mut self) {
        CACHE.with(Cache::close);
    }
}

struct Cache {
    /// [`EMPTY`] before the first miss, and after the thread's locals are gone.
    tables: Cell<*const Tables>,
    is_closed: Cell<bool>,
    /// Which of a full set is given up next.
    victim: Cell<usize>,
}

/// What a thread knows that remembers nothing; saves a hit from asking whether there are tables.
static EMPTY: Empty = Empty(Tables {
    texts: [const { TextPlace::empty() }; TEXTS],
    pointers: [const { PointerPlace::empty() }; POINTERS],
});

struct Empty(Tables);

// SAFETY: the cells of the empty tables are never set: `tables_or_make` replaces the tables first.
unsafe impl Sync for Empty {}

/// All-zero bytes are tables in which nothing is remembered.
struct Tables {
    texts: [TextPlace; TEXTS],
    pointers: [PointerPlace; POINTERS],
}

struct TextPlace {
    hash: Cell<u64>,
    /// The number of the family when the place was filled.
    family: Cell<u64>,
    series: Cell<Option<NonNull<Header>>>,
}

/// One line.
#[repr(align(64))]
struct PointerPlace {
    /// What [`word`] says of each value.
    words: [Cell<u64>; MAX_POINTERS],
    family: Cell<u64>,
    series: Cell<Option<NonNull<Header>>>,
}

/// The series that this thread remembers for these values.
///
/// # Safety
/// The result is not used any more when the thread remembers another series, or ends. `family` is the number
/// of a family of `N` labels and metrics `M`.
#[inline(always)]
pub(super) unsafe fn find_text<'a, const N: usize, M>(
    (family, hash): (u64, u64),
    values: &[&str; N],
) -> Option<&'a Entry<N, M>> {
    // SAFETY: that of the caller.
    unsafe { tables().texts[hash as usize % TEXTS].series_of((family, hash), values) }
}

/// The same in the other places of the set.
///
/// # Safety
/// As [`find_text`].
pub(super) unsafe fn find_text_in_set<'a, const N: usize, M>(
    (family, hash): (u64, u64),
    values: &[&str; N],
) -> Option<&'a Entry<N, M>> {
    let places = &tables().texts;
    // SAFETY: that of the caller.
    let series_of = |at: usize| unsafe { places[at].series_of((family, hash), values) };
    set(hash as usize % TEXTS).find_map(series_of)
}

/// The same by the addresses of the values. Always inlined: it is a handful of comparisons.
///
/// # Safety
/// As [`find_text`].
#[inline(always)]
pub(super) unsafe fn find_pointers<'a, const N: usize, M>(
    family: u64,
    values: [&'static str; N],
) -> Option<&'a Entry<N, M>> {
    let place = &tables().pointers[pointer_place(family, &values)];
    // SAFETY: as in `find_text`.
    unsafe { place.series_of(family, &values) }
}

/// The same in the other places of the set.
///
/// # Safety
/// As [`find_text`].
pub(super) unsafe fn find_pointers_in_set<'a, const N: usize, M>(
    family: u64,
    values: &[&'static str; N],
) -> Option<&'a Entry<N, M>> {
    let places = &tables().pointers;
    // SAFETY: as in `find_text`.
    let series_of = |at: usize| unsafe { places[at].series_of(family, values) };
    set(pointer_place(family, values)).find_map(series_of)
}

/// Remembers a series by the hash of its values.
pub(super) fn remember_text<const N: usize, M>(
    (family, hash): (u64, u64),
    entry: &Arc<Entry<N, M>>,
) {
    CACHE.with(|cache| {
        let Some(tables) = cache.tables_or_make() else { return };
        let series = |at: usize| &tables.texts[at].series;
        let at = cache.vacant(hash as usize % TEXTS, series);
        tables.texts[at].hash.set(hash);
        tables.texts[at].family.set(family);
        replace(series(at), entry);
    });
}

/// Remembers a series by the addresses of its values.
pub(super) fn remember_pointers<const N: usize, M>(
    family: u64,
    values: &[&'static str; N],
    entry: &Arc<Entry<N, M>>,
) {
    CACHE.with(|cache| {
        let Some(tables) = cache.tables_or_make() else { return };
        let series = |at: usize| &tables.pointers[at].series;
        let at = cache.vacant(pointer_place(family, values), series);
        tables.pointers[at].name(family, values);
        replace(series(at), entry);
    });
}

/// The same values, one by one. Handed to a function as it is, an array would have to be in memory from
/// the start, also for a hit, which can do with registers.
#[inline(always)]
pub(super) fn copied<T: Copy, const N: usize>(values: [T; N]) -> [T; N] {
    std::array::from_fn(|at| values[at])
}

/// This thread's tables, which stay where they are until it ends.
#[inline(always)]
fn tables<'a>() -> &'a Tables {
    let tables = CACHE.with(|cache| cache.tables.get());
    // SAFETY: those that live for ever, or allocated by `tables_or_make` and freed by `close`, which the
    // thread calls last; what is done with them here is done by then.
    unsafe { &*tables }
}

/// The places of the set that `first` belongs to, itself first.
#[inline]
fn set(first: usize) -> impl Iterator<Item = usize> + Clone {
    (0..WAYS).map(move |way| first ^ way)
}

/// Address and length of a static text in one word; never 0. The length is at most [`MAX_POINTER_BYTES`],
/// and the addresses that processes get have 48 bits.
#[inline(always)]
fn word(value: &'static str) -> u64 {
    value.as_ptr().addr() as u64 ^ (value.len() as u64).rotate_right(16)
}

/// Addresses of short texts differ in their low bits, numbers of families too: those choose the place. A
/// product would mix better and cost more than the rest of a hit; sets make up for it.
#[inline(always)]
fn pointer_place<const N: usize>(family: u64, values: &[&'static str; N]) -> usize {
    const LINE_BITS: u32 = size_of::<PointerPlace>().ilog2();
    let mix = |mixed: u64, value: &&'static str| {
        (mixed << 1).wrapping_add(word(value) << (LINE_BITS - 1))
    };
    let mixed = values.iter().fold(0, mix).wrapping_add(family << LINE_BITS);
    (mixed >> LINE_BITS) as usize % POINTERS
}

/// Puts a reference to `entry` into a place, and gives up the one that was there.
fn replace<const N: usize, M>(place: &Cell<Option<NonNull<Header>>>, entry: &Arc<Entry<N, M>>) {
    if let Some(before) = place.replace(Some(entry.share())) {
        // SAFETY: it was taken out of its place just now.
        unsafe { Header::release(before) };
    }
}

impl TextPlace {
    /// The series in this place, if it is that of these values.
    ///
    /// # Safety
    /// As [`find_text`].
    #[inline(always)]
    unsafe fn series_of<'a, const N: usize, M>(
        &self,
        (family, hash): (u64, u64),
        values: &[&str; N],
    ) -> Option<&'a Entry<N, M>> {
        if self.hash.get() != hash || self.family.get() != family {
            return None;
        }
        // SAFETY: a place holds a reference, and by contract still does while the result is used; it is of
        // this family, so the series is of this type.
        let entry: &Entry<N, M> = unsafe { Header::series(self.series.get()?) };
        entry.has(values).then_some(entry)
    }

    const fn empty() -> Self {
        Self { hash: Cell::new(0), family: Cell::new(0), series: Cell::new(None) }
    }
}

impl PointerPlace {
    const fn empty() -> Self {
        Self {
            words: [const { Cell::new(0) }; MAX_POINTERS],
            family: Cell::new(0),
            series: Cell::new(None),
        }
    }

    /// The series in this place, if it is that of these values.
    ///
    /// # Safety
    /// As [`find_text`].
    #[inline(always)]
    unsafe fn series_of<'a, const N: usize, M>(
        &self,
        family: u64,
        values: &[&'static str; N],
    ) -> Option<&'a Entry<N, M>> {
        let same = |(own, value): (&Cell<u64>, &&'static str)| own.get() == word(value);
        if self.family.get() != family || !self.words.iter().zip(values).all(same) {
            return None;
        }
        // SAFETY: no word of a value is zero, so a place that has them is not empty.
        let known = unsafe { self.series.get().unwrap_unchecked() };
        // SAFETY: as in `find_text`.
        Some(unsafe { Header::series(known) })
    }

    fn name<const N: usize>(&self, family: u64, values: &[&'static str; N]) {
        self.family.set(family);
        self.words.iter().zip(values).for_each(|(own, value)| own.set(word(value)));
    }
}

impl Cache {
    const fn new() -> Self {
        Self {
            tables: Cell::new(&raw const EMPTY.0),
            is_closed: Cell::new(false),
            victim: Cell::new(0),
        }
    }

    /// The tables; `None` without memory, while the thread is busy, and once it is ending.
    fn tables_or_make(&self) -> Option<&Tables> {
        if is_busy() || self.is_closed.get() {
            return None;
        }
        if self.is_empty() {
            let is_told = DEPARTURE.try_with(|_| ()).is_ok();
            // SAFETY: the tables are not zero-sized.
            let made = is_told.then(|| unsafe { System.alloc_zeroed(Layout::new::<Tables>()) });
            let made = made.filter(|made| !made.is_null())?;
            self.tables.set(made.cast::<Tables>());
        }
        Some(tables())
    }

    fn is_empty(&self) -> bool {
        self.tables.get() == &raw const EMPTY.0
    }

    /// A place of the set of `first` that is empty, else one of them in turn.
    fn vacant<'a>(
        &self,
        first: usize,
        series: impl Fn(usize) -> &'a Cell<Option<NonNull<Header>>>,
    ) -> usize {
        let victim = self.victim.get();
        self.victim.set(victim.wrapping_add(1));
        let is_vacant = |at: &usize| series(*at).get().is_none();
        set(first).find(is_vacant).unwrap_or(first ^ (victim % WAYS))
    }

    /// Gives back everything, for good.
    fn close(&self) {
        self.is_closed.set(true);
        if self.is_empty() {
            return;
        }
        let tables = self.tables.replace(&raw const EMPTY.0).cast_mut();
        // SAFETY: the tables that were allocated, which nobody else knows of any more.
        let known = unsafe { &*tables };
        let texts = known.texts.iter().map(|place| &place.series);
        let pointers = known.pointers.iter().map(|place| &place.series);
        for series in texts.chain(pointers).filter_map(Cell::take) {
            // SAFETY: it was taken out of its place just now.
            unsafe { Header::release(series) };
        }
        // SAFETY: `tables_or_make` allocated them with this layout; the places are empty.
        unsafe { System.dealloc(tables.cast(), Layout::new::<Tables>()) };
    }
}
