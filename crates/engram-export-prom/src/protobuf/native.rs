//! Native histograms: the buckets themselves, where a classic histogram has a few bounds.
//!
//! The bucket of index `i` at schema `s` ends at `2^(i * 2^-s)`, inclusive: those of an exponential layout
//! at the scale of the same number. Log-linear buckets are gathered by powers of two, which is schema 0.
//! What is not above the range is in the zero bucket. What is beyond it is in the bucket that follows: a
//! native histogram has none for all the rest, and one that moved with the largest value would look like a
//! counter that went back. A histogram whose bounds the user gave has no native form.

use engram_metrics_core::{Buckets, Snapshot};

/// Schemas that Prometheus reads; our scales go from 0 to 5.
pub(crate) const SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;

/// Buckets that are there at most: those of an exponential layout.
const MOST: usize = engram_metrics_core::histogram::MAX_BUCKETS;

/// Empty buckets that are written rather than begin a span, which takes more bytes.
const GAP: usize = 2;

/// The buckets of a native histogram.
pub(crate) struct Native {
    pub(crate) schema: i32,
    pub(crate) zero_threshold: f64,
    pub(crate) zero_count: u64,
    /// The index of the first of `counts`.
    first: i32,
    counts: [u64; MOST],
    len: usize,
}

/// Buckets side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span<'a> {
    /// From the end of the span before, or the index of the first bucket.
    pub(crate) offset: i32,
    pub(crate) counts: &'a [u64],
}

impl Native {
    pub(crate) fn of(snapshot: &Snapshot) -> Option<Self> {
        match snapshot.buckets() {
            Buckets::Exponential(layout) => {
                let exponent = i32::from(layout.range().0) + exponent_of(layout.tick());
                let mut native = Self::at(layout.scale(), layout.zero_threshold(), exponent);
                native.push(snapshot.counts());
                Some(native)
            }
            Buckets::LogLinear(layout) => {
                let mut native = Self::at(0, layout.tick(), exponent_of(layout.tick()));
                let mut before = 0;
                snapshot.cumulative(|_, count| {
                    native.push(&[count - before]);
                    before = count;
                });
                native.push(&[snapshot.count() - before]);
                Some(native)
            }
            _ => None,
        }
    }

    /// No buckets yet; the zero bucket ends at two to that exponent.
    fn at(schema: i32, zero_threshold: f64, exponent: i32) -> Self {
        debug_assert!(SCHEMAS.contains(&schema), "a scale is one of Prometheus' schemas");
        let first = exponent * (1 << schema) + 1;
        Self { schema, zero_threshold, zero_count: 0, first, counts: [0; MOST], len: 0 }
    }

    /// Appends buckets. The first one of all, which begins at zero, is kept apart in front of the others.
    fn push(&mut self, counts: &[u64]) {
        self.counts[self.len..][..counts.len()].copy_from_slice(counts);
        self.len += counts.len();
        self.zero_count = self.counts[0];
    }

    /// The buckets that are not empty, with those between them where there are few.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span<'_>> {
        let counts = &self.counts[1..self.len];
        let (mut at, mut end) = (0, 0);
        std::iter::from_fn(move || {
            let start = at + counts.get(at..)?.iter().position(|count| *count > 0)?;
            let stop = start + span_len(&counts[start..]);
            let origin = if end == 0 { self.first } else { 0 };
            let offset = origin + (start - end) as i32;
            (at, end) = (stop, stop);
            Some(Span { offset, counts: &counts[start..stop] })
        })
    }
}

/// How many of the buckets, the first of which is not empty, belong together.
fn span_len(counts: &[u64]) -> usize {
    let mut len = 1;
    for (at, count) in counts.iter().enumerate() {
        if *count > 0 {
            len = at + 1;
        } else if at >= len + GAP {
            break;
        }
    }
    len
}

/// The exponent of a power of two.
fn exponent_of(power: f64) -> i32 {
    ((power.to_bits() >> 52) & 0x7ff) as i32 - 1023
}
