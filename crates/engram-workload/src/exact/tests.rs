use super::nearest;
use crate::data;
use crate::vector;

#[test]
fn the_nearest_are_those_that_sorting_puts_first() {
    let vectors = vector::parse(data::VECTORS, 20_061).unwrap();
    let query = vector::mean_direction([&vectors[40], &vectors[4_000]]);
    let mut sorted: Vec<u32> = (0..20_061).collect();
    let similarity = |id: &u32| query.cosine(&vectors[*id as usize]);
    sorted.sort_by(|left, right| similarity(right).total_cmp(&similarity(left)));

    let mut found = Vec::new();
    nearest(&vectors, &query, 25, &mut found);
    assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), sorted[..25]);
}

#[test]
fn fewer_vectors_than_asked_for_are_all_returned() {
    let vectors = vector::parse(&data::VECTORS[..150], 3).unwrap();
    let mut found = Vec::new();
    nearest(&vectors, &vectors[1], 10, &mut found);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].id, 1);
}
