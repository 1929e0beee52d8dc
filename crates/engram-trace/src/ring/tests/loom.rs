//! Every interleaving of one that pushes and one that pops, with all outcomes that there are.

use loom::sync::Arc;
use loom::thread;

use super::{Ring, pop, push, ring};
use crate::lane::tests::loom::outcomes;

/// Runs `act` on the ring in a thread of the model.
fn spawn<R: 'static>(
    ring: &Arc<Ring<u64>>,
    act: impl FnOnce(&Ring<u64>) -> R + 'static,
) -> thread::JoinHandle<R> {
    let ring = Arc::clone(ring);
    thread::spawn(move || act(&ring))
}

#[test]
fn what_is_popped_is_a_prefix_of_what_was_pushed() {
    outcomes([vec![], vec![1], vec![1, 2]], || {
        let ring = Arc::new(ring(2));
        let consumer = spawn(&ring, |ring| pop(ring, 2));
        assert!(push(&ring, 1) && push(&ring, 2), "there is room");
        let mut values = consumer.join().expect("no panic");
        let first = values.clone();
        values.extend(pop(&ring, 2));
        assert_eq!(values, [1, 2]);
        first
    });
}

#[test]
fn a_full_ring_refuses_until_the_consumer_has_left_a_slot() {
    // Whether there was room for a second and a third value. One slot is left once, so never for both.
    let expected = [(false, false), (false, true), (true, false)];
    outcomes(expected, || {
        let ring = Arc::new(ring(1));
        assert!(push(&ring, 1), "there is room");
        let consumer = spawn(&ring, |ring| pop(ring, 1));
        let (second, third) = (push(&ring, 2), push(&ring, 3));
        assert_eq!(consumer.join().expect("no panic"), [1]);
        let rest = pop(&ring, 1);
        let expected = [(second, 2), (third, 3)].into_iter().filter_map(|it| it.0.then_some(it.1));
        assert_eq!(rest, expected.collect::<Vec<_>>());
        (second, third)
    });
}

#[test]
fn positions_wrap_around_the_slots_and_nothing_is_mixed_up() {
    // How many of three values were popped while the third was pushed into the slot of the first. The other two
    // were there before.
    outcomes([(2, false), (2, true), (3, true)], || {
        let ring = Arc::new(ring(2));
        assert!(push(&ring, 1) && push(&ring, 2), "there is room");
        let consumer = spawn(&ring, |ring| {
            let mut values = pop(ring, 1);
            values.extend(pop(ring, 2));
            values
        });
        let third = push(&ring, 3);
        let mut values = consumer.join().expect("no panic");
        let count = values.len();
        values.extend(pop(&ring, 2));
        assert_eq!(values, if third { vec![1, 2, 3] } else { vec![1, 2] });
        (count, third)
    });
}
