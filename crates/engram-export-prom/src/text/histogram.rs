//! The lines of a histogram.

use engram_metrics_core::{Labels, Snapshot};

use super::{Page, Text};
use crate::buffer::{BLOCK, Line};
use crate::exemplars;
use crate::pieces::LINES_BYTES;
use crate::{edges, labels, number};

const BUCKET: &[u8] = b"_bucket";
const LE: &[u8] = b"le=\"";

/// Where the labels stand in what all lines of buckets begin with.
#[derive(Clone, Copy)]
struct LabelsAt {
    start: usize,
    end: usize,
    is_labelled: bool,
}

impl Page<'_> {
    /// A line per bucket, one up to infinity, the sum and the count.
    pub(super) fn histogram(&mut self, labels: Labels<'_>, snapshot: &Snapshot) {
        let at = self.begin_lines(labels);
        if self.text.exemplars.as_slice().is_empty() {
            self.buckets(snapshot);
        } else {
            self.buckets_with_exemplars(snapshot);
            self.text.exemplars.clear();
        }
        self.total(b"_sum", at, |line| number::float(line, snapshot.sum()));
        self.total(b"_count", at, |line| number::integer(line, snapshot.count()));
        if let Some(created) = self.created {
            self.created(labels, created);
        }
    }

    /// Puts together what all lines of buckets begin with.
    fn begin_lines(&mut self, labels: Labels<'_>) -> LabelsAt {
        let Text { begin, name, unusual, .. } = &mut *self.text;
        let name = name.full();
        let mut is_labelled = false;
        begin.clear();
        begin.append(name.len() + BUCKET.len() + labels::most(labels), |line| {
            line.put(name);
            line.put(BUCKET);
            is_labelled = labels::put(line, labels, *unusual);
        });
        let at = LabelsAt { start: name.len() + BUCKET.len(), end: begin.len(), is_labelled };
        begin.append(1 + LE.len(), |line| {
            labels::put_separator(line, is_labelled);
            line.put(LE);
        });
        at
    }

    fn buckets(&mut self, snapshot: &Snapshot) {
        let Text { begin, edges, .. } = &mut *self.text;
        let edges = edges.of(snapshot);
        let most = begin.len() + BLOCK + number::MOST;
        // Gathered first, for a loop with nothing but the lines in it.
        let mut counts = [snapshot.count(); edges::MOST];
        let mut places = counts.iter_mut();
        snapshot.cumulative(|_, count| places.by_ref().take(1).for_each(|place| *place = count));
        // Most buckets are empty: their lines end as the one before.
        let mut end = LineEnd::of(0);
        let together = (LINES_BYTES / most).max(1);
        for (edges, counts) in edges.chunks(together).zip(counts.chunks(together)) {
            self.pieces.line(most * edges.len(), |lines| {
                for (edge, count) in edges.iter().zip(counts) {
                    if *count != end.count {
                        end = LineEnd::of(*count);
                    }
                    lines.put_all(begin);
                    lines.put_block(edge);
                    end.put(lines);
                }
            });
        }
    }

    /// The same for the few histograms whose buckets lead to traces.
    #[cold]
    fn buckets_with_exemplars(&mut self, snapshot: &Snapshot) {
        let Text { begin, edges, exemplars, .. } = &mut *self.text;
        let mut edges = edges.of(snapshot).iter();
        let mut exemplars = exemplars.by_bucket();
        let most = begin.len() + BLOCK + number::MOST + exemplars::MOST;
        let mut bucket = |bound, count| {
            let (Some(edge), exemplar) = (edges.next(), exemplars.up_to(bound)) else { return };
            self.pieces.line(most, |line| {
                line.put_all(begin);
                line.put_block(edge);
                number::integer(line, count);
                if let Some(exemplar) = exemplar {
                    exemplars::put(line, exemplar);
                }
                line.put_fixed(b"\n");
            });
        };
        snapshot.cumulative(&mut bucket);
        bucket(f64::INFINITY, snapshot.count());
    }

    /// A line without a bound.
    fn total(&mut self, suffix: &[u8], at: LabelsAt, value: impl FnOnce(&mut Line<'_>)) {
        let Text { begin, name, .. } = &*self.text;
        self.pieces.line(begin.len() + number::MOST, |line| {
            line.put(name.full());
            line.put(suffix);
            line.put(&begin.as_slice()[at.start..at.end]);
            labels::close(line, at.is_labelled);
            value(line);
            line.put_fixed(b"\n");
        });
    }
}

/// A number of values and the end of the line, as text where that fits into a word.
#[derive(Clone, Copy)]
struct LineEnd {
    count: u64,
    text: Option<(u64, usize)>,
}

impl LineEnd {
    #[inline]
    fn of(count: u64) -> Self {
        Self { count, text: number::ended(count, b'\n') }
    }

    #[inline]
    fn put(&self, line: &mut Line<'_>) {
        if let Some((word, len)) = self.text {
            line.put_start(word, len);
        } else {
            number::integer(line, self.count);
            line.put_fixed(b"\n");
        }
    }
}
