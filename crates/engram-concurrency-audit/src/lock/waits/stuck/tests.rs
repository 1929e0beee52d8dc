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
    let held = search.held(state, thread).into_iter().map(holding).collect();
    Blocked { held, ..waits(thread, wait.0, wait.1) }
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

/// One waits at a barrier with the lock that another wants; those of `others` wait as well.
fn held_up(others: Vec<Blocked>) -> Scene {
    let class = Class::of(Origin::FirstUse, Site::caller()).expect("the table of classes is free");
    let held = Holding {
        lock: address(0),
        id: 1,
        mode: Mode::Exclusive,
        class,
        site: Site::caller(),
        key: None,
        is_of_task: false,
    };
    let at_barrier = Blocked { held: vec![held], ..waits(0, Wait::Barrier, address(1)) };
    let wants_lock = waits(1, Wait::Lock(Mode::Exclusive), address(0));
    let blocked = [at_barrier, wants_lock].into_iter().chain(others).collect();
    Scene { blocked, running: Vec::new(), orphaned: Vec::new() }
}

fn waits(thread: usize, wait: Wait, resource: usize) -> Blocked {
    Blocked {
        serial: serial(thread),
        name: format!("T{thread}"),
        number: 1,
        wait,
        resource,
        at: Location::caller(),
        held: Vec::new(),
        partners: Vec::new(),
        ancestors: Vec::new(),
        looks: 2,
    }
}

#[test]
fn who_joins_a_thread_that_has_just_ended_may_come_to_the_barrier_next() {
    let ended = serial(7) as usize;
    assert_eq!(held_up(vec![waits(2, Wait::Join, ended)]).stuck(), Vec::<usize>::new());
    // Who joins one of the two comes no more than they do.
    let joins_stuck = waits(2, Wait::Join, serial(1) as usize);
    assert_eq!(held_up(vec![joins_stuck]).stuck(), [0, 1, 2]);
    assert_eq!(held_up(Vec::new()).stuck(), [0, 1]);
}

const PROGRAMS: usize = 5_000;
