//! Points that are kept from one export to the next, with everything in them but times and values.
//!
//! ```text
//!   sheet     │ attributes │ 0 0 0            │ attributes │ 0 0 0            │ …
//!   request   │ attributes │ start time value │ attributes │ start time value │ …
//!                └── copied once  └── written each time
//! ```
//!
//! A request that begins as that of the export before still has the points in the same place: they are not even
//! copied, as long as nothing in front of them has another length.
//!
//! A sheet has the points of one [roster](Rows::roster), which says by a number that its series are those of the
//! export before: nobody looks at a label again. Sheets are expected in the order of the export before; one that
//! is not the expected one is written anew.

use std::ops::Range;

use engram_metrics_core::Rows;

use super::{NUMBER_ATTRIBUTES, NUMBER_BYTES, Numbers};
use crate::attribute;
use crate::requests::POINT;
use crate::wire::Buffer;

/// The sheets of one export, in the order in which they are visited.
#[derive(Debug)]
pub(super) struct Sheets {
    sheets: Vec<Sheet>,
    /// Sheets that were visited: the present one is the last of them.
    visited: usize,
    /// What is being written.
    fresh: Buffer,
    instance: Buffer,
}

/// The points of one roster, as far as they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    roster: u64,
    /// Attributes that all points begin with.
    instance: Vec<u8>,
    points: Vec<u8>,
    ends: Vec<usize>,
    /// Where this export has written them, and the one before.
    written: Option<Written>,
    before: Option<Written>,
    /// Where its series stand in the account of what was delivered.
    pub(crate) stretch: Stretch,
}

/// A place in the requests of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) export: u64,
    pub(super) request: usize,
    pub(super) offset: usize,
}

/// Where the first points of a sheet were written, side by side. Until the next export has come so far, the request
/// still has them there.
#[derive(Clone, Copy, Debug)]
struct Written {
    spot: Spot,
    rows: usize,
}

impl Written {
    /// Whether the export before `spot` has written these rows there; they are `start` bytes behind the first.
    fn has(&self, rows: &Range<usize>, spot: Spot, start: usize) -> bool {
        let export = self.spot.export + 1;
        let offset = self.spot.offset + start;
        Spot { export, offset, ..self.spot } == spot && rows.end <= self.rows
    }

    /// Whether these rows, at `spot`, stand behind those that are written.
    fn is_followed_by(&self, rows: &Range<usize>, spot: Spot, start: usize) -> bool {
        Spot { offset: self.spot.offset + start, ..self.spot } == spot && rows.start == self.rows
    }
}

/// Where the series of a sheet stand in the account, side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Of the account, when this was true.
    pub(crate) version: u64,
    pub(crate) metric: usize,
    /// The place of the first one.
    pub(crate) start: usize,
    /// How many of them are known to stand there.
    pub(crate) len: usize,
}

impl Sheets {
    pub(super) const fn new() -> Self {
        Self { sheets: Vec::new(), visited: 0, fresh: Buffer::new(), instance: Buffer::new() }
    }

    /// A visit begins.
    pub(super) fn begin(&mut self) {
        self.visited = 0;
    }

    /// A visit is over: what it did not show is forgotten.
    pub(super) fn end(&mut self) {
        self.sheets.truncate(self.visited);
    }

    /// Makes the sheet of these rows the present one.
    pub(super) fn turn_to(&mut self, rows: &Rows<'_>) -> &mut Sheet {
        let Self { sheets, visited, fresh, instance } = self;
        let is_first = rows.first() == 0;
        *visited += usize::from(is_first);
        if sheets.len() < *visited {
            sheets.push(Sheet::default());
        }
        let sheet = &mut sheets[*visited - 1];
        // Rows that follow in one visit are of the same instance.
        if is_first || sheet.roster != rows.roster() {
            instance.clear();
            rows.instance().for_each(|pair| attribute::put(instance, NUMBER_ATTRIBUTES, pair));
            if sheet.roster != rows.roster() || !is_same(&sheet.instance, instance.as_slice()) {
                sheet.clear(rows.roster(), instance.as_slice());
            }
        }
        if sheet.ends.len() < rows.first() + rows.len() {
            sheet.add(rows, fresh);
        }
        sheet
    }

    /// The present sheet.
    pub(super) fn present(&mut self) -> &mut Sheet {
        &mut self.sheets[self.visited - 1]
    }
}

impl Stretch {
    /// The part that has the rows from `first` on, if all of them are known.
    pub(crate) fn part(self, first: usize, len: usize) -> Option<Self> {
        (first + len <= self.len).then_some(Self { start: self.start + first, len, ..self })
    }
}

impl Sheet {
    #[cold]
    fn clear(&mut self, roster: u64, instance: &[u8]) {
        self.roster = roster;
        self.instance.clear();
        self.instance.extend_from_slice(instance);
        self.points.clear();
        self.ends.clear();
        (self.written, self.before, self.stretch) = (None, None, Stretch::default());
    }

    /// Adds the points of those rows that are not here yet.
    #[cold]
    fn add(&mut self, rows: &Rows<'_>, fresh: &mut Buffer) {
        let mut at = rows.first();
        rows.each(|labels, _| {
            if at == self.ends.len() {
                fresh.clear();
                labels.iter().for_each(|pair| attribute::put(fresh, NUMBER_ATTRIBUTES, pair));
                self.push(fresh.as_slice());
            }
            at += 1;
        });
    }

    fn push(&mut self, attributes: &[u8]) {
        let len = attributes.len() + NUMBER_BYTES;
        self.points.push(POINT.0);
        put_varint(&mut self.points, len as u64);
        self.points.extend_from_slice(attributes);
        self.points.extend_from_slice(&[0; NUMBER_BYTES]);
        self.ends.push(self.points.len());
    }

    /// Where a point is in `points`.
    fn range(&self, at: usize) -> Range<usize> {
        at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]
    }

    /// Bytes of these points.
    pub(super) fn len(&self, rows: &Range<usize>) -> usize {
        self.range(rows.end - 1).end - self.range(rows.start).start
    }

    /// A point with these numbers.
    pub(super) fn point(&mut self, at: usize, numbers: Numbers) -> &[u8] {
        let range = self.range(at);
        let point = &mut self.points[range];
        if let Some(place) = point.last_chunk_mut() {
            numbers.put(place);
        }
        point
    }

    /// Writes these points to a place in a request. Where the export before has written them, only their numbers.
    #[inline]
    pub(super) fn write(
        &mut self,
        rows: Range<usize>,
        (spot, place): (Spot, &mut [u8]),
        numbers: impl Iterator<Item = Numbers>,
    ) {
        if rows.start == 0 {
            self.before = self.written.replace(Written { spot, rows: 0 });
        }
        let start = self.range(rows.start).start;
        if !self.before.is_some_and(|it| it.has(&rows, spot, start)) {
            place.copy_from_slice(&self.points[start..][..place.len()]);
        }
        for (end, numbers) in self.ends[rows.clone()].iter().zip(numbers) {
            if let Some(place) = place[..end - start].last_chunk_mut() {
                numbers.put(place);
            }
        }
        if let Some(written) =
            self.written.as_mut().filter(|it| it.is_followed_by(&rows, spot, start))
        {
            written.rows = rows.end;
        }
    }

    /// The rows from `first` on were found where `found` says.
    pub(crate) fn learn(&mut self, first: usize, found: Stretch) {
        let Stretch { version, metric, start, len } = self.stretch;
        let is_next = (version, metric, start + len) == (found.version, found.metric, found.start);
        if first == 0 {
            self.stretch = found;
        } else if is_next && len == first {
            self.stretch.len += found.len;
        }
    }
}

/// Equality. Most often both are empty, which is not asked of `memcmp`: an empty vector has an address where nothing
/// is, and on some processors a load there takes a hundred nanoseconds, even one of no bytes.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
