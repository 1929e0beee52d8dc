//! The ring beside a plain queue, alone and with a thread at each end.

#[cfg(not(engram_loom))]
use std::collections::VecDeque;

#[cfg(not(engram_loom))]
use proptest::prelude::*;

use super::*;

#[cfg(engram_loom)]
mod loom;

/// Pushes a value.
fn push(ring: &Ring<u64>, value: u64) -> bool {
    // SAFETY: whoever calls this is the one thread that pushes into `ring`.
    unsafe { ring.push(|| value) }
}

/// Pops at most so many values.
fn pop(ring: &Ring<u64>, most: usize) -> Vec<u64> {
    let mut values = Vec::new();
    // SAFETY: whoever calls this is the one thread that pops from `ring`.
    unsafe { ring.pop(most, |value| values.push(value)) };
    values
}

/// A ring with memory.
fn ring(capacity: usize) -> Ring<u64> {
    let ring = Ring::new(capacity);
    // SAFETY: nobody else knows of the ring.
    assert_eq!(unsafe { ring.prepare() }, Some(true));
    ring
}

#[cfg(not(engram_loom))]
proptest! {
    #[test]
    fn any_pushes_and_pops_do_what_a_plain_queue_does(
        power in 0_u32..6,
        steps in proptest::collection::vec((any::<bool>(), 0_usize..70), 1..300),
    ) {
        let capacity = 1_usize << power;
        let (ring, mut queue, mut next) = (ring(capacity), VecDeque::new(), 0_u64);
        for (is_push, count) in steps {
            if is_push {
                for _ in 0..count {
                    let has_room = queue.len() < capacity;
                    prop_assert_eq!(push(&ring, next), has_room);
                    if has_room {
                        queue.push_back(next);
                    }
                    next += 1;
                }
            } else {
                let expected: Vec<u64> = queue.drain(..count.min(queue.len())).collect();
                prop_assert_eq!(pop(&ring, count), expected);
            }
            let (tail, head) = ring.positions();
            prop_assert_eq!(tail - head, queue.len() as u64);
        }
    }
}

#[cfg(not(engram_loom))]
#[test]
fn a_ring_without_memory_refuses() {
    let ring = Ring::<u64>::new(4);
    assert!(!push(&ring, 1));
    assert_eq!(pop(&ring, 4), [0; 0]);
    assert_eq!(ring.positions(), (0, 0));
}

#[cfg(not(engram_loom))]
#[test]
fn values_arrive_in_order_while_both_ends_are_busy() {
    const VALUES: u64 = 100_000;
    let ring = ring(64);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for value in 0..VALUES {
                while !push(&ring, value) {
                    std::thread::yield_now();
                }
            }
        });
        let mut next = 0;
        while next < VALUES {
            let values = pop(&ring, 100);
            if values.is_empty() {
                std::thread::yield_now();
            }
            for value in values {
                assert_eq!(value, next);
                next += 1;
            }
        }
    });
}

#[cfg(not(engram_loom))]
#[test]
fn the_two_ends_are_two_lines_apart_and_a_slot_is_what_it_holds() {
    let ring = Ring::<[u64; 8]>::new(1);
    let apart = ptr::from_ref(&ring.consumer).addr().abs_diff(ptr::from_ref(&ring.producer).addr());
    assert!(apart >= 128, "{apart}");
    assert_eq!(size_of::<Slot<[u64; 8]>>(), 64);
}
