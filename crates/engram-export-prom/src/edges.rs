//! The upper bounds of buckets as text, kept because every page shows the same ones.

use engram_metrics_core::{Buckets, Layout, LogLinear};

use crate::buffer::{Block, Put};
use crate::number;

/// Layouts whose bounds are kept. With more of them on a page they replace each other, which costs the
/// formatting again and nothing else.
const KEPT: usize = 8;

/// What stands behind `le="` in each line of a histogram, by layout.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    kept: Vec<(Key, Vec<Block>)>,
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
    /// The texts for a histogram with these buckets: those that were made up to now.
    pub(crate) fn of(&mut self, buckets: &Buckets) -> &mut Vec<Block> {
        let key = Key::of(buckets);
        let at = self.kept.iter().position(|(kept, _)| *kept == key);
        let at = at.unwrap_or_else(|| self.make_room(key));
        &mut self.kept[at].1
    }

    fn make_room(&mut self, key: Key) -> usize {
        if self.kept.len() < KEPT {
            self.kept.push((key, Vec::new()));
        } else {
            // The oldest one; its memory is used again.
            self.kept.rotate_left(1);
            let (oldest, texts) = &mut self.kept[KEPT - 1];
            *oldest = key;
            texts.clear();
        }
        self.kept.len() - 1
    }
}

/// A bound, and what closes the labels.
pub(crate) fn edge(bound: f64) -> Block {
    let mut edge = Block::default();
    number::float(&mut edge, bound);
    edge.put(b"\"} ");
    edge
}
