//! The engine against a plain oracle: the graph of the operations themselves, asked for a path.

use proptest::prelude::*;

use super::*;

const THREADS: u32 = 3;

/// A step of a random program.
#[derive(Clone, Copy, Debug)]
enum Step {
    Operate(u32, usize, Kind, Order),
    Fence(u32, Order),
    Touch(u32, usize, bool),
}

fn order(kind: Kind) -> impl Strategy<Value = Order> {
    let all = [Order::Relaxed, Order::Acquire, Order::Release, Order::AcqRel, Order::SeqCst];
    proptest::sample::select(
        all.into_iter().filter(|order| kind.can_be(*order)).collect::<Vec<_>>(),
    )
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = proptest::sample::select(vec![Kind::Load, Kind::Store, Kind::Update]);
    let operate = (0..THREADS, 0..2_usize, kinds).prop_flat_map(|(thread, variable, kind)| {
        order(kind).prop_map(move |order| Step::Operate(thread, variable, kind, order))
    });
    let fences = vec![Order::Acquire, Order::Release, Order::AcqRel, Order::SeqCst];
    let fence = (0..THREADS, proptest::sample::select(fences))
        .prop_map(|(thread, order)| Step::Fence(thread, order));
    let touch = (0..THREADS, 0..2_usize, any::<bool>())
        .prop_map(|(thread, cell, is_write)| Step::Touch(thread, cell, is_write));
    prop_oneof![3 => operate, 1 => fence, 3 => touch]
}

/// Edges of "happens before" by the letter of the standard, one by one, without clocks.
fn edges(program: &[Step]) -> Vec<Vec<bool>> {
    let mut before = vec![vec![false; program.len()]; program.len()];
    let thread = |step: &Step| match *step {
        Step::Operate(thread, ..) | Step::Fence(thread, _) | Step::Touch(thread, ..) => thread,
    };
    // What a store or update at `at` is released by: itself, or the last release fence of its thread.
    let head = |at: usize| match program[at] {
        Step::Operate(_, _, _, order) if order.releases() => Some(at),
        _ => (0..at).rev().find(|other| {
            let is_own = thread(&program[*other]) == thread(&program[at]);
            is_own && matches!(program[*other], Step::Fence(_, order) if order.releases())
        }),
    };
    for late in 0..program.len() {
        for early in 0..late {
            before[early][late] |= thread(&program[early]) == thread(&program[late]);
        }
        let Step::Operate(reader, variable, kind, order) = program[late] else { continue };
        if kind == Kind::Store {
            continue;
        }
        // Where what is read here becomes known: here, or at each later acquire fence.
        let known: Vec<usize> = match order.acquires() {
            true => vec![late],
            false => (late + 1..program.len())
                .filter(|at| {
                    matches!(program[*at], Step::Fence(thread, order)
                        if thread == reader && order.acquires())
                })
                .collect(),
        };
        // The release sequence that is read from: updates, back to a plain store.
        for at in (0..late).rev() {
            let Step::Operate(_, other, kind, _) = program[at] else { continue };
            if other != variable || kind == Kind::Load {
                continue;
            }
            if let Some(head) = head(at) {
                known.iter().for_each(|known| before[head][*known] = true);
            }
            if kind == Kind::Store {
                break;
            }
        }
    }
    for middle in 0..program.len() {
        for early in 0..program.len() {
            for late in 0..program.len() {
                before[early][late] |= before[early][middle] && before[middle][late];
            }
        }
    }
    before
}

/// The steps that race with an earlier one.
fn races(program: &[Step]) -> Vec<usize> {
    let before = edges(program);
    let mut races = Vec::new();
    for late in 0..program.len() {
        let Step::Touch(thread, cell, is_write) = program[late] else { continue };
        let is_racing = (0..late).any(|early| match program[early] {
            Step::Touch(other, its, wrote) => {
                other != thread && its == cell && (wrote || is_write) && !before[early][late]
            }
            _ => false,
        });
        if is_racing {
            races.push(late);
        }
    }
    races
}

fn found(program: &[Step]) -> Vec<usize> {
    let mut past = Past::new();
    (0..THREADS).for_each(|thread| past.begin(thread, Some(&Clock::default())));
    let mut found = Vec::new();
    for (at, step) in program.iter().enumerate() {
        match *step {
            Step::Operate(thread, variable, kind, order) => {
                past.operate(thread, variable, (kind, order));
            }
            Step::Fence(thread, order) => past.fence(thread, order),
            Step::Touch(thread, cell, is_write) => {
                if past.touch(thread, Reach { cell, is_write }, at).is_some() {
                    found.push(at);
                }
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_first_race_is_that_of_the_oracle(program in proptest::collection::vec(step(), 1..14)) {
        let (expected, found) = (races(&program), found(&program));
        prop_assert_eq!(expected.first(), found.first());
        // A cell remembers its last write: later races may hide behind earlier ones, none is invented.
        prop_assert!(found.iter().all(|at| expected.contains(at)));
    }
}

/// The races when one thread writes a cell and another one reads it, with a fence of each and these steps between.
fn across_fences(release: Order, between: &[Step], acquire: Order) -> Vec<usize> {
    let mut program = vec![Step::Touch(0, 0, true), Step::Fence(0, release)];
    program.extend_from_slice(between);
    program.extend([Step::Fence(1, acquire), Step::Touch(1, 0, false)]);
    let found = found(&program);
    assert_eq!(found, races(&program), "{program:?}");
    found
}

#[test]
fn what_is_relaxed_between_two_fences_carries_what_was_before_the_first() {
    let relaxed = |thread, kind| Step::Operate(thread, 0, kind, Order::Relaxed);
    let (store, load) = (relaxed(0, Kind::Store), relaxed(1, Kind::Load));
    for both in [(Order::Release, Order::Acquire), (Order::AcqRel, Order::SeqCst)] {
        assert!(across_fences(both.0, &[store, load], both.1).is_empty(), "{both:?}");
        let update = relaxed(2, Kind::Update);
        assert!(across_fences(both.0, &[store, update, load], both.1).is_empty(), "{both:?}");
        let other_store = relaxed(2, Kind::Store);
        assert_eq!(across_fences(both.0, &[store, other_store, load], both.1), [6]);
    }
    assert_eq!(across_fences(Order::Acquire, &[store, load], Order::Acquire), [5]);
    assert_eq!(across_fences(Order::Release, &[store, load], Order::Release), [5]);
}

#[test]
fn a_thread_that_nobody_followed_knows_what_was_and_is_known_to_what_comes() {
    let mut past = Past::new();
    past.begin(1, None);
    assert_eq!(past.touch(1, Reach { cell: 0, is_write: true }, 'a'), None);
    past.begin(2, None);
    assert_eq!(past.touch(2, Reach { cell: 0, is_write: true }, 'b'), None);
    assert_eq!(past.touch(1, Reach { cell: 0, is_write: true }, 'c'), Some('b'));
    past.end_unfollowed(2);
    assert_eq!(past.touch(1, Reach { cell: 0, is_write: true }, 'd'), None);
}

#[test]
fn who_is_told_of_a_past_has_it_behind() {
    let mut past = Past::new();
    past.begin(1, Some(&Clock::default()));
    past.touch(1, Reach { cell: 0, is_write: true }, 'a');
    let known = past.show(1);
    past.begin(2, Some(&known));
    assert_eq!(past.touch(2, Reach { cell: 0, is_write: true }, 'b'), None);
    assert_eq!(past.touch(1, Reach { cell: 0, is_write: true }, 'c'), Some('b'));
    let known = past.show(2);
    past.learn(1, &known);
    assert_eq!(past.touch(1, Reach { cell: 0, is_write: false }, 'd'), None);
}
