//! Who is said to be stuck, against every way that a program can go on.

use std::panic::Location;

use super::*;
use crate::finding::Site;
use crate::lock::class::{Class, Origin};
use crate::lock::program::{Numbers, Program, Search, State, Step, generate};

/// The threads of a state as the watcher sees them, and which of a program each of the blocked ones is.
fn scene(search: &Search<'_>, state: &State) -> (Scene, Vec<usize>) {
    let mut scene = Scene { blocked: Vec::new(), running: Vec::new(), orphaned: Vec::new() };
    let mut numbers = Vec::new();
    let is_there =
        |thread: &usize| search.has_begun(state, *thread) && !search.has_ended(state, *thread);
    for thread in (0..search.threads()).filter(is_there) {
        let wait = match search.wanted(state, thread) {
            Some(Step::Take(lock, mode)) if search.is_queued(state, thread) => {
                Some((Wait::Lock(mode), address(lock)))
            }
            Some(Step::Join(child)) if !search.has_ended(state, child) => {
                Some((Wait::Join, serial(child) as usize))
            }
            _ => None,
        };
        match wait {
            Some(wait) => {
                scene.blocked.push(blocked(search, state, (thread, wait)));
                numbers.push(thread);
            }
            None => scene.running.push(serial(thread)),
        }
    }
    (scene, numbers)
}

fn blocked(search: &Search<'_>, state: &State, (thread, wait): (usize, (Wait, usize))) -> Blocked {
    let class = Class::of(Origin::FirstUse, Site::caller()).expect("the table of classes is free");
    let holding = |(lock, mode)| Holding {
        lock: address(lock),
        id: lock as u32 + 1,
        mode,
        class,
        site: Site::caller(),
        key: None,
        is_of_task: false,
    };
    Blocked {
        serial: serial(thread),
        name: format!("T{thread}"),
        number: 1,
        wait: wait.0,
        resource: wait.1,
        at: Location::caller(),
        held: search.held(state, thread).into_iter().map(holding).collect(),
        partners: Vec::new(),
        ancestors: Vec::new(),
        looks: 2,
    }
}

const fn serial(thread: usize) -> u32 {
    thread as u32 + 1
}

const fn address(lock: usize) -> usize {
    (lock + 1) * 8
}

/// Goes a few steps on from the beginning, whichever.
fn somewhere(search: &Search<'_>, numbers: &mut Numbers) -> State {
    let mut state = Search::begin();
    for _ in 0..numbers.below(30) {
        let next = search.next(&state);
        match next.len() {
            0 => break,
            count => state = next[numbers.below(count)],
        }
    }
    state
}

/// Who is said to be stuck, by their numbers in the program.
fn stuck(search: &Search<'_>, state: &State) -> Vec<usize> {
    let (scene, numbers) = scene(search, state);
    scene.stuck().into_iter().map(|at| numbers[at]).collect()
}

/// Those of `threads` that go on from `state` in some way.
fn goes_on(search: &Search<'_>, state: &State, threads: &[usize]) -> bool {
    search.walk(*state, |later, _| {
        threads.iter().any(|thread| search.is_ahead(later, state, *thread))
    })
}

#[test]
fn who_is_stuck_never_goes_on_and_when_nobody_does_all_are_stuck() {
    let mut numbers = Numbers(2);
    let (mut said, mut dead) = (0, 0);
    for _ in 0..PROGRAMS {
        let program: Program = generate(&mut numbers);
        let search = Search::new(&program, true);
        for _ in 0..4 {
            let state = somewhere(&search, &mut numbers);
            let stuck = stuck(&search, &state);
            said += usize::from(!stuck.is_empty());
            assert!(stuck.is_empty() || !goes_on(&search, &state, &stuck), "{program}{state:?}");
            if search.next(&state).is_empty() && !search.is_over(&state) {
                dead += 1;
                let all = |thread: &usize| {
                    search.has_begun(&state, *thread) && !search.has_ended(&state, *thread)
                };
                let all: Vec<usize> = (0..search.threads()).filter(all).collect();
                assert_eq!(stuck, all, "{program}{state:?}");
            }
        }
    }
    assert!(said > PROGRAMS / 10 && dead > PROGRAMS / 20, "{said} of which {dead} are dead");
}

const PROGRAMS: usize = 5_000;
