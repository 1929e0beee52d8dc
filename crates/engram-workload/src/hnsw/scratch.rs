//! What a walk through one layer remembers, kept between searches so that none allocates.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::neighbour::Neighbour;

/// The memory of one searching thread.
///
/// Four bytes per indexed vector, plus what the widest search so far needed.
#[derive(Debug)]
pub struct Scratch {
    /// The walk in which each node was seen last.
    seen: Vec<u32>,
    walk: u32,
    /// Nodes whose links have not been followed, the nearest on top.
    frontier: BinaryHeap<Neighbour>,
    /// The nearest nodes so far, the farthest of them on top; never more than the width.
    kept: BinaryHeap<Reverse<Neighbour>>,
    /// The nodes kept by the last walk, the nearest first.
    pub(super) found: Vec<Neighbour>,
}

impl Scratch {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            seen: vec![0; nodes],
            walk: 0,
            frontier: BinaryHeap::new(),
            kept: BinaryHeap::new(),
            found: Vec::new(),
        }
    }

    /// Forgets the last walk.
    pub(super) fn start(&mut self) {
        self.frontier.clear();
        self.kept.clear();
        self.walk = self.walk.wrapping_add(1);
        if self.walk == 0 {
            // Marks of four thousand million walks ago would look fresh.
            self.seen.fill(0);
            self.walk = 1;
        }
    }

    /// Marks a node; whether this walk had not seen it.
    #[inline]
    pub(super) fn is_new(&mut self, node: u32) -> bool {
        std::mem::replace(&mut self.seen[node as usize], self.walk) != self.walk
    }

    /// Keeps a node, and its links for later, if it is among the `width` nearest so far.
    #[inline]
    pub(super) fn offer(&mut self, node: Neighbour, width: usize) {
        if self.kept.len() < width {
            self.kept.push(Reverse(node));
        } else if let Some(mut farthest) = self.kept.peek_mut().filter(|it| node > it.0) {
            *farthest = Reverse(node);
        } else {
            return;
        }
        self.frontier.push(node);
    }

    /// The nearest node whose links are to be followed; `None` when none can lead nearer.
    #[inline]
    pub(super) fn next(&mut self, width: usize) -> Option<Neighbour> {
        let next = self.frontier.pop()?;
        let full = self.kept.len() >= width;
        let hopeless = full && self.kept.peek().is_some_and(|farthest| next < farthest.0);
        (!hopeless).then_some(next)
    }

    /// Ends the walk: sorts what was kept into `found`.
    pub(super) fn finish(&mut self) {
        self.found.clear();
        self.found.extend(self.kept.drain().map(|kept| kept.0));
        self.found.sort_unstable_by(|left, right| right.cmp(left));
    }
}
