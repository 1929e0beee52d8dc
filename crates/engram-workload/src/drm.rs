//! The word lists of Deese, Roediger and McDermott: fifteen words that all suggest one that is
//! missing.
//!
//! People who study *bed, rest, awake, tired, ...* later recall *sleep*, the critical lure, about
//! as often as the words that were there (Roediger and McDermott 1995, JEP:LMC 21, 803).

use crate::data::DataError;
use crate::vocabulary::Vocabulary;

#[cfg(test)]
mod tests;

/// Words of a list.
pub const LIST_WORDS: usize = 15;

/// A list and the word that it does not contain.
#[derive(Clone, Debug, PartialEq)]
pub struct DrmList {
    /// The critical lure.
    pub lure: u32,
    /// The studied words, in the order in which they are presented.
    pub studied: [Studied; LIST_WORDS],
    /// Mean strength from the studied words to the lure in the South Florida norms, 0..=1.
    ///
    /// The engine does not use it: it is what the engine's lures are compared with.
    pub published_strength: f64,
}

/// A studied word and how strongly it suggests the lure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Studied {
    /// The word's id.
    pub word: u32,
    /// People out of a hundred who answer with the lure, 0..=1.
    pub strength: f64,
}

impl DrmList {
    /// Reads a table of lists, one per line, as its header describes them.
    ///
    /// # Errors
    /// [`DataError::MalformedList`] for a line of another form, [`DataError::UnknownWord`] for a
    /// word outside the vocabulary.
    pub fn parse_all(table: &str, vocabulary: &Vocabulary) -> Result<Vec<Self>, DataError> {
        let lines = (1..).zip(table.lines()).filter(|(_, line)| !line.starts_with('#'));
        lines.map(|(line, text)| Self::parse(text, vocabulary, line)).collect()
    }

    fn parse(text: &str, vocabulary: &Vocabulary, line: usize) -> Result<Self, DataError> {
        let malformed = || DataError::MalformedList { line };
        let fields: Vec<&str> = text.split('\t').collect();
        let &[lure, published, _, words] = fields.as_slice() else { return Err(malformed()) };
        let mut studied = [Studied::default(); LIST_WORDS];
        let mut pairs = words.split(' ');
        for (place, pair) in studied.iter_mut().zip(&mut pairs) {
            *place = Studied::parse(pair, vocabulary, line)?;
        }
        let published_strength = published.parse().map_err(|_| malformed())?;
        let complete = words.split(' ').count() == LIST_WORDS;
        let list = Self { lure: vocabulary.id(lure)?, studied, published_strength };
        complete.then_some(list).ok_or_else(malformed)
    }
}

impl Studied {
    /// Reads `word:count`.
    fn parse(pair: &str, vocabulary: &Vocabulary, line: usize) -> Result<Self, DataError> {
        let malformed = || DataError::MalformedList { line };
        let (word, count) = pair.split_once(':').ok_or_else(malformed)?;
        let count: u8 = count.parse().map_err(|_| malformed())?;
        Ok(Self { word: vocabulary.id(word)?, strength: f64::from(count.min(100)) / 100.0 })
    }
}
