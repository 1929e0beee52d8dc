//! The files that the crate carries, and what can be wrong with such files.
//!
//! `data/README.md` gives their source, licence, format and how to produce them again.

use std::error::Error;
use std::fmt;

/// One word per line, the most frequent first.
pub const WORDS: &str = include_str!("../data/glove20k_words.txt");

/// One vector of [`DIMENSIONS`](crate::vector::DIMENSIONS) signed bytes per word, in the same
/// order.
pub const VECTORS: &[u8] = include_bytes!("../data/glove20k_50d.i8");

/// The 24 lists of Roediger and McDermott (1995) with the strength of each word's association.
pub const DRM_LISTS: &str = include_str!("../data/drm24_bas.tsv");

/// Why data could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataError {
    /// The bytes are not one vector per word.
    VectorBytes {
        /// Words that have a vector to come.
        words: usize,
        /// Bytes there are.
        bytes: usize,
    },
    /// The same word is there twice.
    DuplicateWord(String),
    /// A list names a word that has no vector.
    UnknownWord(String),
    /// A line of the table of lists has not the form that its header states.
    MalformedList {
        /// The line, counted from 1.
        line: usize,
    },
    /// The links are not those of an index of the words.
    ForeignLinks,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VectorBytes { words, bytes } => {
                write!(f, "{bytes} bytes are not one vector for each of {words} words")
            }
            Self::DuplicateWord(word) => write!(f, "the word `{word}` is there twice"),
            Self::UnknownWord(word) => write!(f, "the word `{word}` has no vector"),
            Self::ForeignLinks => f.write_str("the links are not those of an index of the words"),
            Self::MalformedList { line } => write!(f, "line {line} is not a list of words"),
        }
    }
}

impl Error for DataError {}
