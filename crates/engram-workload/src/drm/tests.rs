use super::{DrmList, LIST_WORDS};
use crate::data::{self, DataError};
use crate::vocabulary::Vocabulary;

const WORDS: &str = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\nlure\n";
const LINE: &str =
    "lure\t0.25\t0.1\ta:1 b:2 c:3 d:4 e:5 f:6 g:7 h:8 i:9 j:10 k:11 l:0 m:0 n:0 o:99";

fn parse(table: &str) -> Result<Vec<DrmList>, DataError> {
    DrmList::parse_all(table, &Vocabulary::parse(WORDS).unwrap())
}

#[test]
fn the_carried_table_has_24_lists_of_15_words_without_their_lure() {
    let vocabulary = Vocabulary::parse(data::WORDS).unwrap();
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary).unwrap();
    assert_eq!(lists.len(), 24);
    for list in &lists {
        assert!(list.studied.iter().all(|it| it.word != list.lure));
        assert!(list.studied.iter().any(|it| it.strength > 0.0));
    }
    let sleep = &lists[17];
    assert_eq!(vocabulary.word(sleep.lure), "sleep");
    assert_eq!(vocabulary.word(sleep.studied[2].word), "nap");
    assert_eq!(sleep.studied[2].strength, 0.51);
}

#[test]
fn a_line_is_read_and_comments_are_not() {
    let lists = parse(&format!("# head\n{LINE}\n")).unwrap();
    assert_eq!(lists[0].lure, LIST_WORDS as u32);
    assert_eq!(lists[0].published_strength, 0.25);
    assert_eq!(lists[0].studied[14].strength, 0.99);
}

#[test]
fn a_list_of_another_length_is_refused_with_its_line() {
    let short = LINE.replace(" o:99", "");
    assert_eq!(parse(&format!("# head\n{short}\n")), Err(DataError::MalformedList { line: 2 }));
    assert_eq!(parse(&format!("{LINE} a:1\n")), Err(DataError::MalformedList { line: 1 }));
}

#[test]
fn a_figure_that_is_no_number_is_refused() {
    let malformed = Err(DataError::MalformedList { line: 1 });
    assert_eq!(parse(&LINE.replace("0.25", "much")), malformed);
    assert_eq!(parse(&LINE.replace(":99", ":many")), malformed);
    assert_eq!(parse(&LINE.replace(":99", "")), malformed);
}

#[test]
fn a_word_without_a_vector_is_named() {
    let unknown = parse(&LINE.replace("o:99", "zebra:99"));
    assert_eq!(unknown, Err(DataError::UnknownWord("zebra".to_owned())));
}
