//! Histograms as points, with exponential buckets or with bounds.
//!
//! The buckets of a [`Layout`] are those of OTLP: bucket `i` at scale `s` goes up to
//! `2^(low - resolution + i / 2^s)` base units, which there has the index `((low - resolution) << s) + i - 1`.
//! The first bucket, which also holds zeroes, is the zero bucket with its upper bound as the threshold;
//! the last one, which goes on to infinity, is shown as the bucket behind the range.

use std::time::SystemTime;

use engram_metrics_core::{Buckets, Exemplar, Layout, Snapshot};

use super::{FIXED, Interval, Pen, START, TIME};
use crate::encoding::Histograms;
use crate::metrics::unix_nanos;
use crate::requests::{POINT, Shape};
use crate::wire::{Buffer, Tag, VARINT_MOST, field_len, varint_len, zigzag};

/// How a histogram is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Distribution {
    Exponential(Layout),
    Explicit,
}

/// Records and the extremes that are known of them.
type Records<'a> = (&'a Snapshot, [Option<f64>; 2]);

impl Distribution {
    pub(super) fn attributes(self) -> Tag {
        match self {
            Self::Exponential(_) => Tag::bytes(1),
            Self::Explicit => Tag::bytes(9),
        }
    }

    fn exemplars(self) -> Tag {
        match self {
            Self::Exponential(_) => Tag::bytes(11),
            Self::Explicit => Tag::bytes(8),
        }
    }

    /// The fields of the smallest and the largest value.
    fn extremes(self) -> [Tag; 2] {
        match self {
            Self::Exponential(_) => [Tag::fixed(12), Tag::fixed(13)],
            Self::Explicit => [Tag::fixed(11), Tag::fixed(12)],
        }
    }

    fn shape(self, is_delta: bool) -> Shape {
        match self {
            Self::Exponential(_) => Shape::Exponential { is_delta },
            Self::Explicit => Shape::Histogram { is_delta },
        }
    }
}

impl Pen {
    pub(super) fn distribution(&self, snapshot: &Snapshot) -> Distribution {
        match (self.histograms, snapshot.buckets()) {
            (Histograms::Exponential, Buckets::Exponential(layout)) => {
                Distribution::Exponential(*layout)
            }
            _ => Distribution::Explicit,
        }
    }

    /// Writes a histogram; returns the request that it went into.
    pub(super) fn histogram(
        &mut self,
        interval: Interval,
        records: Records<'_>,
        is_delta: bool,
    ) -> usize {
        let (snapshot, extremes) = records;
        let form = self.distribution(snapshot);
        let buckets = Shown::of(form, snapshot);
        let exemplars = self.exemplars.iter().filter(|it| !is_delta || is_in(it.at, interval));
        let extremes = || form.extremes().into_iter().zip(extremes).filter_map(known);
        let attributes = self.labelled.as_slice();
        let len = attributes.len()
            + COMMON_BYTES
            + extremes().count() * FIXED
            + exemplars.clone().count() * field_len(EXEMPLAR_BYTES)
            + buckets.len();
        let shape = form.shape(is_delta);
        let out = self.requests.point(&mut self.title, shape, 1 + VARINT_MOST + len);
        out.header(POINT, len);
        let before = out.len();
        out.raw(attributes);
        out.fixed(START, interval.start);
        out.fixed(TIME, interval.end);
        out.fixed(COUNT, snapshot.count());
        out.double(SUM, snapshot.sum());
        buckets.put(out);
        extremes().for_each(|(tag, value)| out.double(tag, value));
        exemplars.for_each(|it| put_exemplar(out, form.exemplars(), it));
        debug_assert_eq!(out.len() - before, len, "a point has the length that was foretold");
        self.requests.current()
    }
}

fn known((tag, value): (Tag, Option<f64>)) -> Option<(Tag, f64)> {
    Some((tag, value?))
}

/// Whether it was recorded in the interval, so that no delta shows it twice.
fn is_in(at: SystemTime, Interval { start, end }: Interval) -> bool {
    (start..=end).contains(&unix_nanos(at))
}

fn put_exemplar(out: &mut Buffer, tag: Tag, exemplar: &Exemplar) {
    out.header(tag, EXEMPLAR_BYTES);
    out.fixed(Tag::fixed(2), unix_nanos(exemplar.at));
    out.double(Tag::fixed(3), exemplar.value);
    out.bytes(Tag::bytes(4), &exemplar.span_id.0.to_be_bytes());
    out.bytes(Tag::bytes(5), &exemplar.trace_id.0.to_be_bytes());
}

/// The fields that show the buckets.
enum Shown<'a> {
    Exponential(Exponents<'a>),
    /// Counts and bounds as the histogram has them.
    Own(&'a [u64], &'a [f64]),
    /// Bounds that gather many buckets.
    Gathered(&'a Snapshot),
}

impl<'a> Shown<'a> {
    fn of(form: Distribution, snapshot: &'a Snapshot) -> Self {
        match (form, snapshot.buckets()) {
            (Distribution::Exponential(layout), _) => {
                Self::Exponential(Exponents::of(layout, snapshot))
            }
            (_, Buckets::Explicit(bounds)) => Self::Own(snapshot.counts(), bounds.as_slice()),
            _ => Self::Gathered(snapshot),
        }
    }

    fn len(&self) -> usize {
        let of = |bounds: usize| field_len(8 * (bounds + 1)) + field_len(8 * bounds);
        match self {
            Self::Exponential(exponents) => exponents.len(),
            Self::Own(_, bounds) => of(bounds.len()),
            Self::Gathered(snapshot) => of(gathered(snapshot)),
        }
    }

    fn put(&self, out: &mut Buffer) {
        match self {
            Self::Exponential(exponents) => exponents.put(out),
            Self::Own(counts, bounds) => {
                out.packed(COUNTS, counts, |count| *count);
                out.packed(BOUNDS, bounds, |bound| bound.to_bits());
            }
            Self::Gathered(snapshot) => put_gathered(out, snapshot),
        }
    }
}

/// The fields of an exponential histogram's point.
struct Exponents<'a> {
    layout: Layout,
    zeroes: u64,
    /// The index of the first bucket that holds something.
    offset: i32,
    /// From that bucket to the last one that holds something.
    counts: &'a [u64],
    /// Bytes of those counts.
    packed: usize,
}

impl<'a> Exponents<'a> {
    fn of(layout: Layout, snapshot: &'a Snapshot) -> Self {
        let (zeroes, counts) = snapshot.counts().split_first().unwrap_or((&0, &[]));
        let (first, end) = filled(counts);
        let lowest = (i32::from(layout.range().0) + exponent(layout.tick())) << layout.scale();
        let counts = &counts[first..end];
        let packed = counts.iter().map(|count| varint_len(*count)).sum();
        Self { layout, zeroes: *zeroes, offset: lowest + first as i32, counts, packed }
    }

    fn buckets_len(&self) -> usize {
        1 + varint_len(zigzag(self.offset)) + field_len(self.packed)
    }

    fn len(&self) -> usize {
        let scale = 1 + varint_len(zigzag(self.layout.scale()));
        scale + 2 * FIXED + field_len(self.buckets_len())
    }

    fn put(&self, out: &mut Buffer) {
        out.varint(Tag::varint(6), zigzag(self.layout.scale()));
        out.fixed(Tag::fixed(7), self.zeroes);
        out.header(Tag::bytes(8), self.buckets_len());
        out.varint(Tag::varint(1), zigzag(self.offset));
        out.header(Tag::bytes(2), self.packed);
        self.counts.iter().for_each(|count| out.plain_varint(*count));
        out.double(Tag::fixed(14), self.layout.zero_threshold());
    }
}

/// From the first count above zero to behind the last one. Most are zero, so they are looked at by the dozen:
/// the compiler joins the counts of a piece without a branch.
fn filled(counts: &[u64]) -> (usize, usize) {
    const PIECE: usize = 16;
    let is_filled = |count: &u64| *count > 0;
    let has_some = |piece: &[u64]| piece.iter().fold(0, |joined, count| joined | count) > 0;
    let piece = counts.chunks(PIECE).position(has_some).unwrap_or(0) * PIECE;
    let first = counts[piece..].iter().position(is_filled).map_or(0, |at| piece + at);
    let last = counts.rchunks(PIECE).position(has_some).unwrap_or(0) * PIECE;
    let rest = &counts[..counts.len() - last];
    let end = rest.iter().rposition(is_filled).map_or(first, |at| at + 1);
    (first, end)
}

/// The exponent of a power of two.
const fn exponent(power: f64) -> i32 {
    (power.to_bits() >> 52) as i32 - 1023
}

/// Counts, then bounds.
fn put_gathered(out: &mut Buffer, snapshot: &Snapshot) {
    let bounds = gathered(snapshot);
    out.header(COUNTS, 8 * (bounds + 1));
    let mut before = 0;
    let mut put = |total: u64| {
        out.plain_fixed(total - before);
        before = total;
    };
    snapshot.cumulative(|_, total| put(total));
    put(snapshot.count());
    out.header(BOUNDS, 8 * bounds);
    snapshot.cumulative(|bound, _| out.plain_fixed(bound.to_bits()));
}

/// How many bounds there are.
fn gathered(snapshot: &Snapshot) -> usize {
    let mut bounds = 0;
    snapshot.cumulative(|_, _| bounds += 1);
    bounds
}

/// Of a histogram's point with bounds.
const COUNTS: Tag = Tag::bytes(6);
const BOUNDS: Tag = Tag::bytes(7);

const COUNT: Tag = Tag::fixed(4);
const SUM: Tag = Tag::fixed(5);

/// Start, time, count and sum.
const COMMON_BYTES: usize = 4 * FIXED;

/// Time, value, span and trace.
const EXEMPLAR_BYTES: usize = 2 * FIXED + field_len(8) + field_len(16);
