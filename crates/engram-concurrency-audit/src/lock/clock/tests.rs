use super::*;

#[test]
fn a_child_knows_what_its_parent_did_before() {
    let child = Clock::default().fork(1, 4);
    assert!(child.knows(1, 4));
    assert!(!child.knows(1, 5));
}

#[test]
fn a_grandchild_inherits_from_all_ancestors() {
    let grandchild = Clock::default().fork(1, 4).fork(2, 7);
    assert!(grandchild.knows(1, 4) && grandchild.knows(2, 7));
}

#[test]
fn a_joined_child_is_over_for_its_parent_and_not_for_its_siblings() {
    let parent = Clock::default().join(2, 3, &Clock::default());
    assert!(parent.knows(2, 3));
    assert!(!parent.fork(1, 1).knows(2, 3));
}

#[test]
fn a_barrier_is_inherited() {
    let met = Clock::default().meet(2, 3, &Clock::default());
    assert!(met.fork(1, 1).knows(2, 3));
}

#[test]
fn old_knowledge_is_forgotten_first() {
    let mut clock = Clock::default();
    for thread in 0..200 {
        clock = clock.join(thread, 1, &Clock::default());
    }
    assert!(!clock.knows(0, 1) && clock.knows(199, 1));
    assert_eq!(clock.0.len(), LIMIT);
}
