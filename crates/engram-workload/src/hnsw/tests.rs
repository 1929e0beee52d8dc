use std::sync::OnceLock;

use super::{Hnsw, SearchStats};
use crate::data;
use crate::drm::DrmList;
use crate::engine::SEARCH_WIDTH;
use crate::exact;
use crate::neighbour::Neighbour;
use crate::query::held_out_query;
use crate::vector::{self, Vector, mean_direction};
use crate::vocabulary::Vocabulary;

const SEEDS: usize = 3;
const QUERIES: u64 = 500;
const NEIGHBOURS: usize = 10;

/// One index of all words per seed, built once for all tests.
fn index(seed: usize) -> &'static Hnsw {
    static INDEXES: [OnceLock<Hnsw>; SEEDS] = [const { OnceLock::new() }; SEEDS];
    INDEXES[seed].get_or_init(|| Hnsw::build(words(20_061), seed as u64, &mut |_| {}))
}

/// The vectors of the most frequent words.
fn words(count: usize) -> Vec<Vector> {
    vector::parse(&data::VECTORS[..count * vector::DIMENSIONS], count).unwrap()
}

/// The true neighbours of a query.
fn truth(vectors: &[Vector], query: &Vector, count: usize) -> Vec<Neighbour> {
    let mut found = Vec::new();
    exact::nearest(vectors, query, count, &mut found);
    found
}

#[test]
fn nineteen_of_twenty_true_neighbours_are_found_for_every_seed() {
    for seed in 0..SEEDS {
        let (index, mut scratch) = (index(seed), index(seed).scratch());
        let mut agreed = 0;
        for query in 0..QUERIES {
            let query = held_out_query(index.vectors(), query);
            let found = index.search(&query, SEARCH_WIDTH, &mut scratch).neighbours;
            let truth = truth(index.vectors(), &query, NEIGHBOURS);
            agreed += found[..NEIGHBOURS].iter().filter(|it| truth.contains(it)).count();
        }
        let share = agreed as f64 / (QUERIES as usize * NEIGHBOURS) as f64;
        println!("seed {seed}: {share:.4} of the ten nearest of {QUERIES} held-out queries");
        assert!(share >= 0.95);
    }
}

#[test]
fn no_search_looks_at_more_than_a_twentieth_of_the_vectors() {
    for seed in 0..SEEDS {
        let (index, mut scratch) = (index(seed), index(seed).scratch());
        let evaluations = (0..QUERIES).map(|query| {
            let query = held_out_query(index.vectors(), query);
            index.search(&query, SEARCH_WIDTH, &mut scratch).stats.evaluations as usize
        });
        let evaluations: Vec<usize> = evaluations.collect();
        let mean = evaluations.iter().sum::<usize>() / evaluations.len();
        let most = *evaluations.iter().max().unwrap();
        println!("seed {seed}: {mean} distance evaluations on average, {most} at most");
        assert!(most * 20 <= index.vectors().len());
    }
}

#[test]
fn a_held_out_query_is_no_stored_vector() {
    let vectors = words(20_061);
    for query in 0..QUERIES {
        let query = held_out_query(&vectors, query);
        assert!(truth(&vectors, &query, 1)[0].similarity < 0.9999);
    }
}

#[test]
fn greedy_hops_grow_far_more_slowly_than_the_number_of_vectors() {
    let hops = [8_u32, 10, 12, 14].map(|log2| {
        let index = Hnsw::build(words(1 << log2), 1, &mut |_| {});
        let mut scratch = index.scratch();
        let hops = (0..QUERIES).map(|query| {
            let query = held_out_query(index.vectors(), query);
            let stats = index.search(&query, 1, &mut scratch).stats;
            stats.hops_upper + stats.hops_base
        });
        f64::from(hops.sum::<u32>()) / QUERIES as f64
    });
    println!("greedy hops at 2^8, 2^10, 2^12, 2^14 vectors: {hops:?}");
    assert!(hops.is_sorted());
    // Sixty-four times the vectors cost less than three times the hops.
    assert!(hops[3] < 3.0 * hops[0]);
}

/// Lures among the ten nearest to the mean of their list, without the list's own words.
fn lures_found(nearest: &mut dyn FnMut(&Vector, usize) -> Vec<Neighbour>) -> usize {
    let vocabulary = Vocabulary::parse(data::WORDS).unwrap();
    let vectors = words(20_061);
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary).unwrap();
    let found = lists.iter().filter(|list| {
        let studied: Vec<u32> = list.studied.iter().map(|it| it.word).collect();
        let gist = mean_direction(studied.iter().map(|word| &vectors[*word as usize]));
        let near = nearest(&gist, NEIGHBOURS + studied.len());
        let mut unstudied = near.iter().filter(|it| !studied.contains(&it.id)).take(NEIGHBOURS);
        unstudied.any(|it| it.id == list.lure)
    });
    found.count()
}

#[test]
fn the_lure_is_near_the_mean_of_its_list_in_22_of_24_lists() {
    let vectors = words(20_061);
    assert_eq!(lures_found(&mut |gist, count| truth(&vectors, gist, count)), 22);
}

#[test]
fn the_index_finds_the_same_22_lures() {
    for seed in 0..SEEDS {
        let mut scratch = index(seed).scratch();
        let found = lures_found(&mut |gist, count| {
            index(seed).search(gist, SEARCH_WIDTH, &mut scratch).neighbours[..count].to_vec()
        });
        assert_eq!(found, 22, "seed {seed}");
    }
}

#[test]
fn the_same_seed_builds_the_same_index() {
    let searches = |seed: u64| {
        let index = Hnsw::build(words(1_000), seed, &mut |_| {});
        let mut scratch = index.scratch();
        let query = |query| {
            let query = held_out_query(index.vectors(), query);
            let found = index.search(&query, 20, &mut scratch);
            (found.neighbours.to_vec(), found.stats)
        };
        (0..20).map(query).collect::<Vec<_>>()
    };
    assert_eq!(searches(5), searches(5));
    assert_ne!(searches(5), searches(6));
}

#[test]
fn progress_is_reported_in_hundredths() {
    let mut reports = Vec::new();
    let _ =
        Hnsw::build(words(1_000), 1, &mut |progress| reports.push((progress.done, progress.total)));
    assert_eq!(reports.len(), 100);
    assert_eq!(reports[0], (10, 1_000));
    assert_eq!(reports[99], (1_000, 1_000));
}

#[test]
fn few_vectors_are_all_found_and_none_gives_none() {
    for count in [0, 1, 2, 5] {
        let index = Hnsw::build(words(count), 1, &mut |_| {});
        let mut scratch = index.scratch();
        let found = index.search(&words(1)[0], 10, &mut scratch);
        assert_eq!(found.neighbours.len(), count);
        if count == 0 {
            assert_eq!(found.stats, SearchStats::default());
        }
    }
}

#[test]
fn a_restored_index_is_the_one_whose_links_it_was_given() {
    let (built, vectors) = (index(1), words(20_061));
    let restored = Hnsw::restore(vectors.clone(), 1, &built.links()).unwrap();
    assert_eq!(restored.links(), built.links());
    let (mut one, mut other) = (built.scratch(), restored.scratch());
    for query in 0..QUERIES {
        let query = held_out_query(&vectors, query);
        let found = built.search(&query, SEARCH_WIDTH, &mut one);
        let again = restored.search(&query, SEARCH_WIDTH, &mut other);
        assert_eq!((found.neighbours, found.stats), (again.neighbours, again.stats));
    }
}

#[test]
fn links_that_lead_nowhere_make_no_index() {
    let restore = |count, seed, links: &[u8]| Hnsw::restore(words(count), seed, links);
    let whole = Hnsw::build(words(300), 1, &mut |_| {}).links();
    assert!(restore(300, 1, &whole).is_some());
    assert!(restore(0, 1, &[]).is_some());
    assert!(restore(299, 1, &whole).is_none());
    assert!(restore(300, 2, &whole).is_none());
    assert!(restore(300, 1, &whole[1..]).is_none());
    assert!(restore(300, 1, &whole[..whole.len() - 1]).is_none());
    assert!(restore(300, 1, &[&whole, [0].as_slice()].concat()).is_none());
    let beyond = [&whole[..1], &300_u32.to_le_bytes(), &whole[5..]].concat();
    assert!(restore(300, 1, &beyond).is_none());
}
