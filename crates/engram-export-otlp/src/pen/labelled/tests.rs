use engram_metrics_core::label_text;

use super::*;

const NUMBER: Tag = Tag::bytes(7);
const DISTRIBUTION: Tag = Tag::bytes(9);

/// The attributes of series by their label, whether the text was kept or not.
fn visit(labelled: &mut Labelled, values: &[&str], tag: Tag) -> Vec<Vec<u8>> {
    labelled.begin();
    let attributes = values.iter().map(|value| {
        let pairs = [("kind", *value)];
        labelled.set(Labels::with_text(&pairs, &label_text(&pairs)), tag);
        labelled.as_slice().to_vec()
    });
    attributes.collect()
}

fn written(values: &[&str], tag: Tag) -> Vec<Vec<u8>> {
    let mut labelled = Labelled::new();
    let attributes = values.iter().map(|value| {
        labelled.set(Labels::new(&[("kind", value)]), tag);
        labelled.as_slice().to_vec()
    });
    attributes.collect()
}

#[test]
fn attributes_that_are_kept_are_those_that_would_be_written() {
    let mut labelled = Labelled::new();
    let visits: [&[&str]; 7] = [
        &["a", "b", "c"],
        &["a", "b", "c"],
        &["a", "c"],
        &["x", "a", "b", "c"],
        &["a", "bb", "c"],
        &[],
        &["a", "b", "c"],
    ];
    for values in visits {
        assert_eq!(visit(&mut labelled, values, NUMBER), written(values, NUMBER), "{values:?}");
    }
}

#[test]
fn a_series_of_another_kind_has_its_attributes_in_another_field() {
    let mut labelled = Labelled::new();
    for tag in [NUMBER, DISTRIBUTION, NUMBER] {
        assert_eq!(visit(&mut labelled, &["a"], tag), written(&["a"], tag));
    }
}

#[test]
fn what_is_kept_is_no_more_than_the_last_visit_showed() {
    let mut labelled = Labelled::new();
    visit(&mut labelled, &["a", "b", "c"], NUMBER);
    let bytes = labelled.kept.len();
    (0..100).for_each(|_| drop(visit(&mut labelled, &["c", "b", "a"], NUMBER)));
    assert_eq!((labelled.kept.len(), labelled.places.len()), (bytes, 3));
}
