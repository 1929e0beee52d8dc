use super::*;
use crate::finding::Site;
use crate::lock::class::Origin;
use crate::lock::state::{LockState, Request};

fn lock() -> LockState {
    LockState::new(Origin::Site(Location::caller(), 0))
}

fn push(held: &Held, state: &LockState) -> bool {
    state.classify(Site::UNKNOWN).unwrap();
    let request = Request { state, mode: Mode::Exclusive, at: Location::caller() };
    held.push(request.taken(state.word()))
}

fn ids(held: &Held) -> Vec<u32> {
    held.holdings().map(|holding| holding.id).collect()
}

#[test]
fn what_is_released_out_of_order_leaves_the_chain_of_the_rest() {
    let (a, b, c) = (lock(), lock(), lock());
    let (held, plain) = (Held::new(), Held::new());
    for state in [&a, &b, &c] {
        assert!(push(&held, state));
    }
    assert!(!held.pop(b.address()));
    assert!(held.remove(b.address()));
    assert_eq!(ids(&held), [a.id(), c.id()]);
    push(&plain, &a);
    push(&plain, &c);
    assert_eq!(held.top().chain, plain.top().chain);
}

#[test]
fn holes_on_top_change_no_chain_and_go_as_soon_as_somebody_looks() {
    let (a, b) = (lock(), lock());
    let held = Held::new();
    push(&held, &a);
    push(&held, &b);
    assert!(held.remove(a.address()));
    assert!(held.pop(b.address()));
    assert_eq!((held.depth(), held.top().chain), (1, SEED));
    assert!(held.is_empty());
    assert_eq!((held.depth(), held.top().chain), (0, SEED));
}

#[test]
fn what_is_below_a_hole_is_not_released_the_short_way() {
    let (a, b) = (lock(), lock());
    let held = Held::new();
    push(&held, &a);
    let before = held.top().chain;
    held.put_hole();
    assert_eq!(held.top().chain, before);
    push(&held, &b);
    assert!(held.pop(b.address()));
    assert!(!held.pop(a.address()));
    assert!(held.remove(a.address()));
    assert!(held.is_empty());
}

#[test]
fn more_locks_than_there_is_room_for_are_refused() {
    let held = Held::new();
    let locks: Vec<LockState> = (0..=DEPTH).map(|_| lock()).collect();
    let pushed = locks.iter().filter(|state| push(&held, state)).count();
    assert_eq!(pushed, DEPTH);
    assert!(!held.remove(locks[DEPTH].address()));
}

#[test]
fn what_is_not_held_is_not_taken_out() {
    let (a, b) = (lock(), lock());
    let held = Held::new();
    push(&held, &a);
    assert!(!held.pop(b.address()));
    assert!(!held.remove(b.address()));
    assert_eq!(held.depth(), 1);
}

#[test]
fn another_mode_is_another_chain() {
    let a = lock();
    let held = Held::new();
    push(&held, &a);
    let before = held.top().chain;
    held.change(a.address(), Mode::Shared);
    assert_ne!(held.top().chain, before);
}
