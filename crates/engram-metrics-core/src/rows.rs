//! Many series of one metric at once: their labels as texts side by side, and a number each.
//!
//! An exporter that is shown one series after the other jumps to each of them in memory, and through a call. Of
//! ten thousand series that is most of what a page costs. Rows are read in one sweep, and whoever kept something
//! of them need not look at their labels again.

use crate::collect::Value;
use crate::descriptor::Kind;
use crate::histogram::Snapshot;
use crate::label::Labels;

/// Series that are handed over at once, at most.
pub(crate) const ROWS: usize = 64;

/// Is shown the names and values of the labels of one series.
pub(crate) type ShowPairs<'a> = dyn FnMut(&[(&str, &str)]) + 'a;

/// Hands over the labels of series as pairs, by position.
pub(crate) trait Pairs {
    /// Shows the pairs of the series at `at` to `show`.
    fn pairs(&self, at: usize, show: &mut ShowPairs<'_>);
}

/// Series of one metric that stand side by side, each with a number.
///
/// **What may be kept.** Two visits that are shown the same [`roster`](Self::roster) are shown the same series
/// from [`first`](Self::first) on, in the same order, with the same labels of their own; those of the
/// [`instance`](Self::instance) may differ. Rosters only grow: one that loses a series becomes another one.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    instance: &'a [(String, String)],
    pairs: &'a dyn Pairs,
    texts: Texts<'a>,
    numbers: Numbers<'a>,
    roster: u64,
    first: usize,
}

/// The values of rows.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Numbers<'a> {
    /// Of counters.
    Unsigned(&'a [u64]),
    /// Of up-down counters.
    Signed(&'a [i64]),
    /// Of gauges.
    Float(&'a [f64]),
}

/// Where the numbers of rows are read to, or one histogram after the other.
#[derive(Debug)]
pub struct Room {
    /// Of histograms alone: clearing it takes as long as reading a hundred counters.
    snapshot: Option<Snapshot>,
    pub(crate) unsigned: [u64; ROWS],
    pub(crate) signed: [i64; ROWS],
    pub(crate) float: [f64; ROWS],
}

impl Room {
    /// Room for what instruments of this kind hold.
    #[inline]
    pub(crate) fn of(kind: Kind) -> Self {
        let snapshot = (kind == Kind::Histogram).then(Snapshot::default);
        Self { snapshot, unsigned: [0; ROWS], signed: [0; ROWS], float: [0.0; ROWS] }
    }

    /// Where a histogram is read to.
    pub(crate) fn snapshot(&mut self) -> &mut Snapshot {
        self.snapshot.get_or_insert_default()
    }
}

/// Texts in one piece, and where each of them ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) all: &'a str,
    /// Where the first one begins.
    pub(crate) start: usize,
    pub(crate) ends: &'a [usize],
}

/// Where rows stand among all series of their source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) roster: u64,
    pub(crate) first: usize,
}

impl<'a> Rows<'a> {
    /// Series that are handed over at once, at most.
    pub const MOST: usize = ROWS;

    /// Rows without the labels of an instance. There are as many texts as numbers.
    pub(crate) fn new(
        place: Place,
        pairs: &'a dyn Pairs,
        texts: Texts<'a>,
        numbers: Numbers<'a>,
    ) -> Self {
        debug_assert_eq!(texts.ends.len(), numbers.len(), "a text for each number");
        Self { instance: &[], pairs, texts, numbers, roster: place.roster, first: place.first }
    }

    /// The same series inside an instance that was registered with labels.
    pub(crate) const fn within<'b>(&self, instance: &'b [(String, String)]) -> Rows<'b>
    where
        'a: 'b,
    {
        Rows { instance, ..*self }
    }

    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// Whether there are none, which no source shows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values, in order.
    #[must_use]
    pub const fn numbers(&self) -> Numbers<'a> {
        self.numbers
    }

    /// Bytes of all [`texts`](Self::texts) together.
    #[must_use]
    pub fn text_len(&self) -> usize {
        self.texts.ends.last().map_or(0, |end| end - self.texts.start)
    }

    /// What [`label_text`](crate::label_text) makes of the own labels of each series, in order, as bytes; never
    /// empty.
    #[inline]
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        let Texts { all, mut start, ends } = self.texts;
        ends.iter().map(move |end| &all.as_bytes()[std::mem::replace(&mut start, *end)..*end])
    }

    /// Name and value of the labels that the source was registered with.
    pub fn instance(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.instance.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A number that stands for which series there are and how they are ordered. No other source of the
    /// process has the same.
    #[must_use]
    pub const fn roster(&self) -> u64 {
        self.roster
    }

    /// How many series of the roster stand before these.
    #[must_use]
    pub const fn first(&self) -> usize {
        self.first
    }

    /// One after the other.
    pub fn each(&self, mut show: impl FnMut(Labels<'_>, Value<'_>)) {
        for (at, text) in self.texts.iter().enumerate() {
            let value = self.numbers.at(at);
            self.pairs.pairs(at, &mut |pairs| {
                show(Labels::with_text(pairs, text).within(self.instance), value);
            });
        }
    }
}

impl<'a> Texts<'a> {
    #[inline]
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = &'a str> {
        let Self { all, mut start, ends } = self;
        ends.iter().map(move |end| &all[std::mem::replace(&mut start, *end)..*end])
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<_> = self.texts.iter().collect();
        let mut fields = out.debug_struct("Rows");
        fields.field("instance", &self.instance).field("texts", &texts);
        fields.field("numbers", &self.numbers).finish_non_exhaustive()
    }
}

impl Numbers<'_> {
    const fn len(&self) -> usize {
        match self {
            Self::Unsigned(numbers) => numbers.len(),
            Self::Signed(numbers) => numbers.len(),
            Self::Float(numbers) => numbers.len(),
        }
    }

    fn at(&self, at: usize) -> Value<'static> {
        match self {
            Self::Unsigned(numbers) => Value::Unsigned(numbers[at]),
            Self::Signed(numbers) => Value::Signed(numbers[at]),
            Self::Float(numbers) => Value::Float(numbers[at]),
        }
    }
}

#[cfg(test)]
mod tests;
