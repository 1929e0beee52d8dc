//! Words and their numbers.

use std::collections::HashMap;

use crate::data::DataError;

#[cfg(test)]
mod tests;

/// The words of the engine. A word's id is its position, so it also addresses vectors and
/// associations.
#[derive(Debug)]
pub struct Vocabulary {
    words: Vec<&'static str>,
    ids: HashMap<&'static str, u32>,
}

impl Vocabulary {
    /// Reads one word per line.
    ///
    /// # Errors
    /// [`DataError::DuplicateWord`] if a word comes back.
    pub fn parse(lines: &'static str) -> Result<Self, DataError> {
        let words: Vec<&'static str> = lines.lines().collect();
        let mut ids = HashMap::with_capacity(words.len());
        for (id, word) in (0_u32..).zip(&words) {
            if ids.insert(*word, id).is_some() {
                return Err(DataError::DuplicateWord((*word).to_owned()));
            }
        }
        Ok(Self { words, ids })
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word with this id.
    ///
    /// # Panics
    /// If no word has it.
    #[must_use]
    pub fn word(&self, id: u32) -> &'static str {
        self.words[id as usize]
    }

    /// The id of a word.
    ///
    /// # Errors
    /// [`DataError::UnknownWord`] if it is not there.
    pub fn id(&self, word: &str) -> Result<u32, DataError> {
        self.ids.get(word).copied().ok_or_else(|| DataError::UnknownWord(word.to_owned()))
    }
}
