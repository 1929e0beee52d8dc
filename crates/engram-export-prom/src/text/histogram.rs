//! The lines of a histogram.

use engram_metrics_core::{Labels, Snapshot};

use super::{Page, close_labels, put_labels, put_separator};
use crate::buffer::{Block, Buffer, Put};
use crate::edges;
use crate::number;

const BUCKET: &[u8] = b"_bucket";

impl Page<'_> {
    /// A line per bucket, one up to infinity, the sum and the count.
    pub(super) fn histogram(&mut self, labels: Labels<'_>, snapshot: &Snapshot) {
        let is_labelled = self.begin_lines(labels);
        let line = &mut self.text.line;
        let len = line.len();
        put_separator(line, is_labelled);
        line.put(b"le=\"");
        self.buckets(snapshot);
        self.total(b"_sum", (len, is_labelled), |out| number::float(out, snapshot.sum()));
        self.total(b"_count", (len, is_labelled), |out| number::integer(out, snapshot.count()));
    }

    /// Puts together what all lines of buckets begin with, as far as the labels.
    fn begin_lines(&mut self, labels: Labels<'_>) -> bool {
        let line = &mut self.text.line;
        line.clear();
        line.put(&self.text.name);
        line.put(BUCKET);
        put_labels(line, labels)
    }

    fn buckets(&mut self, snapshot: &Snapshot) {
        let mut at = 0;
        let mut shown = Count::new(0);
        snapshot.cumulative(|bound, count| {
            shown.set(count);
            let edges = self.text.edges.of(snapshot.buckets());
            if at == edges.len() {
                edges.push(edges::edge(bound));
            }
            self.text.out.put_all(&self.text.line);
            self.text.out.put_block(&edges[at]);
            self.text.out.put_block(&shown.text);
            self.hand_on();
            at += 1;
        });
        shown.set(snapshot.count());
        self.text.out.put_all(&self.text.line);
        self.text.out.put_block(&self.text.infinity);
        self.text.out.put_block(&shown.text);
        self.hand_on();
    }

    /// A line without a bound. The labels end where the lines of buckets are `len` bytes long.
    fn total(
        &mut self,
        suffix: &[u8],
        (len, is_labelled): (usize, bool),
        value: impl FnOnce(&mut Buffer),
    ) {
        let name = &self.text.name;
        let out = &mut self.text.out;
        out.put(name);
        out.put(suffix);
        out.put(&self.text.line.as_slice()[name.len() + BUCKET.len()..len]);
        close_labels(out, is_labelled);
        value(out);
        self.end_line();
    }
}

/// A number of values as text, with the end of its line. Buckets without a value repeat the one before.
struct Count {
    count: u64,
    text: Block,
}

impl Count {
    fn new(count: u64) -> Self {
        let mut text = Block::default();
        number::integer(&mut text, count);
        text.put(b"\n");
        Self { count, text }
    }

    #[inline]
    fn set(&mut self, count: u64) {
        if count != self.count {
            *self = Self::new(count);
        }
    }
}
