//! A directed graph that grows by an edge at a time and says whether that edge closes a cycle.
//!
//! The nodes of a graph without a cycle have ranks, each edge from a lower to a higher one. A new edge that
//! agrees with them costs nothing; one that does not makes only the nodes between the two ranks move
//! (Pearce and Kelly, 2006). From the first cycle on there are no such ranks and a search decides.

use std::collections::{HashMap, HashSet, VecDeque};

/// What a new edge did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inserted {
    /// It was there.
    Known,
    /// No cycle goes through it.
    Open,
    /// A cycle goes through it.
    Closes,
    /// There was no room.
    Full,
}

#[derive(Debug, Default)]
struct Node {
    rank: i64,
    out: Vec<u32>,
    into: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: HashMap<u32, Node>,
    lowest: i64,
    highest: i64,
    edges: usize,
    /// Edges that closed a cycle when they came; the ranks do not hold for them.
    closing: HashSet<(u32, u32)>,
}

/// Edges at most.
const LIMIT: usize = 1 << 18;

impl Graph {
    /// Adds an edge between two different nodes.
    pub(super) fn insert(&mut self, from: u32, to: u32) -> Inserted {
        if self.has(from, to) {
            return Inserted::Known;
        }
        if self.edges == LIMIT {
            return Inserted::Full;
        }
        self.place(from, to);
        let closes = self.closes(from, to);
        self.edges += 1;
        self.node(from).out.push(to);
        self.node(to).into.push(from);
        if closes {
            self.closing.insert((from, to));
            return Inserted::Closes;
        }
        Inserted::Open
    }

    pub(super) fn has(&self, from: u32, to: u32) -> bool {
        let (Some(a), Some(b)) = (self.nodes.get(&from), self.nodes.get(&to)) else { return false };
        if a.out.len() <= b.into.len() { a.out.contains(&to) } else { b.into.contains(&from) }
    }

    pub(super) fn contains(&self, node: u32) -> bool {
        self.nodes.contains_key(&node)
    }

    /// Where the edges of a node lead to.
    pub(super) fn out(&self, node: u32) -> &[u32] {
        self.nodes.get(&node).map_or(&[], |node| &node.out)
    }

    /// Whether a way leads from one node to the other.
    pub(super) fn reaches(&self, from: u32, to: u32) -> bool {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            open.extend(self.out(at).iter().copied().filter(|next| seen.insert(*next)));
        }
        false
    }

    /// The nodes of a shortest way, both ends included.
    pub(super) fn shortest(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let mut before = HashMap::from([(from, from)]);
        let mut open = VecDeque::from([from]);
        while let Some(at) = open.pop_front() {
            if at == to {
                let back = std::iter::successors(Some(to), |at| before.get(at).copied());
                let mut way: Vec<u32> = back.take_while(|at| *at != from).collect();
                way.push(from);
                way.reverse();
                return Some(way);
            }
            for next in self.out(at) {
                before.entry(*next).or_insert_with(|| {
                    open.push_back(*next);
                    at
                });
            }
        }
        None
    }

    /// The nodes from which a way leads to this one, itself included.
    pub(super) fn reaching(&self, goal: u32) -> HashSet<u32> {
        let mut seen = HashSet::from([goal]);
        let mut open = vec![goal];
        while let Some(at) = open.pop() {
            let into = self.nodes.get(&at).map_or(&[][..], |node| &node.into);
            open.extend(into.iter().copied().filter(|before| seen.insert(*before)));
        }
        seen
    }

    /// Takes out a node and its edges, which it returns.
    pub(super) fn remove(&mut self, node: u32) -> Vec<(u32, u32)> {
        let Some(gone) = self.nodes.remove(&node) else { return Vec::new() };
        for next in &gone.out {
            self.node(*next).into.retain(|it| *it != node);
        }
        for before in &gone.into {
            self.node(*before).out.retain(|it| *it != node);
        }
        let out = gone.out.iter().map(|next| (node, *next));
        let edges: Vec<_> = out.chain(gone.into.iter().map(|before| (*before, node))).collect();
        self.edges -= edges.len();
        edges.iter().for_each(|edge| {
            self.closing.remove(edge);
        });
        edges
    }

    /// Whether any edge closed a cycle.
    pub(super) fn has_cycle(&self) -> bool {
        !self.closing.is_empty()
    }

    fn node(&mut self, node: u32) -> &mut Node {
        self.nodes.entry(node).or_default()
    }

    /// Gives new nodes a rank: in front of all others, or behind them, so that nothing has to move.
    fn place(&mut self, from: u32, to: u32) {
        if !self.nodes.contains_key(&to) {
            self.highest += 1;
            let rank = self.highest;
            self.node(to).rank = rank;
        }
        if !self.nodes.contains_key(&from) {
            self.lowest -= 1;
            let rank = self.lowest;
            self.node(from).rank = rank;
        }
    }

    fn closes(&mut self, from: u32, to: u32) -> bool {
        if !self.closing.is_empty() {
            let closes = self.reaches(to, from);
            if !closes {
                self.settle(from, to);
            }
            return closes;
        }
        !self.settle(from, to)
    }

    /// Makes the ranks agree with a new edge; false when that cannot be, because it closes a cycle.
    fn settle(&mut self, from: u32, to: u32) -> bool {
        let (upper, lower) = (self.rank(from), self.rank(to));
        if upper < lower {
            return true;
        }
        let Some(mut behind) = self.walk((to, from), |rank| rank <= upper, true) else {
            return false;
        };
        let Some(mut before) = self.walk((from, to), |rank| rank >= lower, false) else {
            return false;
        };
        before.sort_unstable_by_key(|node| self.rank(*node));
        behind.sort_unstable_by_key(|node| self.rank(*node));
        before.append(&mut behind);
        let mut ranks: Vec<i64> = before.iter().map(|node| self.rank(*node)).collect();
        ranks.sort_unstable();
        for (node, rank) in before.into_iter().zip(ranks) {
            self.node(node).rank = rank;
        }
        true
    }

    /// The nodes that can be reached within the ranks; `None` when `goal` is one of them.
    fn walk(
        &self,
        (from, goal): (u32, u32),
        within: impl Fn(i64) -> bool,
        onward: bool,
    ) -> Option<Vec<u32>> {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            if at == goal {
                return None;
            }
            found.push(at);
            let Some(node) = self.nodes.get(&at) else { continue };
            let next = if onward { &node.out } else { &node.into };
            let is_ranked = |next: &u32| {
                let edge = if onward { (at, *next) } else { (*next, at) };
                !self.closing.contains(&edge)
            };
            let next =
                next.iter().copied().filter(is_ranked).filter(|next| within(self.rank(*next)));
            open.extend(next.filter(|next| seen.insert(*next)));
        }
        Some(found)
    }

    fn rank(&self, node: u32) -> i64 {
        self.nodes.get(&node).map_or(0, |node| node.rank)
    }
}

#[cfg(test)]
mod tests;
