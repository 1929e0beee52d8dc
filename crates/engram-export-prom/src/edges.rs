//! The upper bounds of buckets as text, kept because every page shows the same ones.

use engram_metrics_core::{Buckets, Layout, LogLinear, Snapshot};

use crate::buffer::{Block, Buffer, Line};
use crate::number;

/// Layouts whose bounds are kept. With more of them on a page they replace each other, which costs the
/// formatting again and nothing else.
const KEPT: usize = 8;

/// Lines of buckets that a histogram can have: for 64 powers of two or bounds, and up to infinity.
pub(crate) const MOST: usize = 65;

/// What stands behind `le="` in each line of a histogram, that of infinity the last, by layout.
#[derive(Debug)]
pub(crate) struct Edges {
    kept: Vec<(Key, Vec<Block>)>,
    /// The one being made.
    text: Buffer,
    /// How a bound is written.
    number: fn(&mut Line<'_>, f64),
}

/// Which bounds there are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Exponential(Layout),
    LogLinear(LogLinear),
    /// Address and number of the bounds, which are static: nothing else can come to stand there.
    Explicit(usize, usize),
}

impl Key {
    fn of(buckets: &Buckets) -> Self {
        match buckets {
            Buckets::Exponential(layout) => Self::Exponential(*layout),
            Buckets::LogLinear(layout) => Self::LogLinear(*layout),
            Buckets::Explicit(bounds) => {
                let bounds = bounds.as_slice();
                Self::Explicit(bounds.as_ptr().addr(), bounds.len())
            }
        }
    }
}

impl Edges {
    pub(crate) fn new(number: fn(&mut Line<'_>, f64)) -> Self {
        Self { kept: Vec::with_capacity(KEPT), text: Buffer::new(0), number }
    }

    /// The texts for a histogram with these buckets.
    pub(crate) fn of(&mut self, snapshot: &Snapshot) -> &[Block] {
        let key = Key::of(snapshot.buckets());
        let at = self.kept.iter().position(|(kept, _)| *kept == key);
        let at = at.unwrap_or_else(|| self.make(key, snapshot));
        &self.kept[at].1
    }

    fn make(&mut self, key: Key, snapshot: &Snapshot) -> usize {
        // The memory of the oldest one is used again.
        let oldest = if self.kept.len() < KEPT { None } else { Some(self.kept.remove(0)) };
        let mut texts = oldest.map_or_else(|| Vec::with_capacity(MOST), |(_, texts)| texts);
        texts.clear();
        snapshot.cumulative(|bound, _| texts.push(self.edge(bound)));
        texts.push(self.edge(f64::INFINITY));
        self.kept.push((key, texts));
        self.kept.len() - 1
    }

    /// A bound, and what closes its label.
    fn edge(&mut self, bound: f64) -> Block {
        let number = self.number;
        self.text.clear();
        self.text.append(number::MOST, |line| {
            number(line, bound);
            line.put_fixed(b"\"");
        });
        Block::of(&self.text)
    }
}
