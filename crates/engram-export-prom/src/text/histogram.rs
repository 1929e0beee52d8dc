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
        let Text { begin, edges, ends, .. } = &mut *self.text;
        let edges = edges.of(snapshot);
        let mut counts = [snapshot.count(); edges::MOST];
        let mut places = counts.iter_mut();
        snapshot.cumulative(|_, count| {
            if let Some(place) = places.next() {
                *place = count;
            }
        });
        ends.set_integers(&counts[..edges.len()]);
        let most = begin.len() + 2 * BLOCK;
        let together = (LINES_BYTES / most).max(1);
        for (edges, ends) in edges.chunks(together).zip(ends.as_slice().chunks(together)) {
            self.pieces.line(most * edges.len(), |lines| {
                begin.each_behind(lines, edges.iter().zip(ends), |lines, (edge, end)| {
                    lines.put_block(edge);
                    lines.put_block(end);
                });
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
                line.put(begin.as_slice());
                line.put_block(edge);
                line.put_fixed(b"} ");
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
