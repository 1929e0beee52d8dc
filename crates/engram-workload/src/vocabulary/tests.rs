use super::Vocabulary;
use crate::data::{self, DataError};

#[test]
fn the_carried_words_are_numbered_by_frequency() {
    let vocabulary = Vocabulary::parse(data::WORDS).unwrap();
    assert_eq!(vocabulary.len(), 20_061);
    assert_eq!(vocabulary.id("the"), Ok(0));
    assert_eq!(vocabulary.word(20_060), "arachnid");
}

#[test]
fn a_word_that_comes_back_is_refused() {
    let twice = Vocabulary::parse("bed\nrest\nbed\n").unwrap_err();
    assert_eq!(twice, DataError::DuplicateWord("bed".to_owned()));
}

#[test]
fn an_unknown_word_is_named() {
    let vocabulary = Vocabulary::parse("bed\nrest\n").unwrap();
    assert_eq!(vocabulary.id("nap"), Err(DataError::UnknownWord("nap".to_owned())));
}
