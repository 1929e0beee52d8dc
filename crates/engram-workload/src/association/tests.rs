use super::{Associations, Edge};
use crate::data;
use crate::drm::DrmList;
use crate::vocabulary::Vocabulary;

#[test]
fn a_word_keeps_its_edges_side_by_side_and_in_order() {
    let edge = |target| Edge { target, strength: 0.5 };
    let graph = Associations::of_pairs(vec![(2, edge(1)), (0, edge(2)), (2, edge(0))], 4);
    assert_eq!(graph.of(0), [edge(2)]);
    assert_eq!(graph.of(1), []);
    assert_eq!(graph.of(2), [edge(0), edge(1)]);
    assert_eq!(graph.of(3), []);
    assert_eq!((graph.words(), graph.edges()), (4, 3));
}

#[test]
fn the_lists_associate_each_suggesting_word_with_its_lure() {
    let vocabulary = Vocabulary::parse(data::WORDS).unwrap();
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary).unwrap();
    let graph = Associations::of_lists(&lists, vocabulary.len());
    let suggesting = lists.iter().flat_map(|list| &list.studied).filter(|it| it.strength > 0.0);
    assert_eq!(graph.edges(), suggesting.count());

    let nap = graph.of(vocabulary.id("nap").unwrap());
    assert_eq!(nap, [Edge { target: vocabulary.id("sleep").unwrap(), strength: 0.51 }]);
    assert_eq!(graph.of(vocabulary.id("molasses").unwrap()), []);
}
