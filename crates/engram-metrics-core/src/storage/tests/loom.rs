//! Every interleaving of two or three threads, one claim per model.
//!
//! Each model lists *all* outcomes that it expects: one that is missing means that the model no longer
//! reaches what it is about. Where a metric is assigned while it is read, the reader is the spawned
//! thread: loom takes the load in front of an exchange for the thread's last access (tokio-rs/loom#166)
//! and does not go back to a reader that it ran earlier. Run with
//! `RUSTFLAGS="--cfg engram_loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p engram-metrics-core --lib --release`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering as Plain};

use loom::sync::Arc;
use loom::thread;

use super::super::free::{FreeShards, Link};
use super::super::segment::Segments;
use super::super::{Cells, Record, Shard, Slot};
use super::{Add, Block, Local, Storage, record, record_shared, value};
use crate::histogram_cells::{Observe, Totals, run_cells};
use crate::histogram_places::{PLACE_CELLS, WORDS, read, replace};
use crate::sync::Ordering;

/// Runs `explore` under every interleaving and compares what it returned with `expected`.
fn outcomes<O: Ord + Debug + Send + 'static>(
    expected: impl IntoIterator<Item = O>,
    explore: impl Fn() -> O + Send + Sync + 'static,
) {
    outcomes_within(loom::model::Builder::new(), expected, explore);
}

fn outcomes_within<O: Ord + Debug + Send + 'static>(
    bounds: loom::model::Builder,
    expected: impl IntoIterator<Item = O>,
    explore: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = std::sync::Arc::new((Mutex::new(BTreeSet::new()), AtomicUsize::new(0)));
    let collected = seen.clone();
    bounds.check(move || {
        let outcome = explore();
        // Relaxed: counts executions, which follow one another.
        collected.1.fetch_add(1, Plain::Relaxed);
        collected.0.lock().expect("models do not unwind past this").insert(outcome);
    });
    let executions = seen.1.load(Plain::Relaxed);
    eprintln!("{executions} executions");
    let expected: BTreeSet<O> = expected.into_iter().collect();
    assert_eq!(*seen.0.lock().expect("as above"), expected);
}

/// For three threads with a dozen steps each: 40 seconds instead of 2 with a third preemption, which
/// reached no further outcome.
fn at_most_two_preemptions() -> loom::model::Builder {
    let mut bounds = loom::model::Builder::new();
    bounds.preemption_bound = Some(bounds.preemption_bound.map_or(2, |bound| bound.min(2)));
    bounds
}

/// A storage with one metric of `len` cells.
struct Model {
    storage: Storage,
    block: Block,
}

impl Model {
    fn new(len: u32) -> Arc<Self> {
        Arc::new(Self { storage: Storage::new(), block: Block::new(len) })
    }

    fn add<'a>(&'a self, local: &Local<'a>, n: u64) {
        record(&self.block, &self.storage, local, Add(n));
    }

    fn value(&self) -> u64 {
        value(&self.block, &self.storage)
    }
}

/// Runs `act` in a thread of the model.
fn spawn<R: 'static>(
    model: &Arc<Model>,
    act: impl FnOnce(&Model) -> R + 'static,
) -> thread::JoinHandle<R> {
    let model = Arc::clone(model);
    thread::spawn(move || act(&model))
}

fn join<R>(thread: thread::JoinHandle<R>) -> R {
    thread.join().expect("threads of models do not panic")
}

#[test]
fn a_scrape_sees_a_prefix_of_the_increments_and_never_goes_back() {
    outcomes([(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)], || {
        let model = Model::new(1);
        let reader = spawn(&model, |model| (model.value(), model.value()));
        let local = Local::new();
        model.add(&local, 1);
        model.add(&local, 1);
        let reads = join(reader);
        assert_eq!(model.value(), 2);
        reads
    });
}

#[test]
fn a_thread_that_follows_on_a_shard_continues_its_values() {
    // Values seen, and whether the second thread continued on the shard of the first.
    let reads = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)];
    let expected = reads.into_iter().flat_map(|reads| [(reads, 1), (reads, 2)]);
    outcomes_within(at_most_two_preemptions(), expected, || {
        let model = Model::new(1);
        let come_and_go = |model: &Model| {
            let local = Local::new();
            model.add(&local, 1);
            local.leave(&model.storage);
        };
        model.block.assign(&model.storage);
        let other = spawn(&model, come_and_go);
        let reader = spawn(&model, |model| (model.value(), model.value()));
        come_and_go(&model);
        join(other);
        let reads = join(reader);
        assert_eq!(model.value(), 2);
        (reads, model.storage.shard_count())
    });
}

#[test]
fn two_first_records_agree_on_one_run() {
    // Which of the claimed runs the metric got: the second one when the claims overlapped.
    let (first, next) = Slot::FIRST.place(1).expect("there is room");
    let (second, _) = next.place(1).expect("there is room");
    outcomes([first.packed(), second.packed()], || {
        let model = Model::new(1);
        let record = |model: &Model| model.add(&Local::new(), 1);
        let other = spawn(&model, record);
        record(&model);
        join(other);
        assert_eq!(model.value(), 2);
        model.block.assigned().expect("recorded").packed()
    });
}

#[test]
fn threads_lease_different_shards() {
    outcomes([(0, 1), (1, 0)], || {
        let model = Model::new(1);
        let index = |model: &Model| model.storage.lease(0).map(|shard: &Shard| shard.index);
        let other = spawn(&model, index);
        let mine = index(&model).expect("there are two");
        (mine, join(other).expect("there are two"))
    });
}

#[test]
fn the_last_shard_goes_to_one_thread_and_the_other_shares() {
    outcomes([(true, false), (false, true)], || {
        let model = Model::new(1);
        let _taken = model.storage.lease(0);
        let record = |model: &Model| {
            let local = Local::new();
            model.add(&local, 1);
            local.own(model.block.assigned().expect("recorded")).is_some()
        };
        let other = spawn(&model, record);
        let mine = record(&model);
        let other = join(other);
        assert_eq!((model.value(), model.storage.shard_count()), (2, 2));
        (mine, other)
    });
}

#[test]
fn a_reader_sees_a_new_segment_with_its_zeroes() {
    // The run does not fit into the first segment, so the record makes the second one.
    outcomes([0, 3], || {
        let model = Model::new(5);
        assert_eq!(model.block.assign(&model.storage).map(Slot::segment), Some(2));
        let writer = spawn(&model, |model| model.add(&Local::new(), 3));
        let read = model.value();
        join(writer);
        assert_eq!(model.value(), 3);
        read
    });
}

#[test]
fn two_threads_that_make_a_shared_segment_agree_on_one() {
    outcomes([(0, 1), (1, 0)], || {
        let model = Model::new(1);
        let claim = |model: &Model| {
            let slot = model.storage.claim(1).expect("there is room");
            // The address as a number: the cells live as long as the model.
            (
                slot.packed() >> 3,
                std::ptr::from_ref(model.storage.shared(Slot::FIRST).expect("just made")).addr(),
            )
        };
        let other = spawn(&model, claim);
        let (mine, my_cells) = claim(&model);
        let (other, other_cells) = join(other);
        assert_eq!(my_cells, other_cells);
        (mine, other)
    });
}

#[test]
fn whoever_makes_a_segment_too_late_uses_the_one_of_the_first() {
    outcomes([2], || {
        let segments = Arc::new(Segments::new());
        let add = |segments: &Segments| {
            let cells = segments.ensure(1).expect("there is memory");
            // SAFETY: a segment starts with a cell, and lives as long as the model.
            unsafe { &*cells }.fetch_add(1, Ordering::Relaxed);
            cells
        };
        let theirs = Arc::clone(&segments);
        let other = thread::spawn(move || {
            add(&theirs);
        });
        let cells = add(&segments);
        join(other);
        // SAFETY: as above.
        let total = unsafe { &*cells }.load(Ordering::Relaxed);
        let mut segments = Arc::try_unwrap(segments).expect("the other thread has ended");
        segments.free();
        total
    });
}

#[test]
fn shared_cells_lose_nothing() {
    outcomes([0, 1, 2], || {
        let model = Model::new(1);
        let share = |model: &Model| record_shared(&model.block, &model.storage, 0, Add(1));
        let other = spawn(&model, share);
        let reader = spawn(&model, Model::value);
        share(&model);
        join(other);
        let read = join(reader);
        assert_eq!(model.value(), 2);
        read
    });
}

/// A stack of shards with nothing else around it.
struct Stack {
    free: FreeShards,
    links: [Link; 3],
}

impl Stack {
    fn holding(indices: &[u32]) -> Arc<Self> {
        let stack = Self { free: FreeShards::new(), links: std::array::from_fn(|_| Link::new()) };
        indices.iter().for_each(|index| stack.push(*index));
        Arc::new(stack)
    }

    fn push(&self, index: u32) {
        self.free.push(index, |index| &self.links[index as usize]);
    }

    fn pop(&self) -> Option<u32> {
        self.free.pop(|index| &self.links[index as usize])
    }

    /// What is left, from the top.
    fn drain(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.pop()).take(4).collect()
    }
}

#[test]
fn a_shard_that_was_popped_and_pushed_again_is_not_mistaken_for_the_old_top() {
    // What the thread popped, what the other one kept, what is left.
    let expected = [
        (Some(2), Some(0), vec![1]),
        (Some(2), Some(1), vec![0]),
        (Some(1), Some(0), vec![2]),
        (Some(0), Some(1), vec![2]),
    ];
    outcomes(expected, || {
        let stack = Stack::holding(&[0, 1, 2]);
        let shared = Arc::clone(&stack);
        let other = thread::spawn(move || {
            let top = shared.pop().expect("three for two threads");
            let kept = shared.pop();
            shared.push(top);
            kept
        });
        let mine = stack.pop();
        let kept = join(other);
        let left = stack.drain();
        let mut all: Vec<u32> = mine.into_iter().chain(kept).chain(left.iter().copied()).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2], "each shard is in one place");
        (mine, kept, left)
    });
}

#[test]
fn shards_that_are_given_back_at_once_are_both_kept() {
    outcomes([vec![0, 1], vec![1, 0]], || {
        let stack = Stack::holding(&[]);
        let shared = Arc::clone(&stack);
        let other = thread::spawn(move || shared.push(0));
        stack.push(1);
        join(other);
        stack.drain()
    });
}

/// A histogram of two buckets, up to 1 and above.
const BUCKETS: usize = 2;

fn observe(ticks: u64) -> Observe {
    weighted(ticks, 1)
}

fn weighted(ticks: u64, weight: u32) -> Observe {
    Observe { bucket: usize::from(ticks > 1), ticks, weight }
}

/// Count, sum, smallest and largest as a snapshot shows them, and whether it is torn.
fn read_histogram(model: &Model) -> (u64, u64, u64, u64, bool) {
    let mut buckets = [0; BUCKETS];
    let mut scratch = [0; BUCKETS];
    let mut totals = Totals { buckets: &mut buckets, sum: 0, max: 0, not_min: 0, torn: 0 };
    if let Some(slot) = model.block.assigned() {
        let bounds = |bucket| if bucket == 0 { (0, Some(1)) } else { (1, None) };
        totals.read((&model.storage, slot), &mut scratch, bounds);
    }
    let (sum, max, not_min, torn) = (totals.sum, totals.max, totals.not_min, totals.torn);
    (buckets.iter().sum(), sum, !not_min, max, torn > 0)
}

/// Checks a snapshot of a histogram into which 4 and then 1 are recorded; returns count and torn.
fn check_in_order((count, sum, min, max, torn): (u64, u64, u64, u64, bool)) -> (u64, bool) {
    if torn {
        return (count, torn);
    }
    match count {
        0 => assert_eq!((sum, min, max), (0, u64::MAX, 0)),
        1 => assert_eq!((sum, min, max), (4, 4, 4)),
        _ => assert_eq!((count, sum, min, max), (2, 5, 1, 4)),
    }
    (count, torn)
}

#[test]
fn a_snapshot_of_owned_cells_is_coherent_or_says_that_it_is_torn() {
    let expected = [(0, false), (1, false), (2, false), (0, true), (1, true)];
    outcomes(expected, || {
        let model = Model::new(run_cells(BUCKETS));
        model.block.assign(&model.storage);
        let writer = spawn(&model, |model| {
            let local = Local::new();
            record(&model.block, &model.storage, &local, observe(4));
            record(&model.block, &model.storage, &local, observe(1));
        });
        let seen = check_in_order(read_histogram(&model));
        join(writer);
        assert_eq!(check_in_order(read_histogram(&model)), (2, false));
        seen
    });
}

#[test]
fn a_snapshot_of_records_that_weigh_differently_is_coherent_or_says_that_it_is_torn() {
    // One of the records is lighter than the other, so that neither is taken for the other.
    let expected = [(0, false), (3, false), (5, false), (0, true), (3, true)];
    outcomes(expected, || {
        let model = Model::new(run_cells(BUCKETS));
        model.block.assign(&model.storage);
        let writer = spawn(&model, |model| {
            let local = Local::new();
            record(&model.block, &model.storage, &local, weighted(4, 3));
            record(&model.block, &model.storage, &local, weighted(1, 2));
        });
        let (count, sum, min, max, torn) = read_histogram(&model);
        if !torn {
            let possible = [(0, 0, u64::MAX, 0), (3, 12, 4, 4), (5, 14, 1, 4)];
            assert!(possible.contains(&(count, sum, min, max)), "{count}: {sum} {min} {max}");
        }
        join(writer);
        assert_eq!(read_histogram(&model), (5, 14, 1, 4, false));
        (count, torn)
    });
}

#[test]
fn a_snapshot_of_shared_cells_is_coherent_or_says_that_it_is_torn() {
    let expected = [(0, false), (1, false), (2, false), (0, true), (1, true)];
    outcomes_within(at_most_two_preemptions(), expected, || {
        let model = Model::new(run_cells(BUCKETS));
        model.block.assign(&model.storage);
        let share = |ticks| {
            move |model: &Model| record_shared(&model.block, &model.storage, 0, observe(ticks))
        };
        let threads = [spawn(&model, share(4)), spawn(&model, share(1))];
        let (count, sum, min, max, torn) = read_histogram(&model);
        if !torn {
            let possible = match count {
                0 => [(0, u64::MAX, 0), (0, u64::MAX, 0)],
                1 => [(4, 4, 4), (1, 1, 1)],
                _ => [(5, 1, 4), (5, 1, 4)],
            };
            assert!(possible.contains(&(sum, min, max)), "{count}: {sum} {min} {max}");
        }
        threads.into_iter().for_each(join);
        assert_eq!(read_histogram(&model), (2, 5, 1, 4, false));
        (count, torn)
    });
}

/// An exemplar whose words are all the same.
#[derive(Clone, Copy)]
struct Exemplar(u64);

impl Record for Exemplar {
    fn apply(self, cells: impl Cells) {
        if let Some(own) = cells.owned() {
            replace(own, 0, [self.0; WORDS]);
        }
    }
}

/// The exemplars of all threads.
fn read_exemplars(model: &Model) -> Vec<[u64; WORDS]> {
    let mut found = Vec::new();
    if let Some(slot) = model.block.assigned() {
        model.storage.for_each(slot, |first| found.extend(read(first)));
    }
    found
}

#[test]
fn an_exemplar_is_one_that_was_recorded_and_never_a_mix_of_two() {
    // None before the first one, and none when it is being replaced during both of the tries.
    outcomes([vec![], vec![[1; WORDS]], vec![[2; WORDS]]], || {
        let model = Model::new(PLACE_CELLS);
        model.block.assign(&model.storage);
        let writer = spawn(&model, |model| {
            let local = Local::new();
            record(&model.block, &model.storage, &local, Exemplar(1));
            record(&model.block, &model.storage, &local, Exemplar(2));
        });
        let seen = read_exemplars(&model);
        join(writer);
        assert_eq!(read_exemplars(&model), [[2; WORDS]]);
        seen
    });
}

#[test]
fn an_exemplar_that_the_next_owner_of_a_shard_replaces_is_not_mixed_either() {
    outcomes_within(
        at_most_two_preemptions(),
        [vec![], vec![[1; WORDS]], vec![[2; WORDS]]],
        || {
            let model = Model::new(PLACE_CELLS);
            model.block.assign(&model.storage);
            let reader = spawn(&model, read_exemplars);
            let come_and_go = |model: &Model, n| {
                let local = Local::new();
                record(&model.block, &model.storage, &local, Exemplar(n));
                local.leave(&model.storage);
            };
            join(spawn(&model, move |model| come_and_go(model, 1)));
            come_and_go(&model, 2);
            let seen = join(reader);
            assert_eq!(read_exemplars(&model), [[2; WORDS]]);
            seen
        },
    );
}

#[test]
fn a_slot_that_is_reused_shows_nothing_of_the_old_metric() {
    // Whether the new metric got the run of the old one, and what a reader saw of it.
    outcomes([(true, 1), (true, 2), (false, 1), (false, 2)], || {
        let model = Model::new(1);
        let old = Block::new(1);
        let local = Local::new();
        record(&old, &model.storage, &local, Add(40));
        record_shared(&old, &model.storage, 0, Add(50));
        let old = old.assigned().expect("recorded");

        let dropper = spawn(&model, move |model| model.storage.give_up(old, 1));
        let other = spawn(&model, |model| {
            model.add(&Local::new(), 1);
            model.value()
        });
        model.add(&local, 1);
        let read = join(other);
        join(dropper);
        assert_eq!(model.value(), 2);
        (model.block.assigned() == Some(old), read)
    });
}
