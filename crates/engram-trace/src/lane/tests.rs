//! Leases and gaps.

use super::*;

#[cfg(engram_loom)]
pub(crate) mod loom;

/// A value, and what was refused before it.
type Value = (u64, u32);

/// Pushes a value.
fn push(lane: &Lane<Value>, value: u64) -> bool {
    // SAFETY: whoever calls this has leased the lane.
    unsafe { lane.push(|refused| (value, refused)) }
}

/// Drains at most so many values: their numbers, and gaps.
fn drain(lane: &Lane<Value>, most: usize) -> Vec<Found<u64>> {
    let mut all = Vec::new();
    let take = |found| {
        all.push(match found {
            Found::Gap(lost) => Found::Gap(lost),
            Found::Value((value, _)) => Found::Value(value),
        });
    };
    // SAFETY: whoever calls this is the one that drains the lane.
    unsafe { lane.drain(most, |(_, refused)| *refused, take) };
    all
}

#[cfg(not(engram_loom))]
mod plain {
    use super::Found::{Gap, Value};
    use super::*;

    /// A lane that is leased.
    fn lane(capacity: usize) -> Lane<super::Value> {
        let lane = Lane::new(capacity);
        assert_eq!(lane.lease(), Some(true));
        lane
    }

    #[test]
    fn a_gap_is_told_where_it_was() {
        let lane = lane(2);
        let pushed: Vec<bool> = (0..5).map(|value| push(&lane, value)).collect();
        assert_eq!(pushed, [true, true, false, false, false]);
        assert_eq!(drain(&lane, 1), [Value(0)]);
        assert!(push(&lane, 5));
        assert!(!push(&lane, 6));
        assert_eq!(drain(&lane, 10), [Value(1), Gap(3), Value(5), Gap(1)]);
        assert_eq!(drain(&lane, 10), []);
        assert_eq!(lane.tally(), Tally { pushed: 3, popped: 3, refused: 4 });
        assert_eq!(lane.sequence(), 7);
    }

    #[test]
    fn what_was_refused_last_is_told_without_another_value() {
        let lane = lane(1);
        assert!(push(&lane, 0) && !push(&lane, 1));
        assert_eq!(drain(&lane, 1), [Value(0), Gap(1)]);
        assert!(push(&lane, 2));
        assert_eq!(drain(&lane, 1), [Value(2)], "told once");
    }

    #[test]
    fn more_than_the_word_holds_is_told_exactly() {
        let lane = lane(1);
        let many = (1 << 32) + 5;
        // Relaxed: one thread.
        lane.refused.store(many, Ordering::Relaxed);
        assert!(push(&lane, 0));
        let told = drain(&lane, 10).into_iter().map(|it| if let Gap(lost) = it { lost } else { 0 });
        assert_eq!(told.sum::<u64>(), many);
    }

    #[test]
    fn the_next_thread_goes_on_behind_what_the_one_before_left() {
        let lane = lane(4);
        assert_eq!(lane.lease(), None, "somebody has it");
        assert!(push(&lane, 1));
        lane.give_back();
        assert_eq!(lane.lease(), Some(false), "the memory is there");
        assert!(push(&lane, 2));
        assert_eq!(drain(&lane, 10), [Value(1), Value(2)]);
    }
}
