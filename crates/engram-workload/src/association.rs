//! Which word suggests which, and how strongly.

use crate::drm::DrmList;

#[cfg(test)]
mod tests;

/// A directed graph of associations, as compressed rows: the edges of a word lie side by side.
#[derive(Debug)]
pub struct Associations {
    /// Where each word's edges begin; one more entry says where the last word's end.
    starts: Vec<u32>,
    edges: Vec<Edge>,
}

/// An association of some word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The word it leads to.
    pub target: u32,
    /// Share of people who answer with the target, above 0, at most 1.
    pub strength: f64,
}

impl Associations {
    /// The associations from studied words to critical lures, among `words` words.
    ///
    /// Nobody's answer is no association: a strength of zero makes no edge.
    ///
    /// # Panics
    /// If a list names a word that is not below `words`.
    #[must_use]
    pub fn of_lists(lists: &[DrmList], words: usize) -> Self {
        let mut pairs = Vec::new();
        for list in lists {
            let suggesting = list.studied.iter().filter(|it| it.strength > 0.0);
            let edge = |strength| Edge { target: list.lure, strength };
            pairs.extend(suggesting.map(|it| (it.word, edge(it.strength))));
        }
        Self::of_pairs(pairs, words)
    }

    /// The given associations, each a word and what it leads to, among `words` words.
    pub(crate) fn of_pairs(mut pairs: Vec<(u32, Edge)>, words: usize) -> Self {
        pairs.sort_by_key(|(source, edge)| (*source, edge.target));
        let mut starts = vec![0; words + 1];
        for (source, _) in &pairs {
            starts[*source as usize + 1] += 1;
        }
        for word in 0..words {
            starts[word + 1] += starts[word];
        }
        Self { starts, edges: pairs.into_iter().map(|(_, edge)| edge).collect() }
    }

    /// The same associations, each so many times as strong.
    #[must_use]
    pub(crate) fn times(mut self, factor: f64) -> Self {
        self.edges.iter_mut().for_each(|edge| edge.strength *= factor);
        self
    }

    /// What a word suggests.
    #[inline]
    #[must_use]
    pub fn of(&self, word: u32) -> &[Edge] {
        let word = word as usize;
        &self.edges[self.starts[word] as usize..self.starts[word + 1] as usize]
    }

    /// How many words there are, with associations or without.
    #[must_use]
    pub fn words(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many associations there are.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.edges.len()
    }
}
