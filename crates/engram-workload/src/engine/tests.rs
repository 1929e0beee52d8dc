use std::cell::Cell;

use engram_metrics_core::Stamp;

use super::{Engine, EngineConfig, NEIGHBOURS, kept};
use crate::query::held_out_query;

thread_local! {
    static READINGS: Cell<u32> = const { Cell::new(0) };
}

/// A clock that is one millisecond further at every reading.
fn ticking() -> Stamp {
    let readings = READINGS.replace(READINGS.get() + 1);
    Stamp::from_ticks(u64::from(readings) * MILLISECOND)
}

/// A millisecond in ticks of 2^-30 s, rounded.
const MILLISECOND: u64 = 1_073_742;

fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    let config = EngineConfig { clock: ticking, ..EngineConfig::default() };
    ENGINE.get_or_init(|| kept::engine(&config))
}

#[test]
fn an_engine_reports_what_it_was_built_of() {
    let report = engine().report();
    assert_eq!((report.vectors, report.lists), (20_061, 24));
    assert_eq!(report.associations, 262);
    assert!(report.upper_layers > 0);
    assert_eq!(report.index_ticks, MILLISECOND);
    assert!(report.index_bytes > 20_061 * (64 + 32 * 4));
    assert_eq!(report.index_seconds(), MILLISECOND as f64 / 1_073_741_824.0);
}

#[test]
fn a_word_is_its_own_nearest_neighbour() {
    let mut scratch = engine().scratch();
    for id in (0..20_061).step_by(1_999) {
        let outcome = engine().search(&engine().index().vectors()[id], &mut scratch);
        assert_eq!(outcome.neighbours[0].id, id as u32);
        assert_eq!(outcome.neighbours.len(), NEIGHBOURS);
    }
}

#[test]
fn neighbours_mean_something() {
    let mut scratch = engine().scratch();
    let sleep = engine().vocabulary().id("sleep").unwrap();
    let outcome = engine().search(&engine().index().vectors()[sleep as usize], &mut scratch);
    let words: Vec<&str> =
        outcome.neighbours.iter().map(|it| engine().vocabulary().word(it.id)).collect();
    println!("{words:?}");
    assert!(words.contains(&"awake"));
}

#[test]
fn every_operation_measures_itself_once() {
    let mut scratch = engine().scratch();
    let query = held_out_query(engine().index().vectors(), 3);
    assert_eq!(engine().search(&query, &mut scratch).duration_ticks, MILLISECOND);
    assert_eq!(engine().canary(&query, &mut scratch).search.duration_ticks, MILLISECOND);
    assert_eq!(engine().recall(3, 1, &mut scratch).duration_ticks, MILLISECOND);
}

#[test]
fn a_canary_checks_the_search_it_returns() {
    let mut scratch = engine().scratch();
    let mut found = 0;
    for seed in 0..50 {
        let query = held_out_query(engine().index().vectors(), seed);
        let searched = engine().search(&query, &mut scratch).neighbours.to_vec();
        let canary = engine().canary(&query, &mut scratch);
        assert_eq!(canary.search.neighbours, searched);
        assert_eq!(canary.found + canary.missed, NEIGHBOURS as u32);
        found += canary.found;
    }
    assert!(found > 475);
}

#[test]
fn a_warm_operation_allocates_nothing() {
    let mut scratch = engine().scratch();
    let mut operate = |seed| {
        let query = held_out_query(engine().index().vectors(), seed);
        engine().search(&query, &mut scratch);
        engine().recall(seed as usize % 24, seed, &mut scratch);
        engine().canary(&query, &mut scratch);
    };
    let mut round = || (0..200).for_each(&mut operate);
    round();
    assert_eq!(allocation_counter::measure(round).count_total, 0);
}
