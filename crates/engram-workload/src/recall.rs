//! A recall trial: study a list, then say which words come back, the missing one perhaps among
//! them.
//!
//! Each studied word is recalled with one and the same probability. The critical lure is recalled
//! according to the activation `A` that the list spreads to it (ACT-R's retrieval probability):
//!
//! ```text
//!   P(lure) = 1 / (1 + e^-((ln A - threshold) / noise))
//! ```

use crate::association::Associations;
use crate::drm::{DrmList, LIST_WORDS};
use crate::spreading::{Scratch, SpreadOutcome, Spreading};

#[cfg(test)]
mod tests;

/// What decides whether a word is recalled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecallModel {
    /// How a list activates its lure.
    pub spreading: Spreading,
    /// Logarithm of the activation at which every second lure is recalled.
    pub threshold: f64,
    /// Width of the transition around the threshold, above 0.
    pub noise: f64,
    /// Probability that a studied word is recalled, 0..=1.
    pub studied_recall: f64,
}

/// The first words of a list, to be studied by someone with these associations.
#[derive(Clone, Copy, Debug)]
pub struct Study<'a> {
    /// What the words bring to mind.
    pub associations: &'a Associations,
    /// The list.
    pub list: &'a DrmList,
    /// How many of its words, at most [`LIST_WORDS`].
    pub words: usize,
}

/// What was recalled after a list, and what it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recalled {
    /// The studied words that came back.
    pub words: RecalledWords,
    /// Whether the critical lure came back too: a false memory.
    pub lure: bool,
    /// Confidence in the answer about the lure: the probability of the one that was given.
    pub confidence: f64,
    /// What spread.
    pub spread: Spread,
}

/// How far activation spread, without what it activated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Words that held activation.
    pub visited: u32,
    /// Associations followed.
    pub edges: u32,
    /// Waves that followed an association.
    pub depth: u32,
    /// Words whose associations were followed.
    pub expanded: u32,
    /// Activation of all words over that of the studied ones.
    pub mass: f64,
    /// Whether activation was still on its way.
    pub is_cut: bool,
}

/// Which words of a list were recalled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecalledWords(u16);

const _: () = assert!(LIST_WORDS <= u16::BITS as usize);

impl RecallModel {
    /// The model the engine uses.
    ///
    /// The threshold is the one fitted number: it makes the 12 lists at even places of the table
    /// yield a mean of .55, the false recall of 15-word lists in Roediger and McDermott (1995),
    /// experiment 2. The other 12 lists judge it. Studied words: .62 in the same experiment.
    pub const CALIBRATED: Self = Self {
        spreading: Spreading { depth: 2, decay: 0.5 },
        threshold: -0.3215,
        noise: 0.7,
        studied_recall: 0.62,
    };

    /// The probability that a lure of this activation is recalled: 0 without any, then rising to 1.
    #[must_use]
    pub fn lure_recall(&self, activation: f64) -> f64 {
        1.0 / (1.0 + ((self.threshold - activation.ln()) / self.noise).exp())
    }

    /// Studies words and recalls; chance comes from `seed`.
    ///
    /// # Panics
    /// If more than [`LIST_WORDS`] words are to be studied.
    pub fn trial(&self, study: &Study<'_>, seed: u64, scratch: &mut Scratch) -> Recalled {
        let Study { associations, list, words: studied } = *study;
        let sources = list.studied[..studied].iter().map(|it| it.word);
        let spread = self.spreading.spread(associations, sources, scratch);
        let mut rng = fastrand::Rng::with_seed(seed);
        let chance = self.lure_recall(spread.activation[list.lure as usize]);
        let lure = rng.f64() < chance;
        let mut words = RecalledWords::default();
        for place in 0..studied {
            words.0 |= u16::from(rng.f64() < self.studied_recall) << place;
        }
        let confidence = if lure { chance } else { 1.0 - chance };
        Recalled { words, lure, confidence, spread: spread.into() }
    }
}

impl From<SpreadOutcome<'_>> for Spread {
    fn from(spread: SpreadOutcome<'_>) -> Self {
        let SpreadOutcome { visited, edges, depth, expanded, mass, is_cut, activation: _ } = spread;
        Self { visited, edges, depth, expanded, mass, is_cut }
    }
}

impl RecalledWords {
    /// How many were recalled.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the word at this place of the list was recalled.
    #[must_use]
    pub fn contains(self, place: usize) -> bool {
        place < LIST_WORDS && self.0 >> place & 1 == 1
    }

    /// One bit per word, the first word's the lowest.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }
}
