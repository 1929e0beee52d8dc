use std::sync::OnceLock;

use super::{RunConfig, run};
use crate::engine::{Engine, EngineConfig, kept};
use crate::stop::StopFlag;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| kept::engine(&EngineConfig::default()))
}

fn config(threads: usize, seed: u64, operations: u64) -> RunConfig {
    RunConfig { threads, seed, operations_per_thread: Some(operations) }
}

#[test]
fn the_same_seed_gives_the_same_results() {
    let digest = |seed| run(engine(), config(3, seed, 500), &StopFlag::new()).digest();
    assert_eq!(digest(7), digest(7));
    assert_ne!(digest(7), digest(8));
}

/// The number was taken from a build with telemetry. A build without must give it too, and so must
/// every platform; it changes when the operations of a worker change.
#[test]
fn results_do_not_depend_on_the_build() {
    let tally = run(engine(), config(2, 42, 1_000), &StopFlag::new());
    assert_eq!(tally.operations(), 2_000);
    assert_eq!(tally.digest(), 7_931_573_226_326_277_110);
}

#[test]
fn workers_do_different_things() {
    let one = run(engine(), config(1, 7, 500), &StopFlag::new());
    let two = run(engine(), config(2, 7, 500), &StopFlag::new());
    assert_eq!(two.operations(), 2 * one.operations());
    assert_ne!(two.digest(), one.digest().wrapping_mul(2));
}

#[test]
fn a_raised_flag_ends_a_run_without_end() {
    let stop = StopFlag::new();
    stop.raise();
    let endless = RunConfig { threads: 2, seed: 1, operations_per_thread: None };
    assert_eq!(run(engine(), endless, &stop).operations(), 0);
}

#[test]
fn a_flag_that_is_raised_later_ends_a_run_too() {
    let stop = StopFlag::new();
    let endless = RunConfig { threads: 1, seed: 1, operations_per_thread: None };
    let tally = std::thread::scope(|scope| {
        let running = scope.spawn(|| run(engine(), endless, &stop));
        run(engine(), config(1, 2, 200), &stop);
        stop.raise();
        running.join().unwrap()
    });
    println!("{} operations beside 200", tally.operations());
}

#[test]
fn the_mix_has_some_of_everything() {
    let tally = run(engine(), config(2, 5, 5_000), &StopFlag::new());
    let (recalls, false_memories) = tally.false_recall();
    let (found, missed) = tally.canary_neighbours();
    assert!((1_200..=1_400).contains(&recalls));
    assert!((500..=1_500).contains(&(found + missed)));
    assert!(false_memories * 10 > recalls * 4 && false_memories * 10 < recalls * 7);
    assert!(found > 20 * missed);
}
