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
    scene.stuck(Belief::Presumed).into_iter().map(|at| numbers[at]).collect()
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
        is_open: true,
        is_notified: false,
        looks: 2,
    }
}

/// After so many looks.
fn after(looks: u32, mut scene: Scene) -> Scene {
    scene.blocked.iter_mut().for_each(|it| it.looks = looks);
    scene
}

#[test]
fn who_joins_a_thread_that_has_just_ended_may_come_to_the_barrier_next() {
    let ended = serial(7) as usize;
    let joins = || vec![waits(2, Wait::Join, ended)];
    assert_eq!(after(PATIENCE, held_up(joins())).stuck(Belief::Presumed), Vec::<usize>::new());
    // Who joins one of the two comes no more than they do.
    let joins_stuck = waits(2, Wait::Join, serial(1) as usize);
    let scene = after(PATIENCE, held_up(vec![joins_stuck]));
    assert_eq!(scene.stuck(Belief::Presumed), [0, 1, 2]);
}

#[test]
fn that_nobody_comes_to_a_barrier_any_more_is_presumed_after_a_while() {
    let stuck = |looks, running| {
        let scene = Scene { running, ..after(looks, held_up(Vec::new())) };
        assert_eq!(scene.stuck(Belief::Certain), Vec::<usize>::new());
        scene.stuck(Belief::Presumed).len()
    };
    assert_eq!((stuck(PATIENCE - 1, vec![]), stuck(PATIENCE, vec![])), (0, 2));
    let (soon, late) = (PATIENCE_WITH_OTHERS - 1, PATIENCE_WITH_OTHERS);
    assert_eq!((stuck(soon, vec![9]), stuck(late, vec![9])), (0, 2));
}

#[test]
fn a_barrier_whose_places_are_all_taken_is_certain() {
    let mut scene = held_up(Vec::new());
    scene.blocked[0].partners = vec![serial(1)];
    assert_eq!(scene.stuck(Belief::Certain), Vec::<usize>::new(), "another may come");
    scene.blocked[0].is_open = false;
    assert_eq!(scene.stuck(Belief::Certain), [0, 1]);
    scene.blocked[0].partners.push(serial(5));
    assert_eq!(scene.stuck(Belief::Certain), Vec::<usize>::new(), "one of them runs");
}

/// So many of a barrier wait at it, and know each other.
fn at_barrier(count: usize) -> Scene {
    let partners = |own| (0..count).filter(|it| *it != own).map(serial).collect();
    let waits = |thread| Blocked {
        partners: partners(thread),
        looks: 1000,
        ..waits(thread, Wait::Barrier, address(1))
    };
    let blocked = (0..count).map(waits).collect();
    Scene { blocked, running: Vec::new(), orphaned: Vec::new() }
}

#[test]
fn those_who_wait_at_a_barrier_for_another_one_are_not_stuck() {
    assert_eq!(at_barrier(3).stuck(Belief::Presumed), Vec::<usize>::new());
}

#[test]
fn who_waits_at_another_barrier_may_come_to_this_one() {
    let mut scene = held_up(vec![waits(2, Wait::Barrier, address(2))]);
    scene.blocked[0].partners = vec![serial(2)];
    // Whoever runs may be the one that the other barrier waits for.
    let scene = Scene { running: vec![9], ..after(PATIENCE_WITH_OTHERS, scene) };
    assert_eq!(scene.stuck(Belief::Presumed), Vec::<usize>::new());
}

#[test]
fn who_waits_at_the_barrier_is_not_whom_it_is_waited_for() {
    let mut scene = after(PATIENCE, held_up(vec![waits(2, Wait::Barrier, address(1))]));
    scene.blocked[0].partners = vec![serial(2)];
    assert_eq!(scene.stuck(Belief::Presumed), [0, 1]);
}

#[test]
fn a_circle_is_presumed_when_all_who_could_open_it_are_known() {
    let mut scene = after(PATIENCE, at_barrier(2));
    scene.blocked.iter_mut().for_each(|it| it.wait = Wait::Condition);
    assert_eq!(scene.stuck(Belief::Presumed), Vec::<usize>::new(), "anybody may notify");
    scene.blocked.iter_mut().for_each(|it| it.is_open = false);
    assert_eq!(scene.stuck(Belief::Presumed), [0, 1]);
    assert_eq!(
        scene.stuck(Belief::Certain),
        Vec::<usize>::new(),
        "an end goes from thread to thread"
    );
}

#[test]
fn somebody_who_runs_may_notify_for_the_first_time() {
    let notified = |partners, running| {
        let mut scene = after(1000, held_up(Vec::new()));
        scene.blocked[0].wait = Wait::Condition;
        scene.blocked[0].partners = partners;
        Scene { running, ..scene }.stuck(Belief::Presumed).len()
    };
    assert_eq!(notified(vec![], vec![9]), 0);
    assert_eq!(notified(vec![], vec![]), 2);
    let mut woken = after(PATIENCE_WITH_OTHERS, held_up(Vec::new()));
    woken.blocked[0].wait = Wait::Condition;
    woken.blocked[0].is_notified = true;
    assert_eq!(woken.stuck(Belief::Presumed), Vec::<usize>::new());
    // Whoever did so before, and is stuck now, is more likely to be the one.
    assert_eq!(notified(vec![serial(1)], vec![9]), 2);
}

const PROGRAMS: usize = 5_000;
