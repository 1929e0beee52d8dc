//! One storage per test, threads simulated by several `Local`s where order matters.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::segment::segment_cells;
use super::super::{SEGMENTS, SHARDS, Slot};
use super::{Add, Block, Local, Storage, record, record_shared, value};
use crate::sync::{CACHE_LINE, Ordering, free_cells, zeroed_cells};

/// Segment and first cell, taken from the packed form as the recording instructions do.
fn place_of(slot: Slot) -> (usize, usize) {
    let packed = slot.packed() as usize;
    (packed % SEGMENTS, packed / SEGMENTS)
}

/// The value of the shared cells alone.
fn shared_value(block: &Block, storage: &Storage) -> u64 {
    let slot = block.assigned().expect("something was recorded");
    storage.shared(slot).expect("a claimed run has shared cells").load(Ordering::Relaxed)
}

#[test]
fn sums_of_many_cells_are_those_of_each() {
    let storage = Storage::new();
    let locals = [const { Local::new() }; 3];
    // Enough for the second segment; one is never recorded into.
    let blocks: Vec<_> = (0..600).map(|_| Block::new(1)).collect();
    for (at, block) in blocks.iter().enumerate().filter(|(at, _)| *at != 300) {
        record(block, &storage, &locals[at % 3], Add(at as u64));
        record(block, &storage, &locals[(at + 1) % 3], Add(1));
        record_shared(block, &storage, 0, Add(1 << 32));
    }
    let slots: Vec<_> =
        blocks.iter().map(|block| block.assigned().unwrap_or(Slot::UNASSIGNED)).collect();
    let mut sums = vec![7; slots.len()];
    storage.sum_all(&slots, &mut sums);
    let each: Vec<_> = blocks.iter().map(|block| value(block, &storage)).collect();
    assert_eq!(sums, each);
    assert_eq!((sums[299], sums[300]), ((1 << 32) + 300, 0));
    // Side by side; the same with one of them twice; over the end of a segment; one alone; one of none; nothing.
    let sweep = slots[..64].to_vec();
    let twice = [&slots[..32], &slots[31..63]].concat();
    for some in [&sweep, &twice, &slots[480..544], &slots[7..8], &slots[300..301], &[]] {
        let mut sums = vec![7; some.len()];
        storage.sum_all(some, &mut sums);
        let each = |slot: &Slot| if *slot == Slot::UNASSIGNED { 0 } else { storage.sum(*slot) };
        assert_eq!(sums, some.iter().map(each).collect::<Vec<_>>());
    }
    for local in &locals {
        local.leave(&storage);
    }
}

#[test]
fn an_unassigned_slot_is_in_the_segment_that_no_thread_has() {
    assert_eq!(Slot::UNASSIGNED.segment(), 0);
    assert_eq!(Slot::unpack(Slot::UNASSIGNED.packed()), Slot::UNASSIGNED);
    assert_eq!(place_of(Slot::FIRST), (1, 0));
}

#[test]
fn a_slot_of_the_last_cells_still_names_them() {
    let largest = segment_cells(SEGMENTS - 1) as u32;
    let (slot, next) = Slot::FIRST.place(largest).expect("a whole segment fits");
    assert_eq!(place_of(slot), (SEGMENTS - 1, 0));
    assert_eq!(place_of(slot.offset(largest - 1)), (SEGMENTS - 1, largest as usize - 1));
    assert_eq!(next.place(1), None, "the range of slots ends here");
    assert_eq!(Slot::FIRST.place(largest + 1), None);
}

#[test]
fn cells_start_on_a_line_of_their_own_and_hold_zero() {
    for len in [1, 2, 511, 512, 4096] {
        let cells = zeroed_cells(len);
        assert_eq!(cells.addr() % CACHE_LINE, 0);
        for at in 0..len {
            // SAFETY: `at` is below the length.
            let cell = unsafe { cells.add(at) };
            // SAFETY: the cells were made just now.
            let cell = unsafe { &*cell };
            assert_eq!(cell.load(Ordering::Relaxed), 0);
            cell.store(u64::MAX, Ordering::Relaxed);
        }
        // SAFETY: made above, with this length.
        unsafe { free_cells(cells, len) };
    }
}

/// Large cores of aarch64 have lines of 128 bytes, and those of x86-64 fetch two of 64 at a time.
#[test]
fn cells_of_two_threads_are_128_bytes_apart_on_every_processor() {
    let mut all: Vec<_> = (0..64).map(|_| zeroed_cells(1)).collect();
    all.sort_unstable();
    assert!(all.iter().all(|cells| cells.addr() % 128 == 0));
    assert!(all.windows(2).all(|pair| pair[1].addr() - pair[0].addr() >= 128));
    // SAFETY: made above, with this length.
    all.into_iter().for_each(|cells| unsafe { free_cells(cells, 1) });
}

/// A metric in a large segment costs a thread the pages it writes, not the segment.
#[test]
#[cfg(target_os = "linux")]
fn cells_that_nobody_wrote_take_no_memory() {
    const CELLS: usize = 8 << 20;
    let cells = zeroed_cells(CELLS);
    let middle = cells.addr() + CELLS * 4;
    let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux has it");
    let mut inside = false;
    let mut resident_kib = None;
    for line in maps.lines() {
        let word = line.split(' ').next().unwrap_or_default();
        if let Some((start, end)) = word.split_once('-') {
            let number = |text| usize::from_str_radix(text, 16).ok();
            inside = number(start).zip(number(end)).is_some_and(|(a, b)| (a..b).contains(&middle));
        } else if inside && word == "Rss:" {
            resident_kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok());
        }
    }
    // SAFETY: made above, with this length.
    unsafe { free_cells(cells, CELLS) };
    let resident_kib = resident_kib.expect("the cells are mapped");
    assert!(resident_kib < 8 * 1024, "{resident_kib} KiB of 64 MiB were touched");
}

#[test]
fn a_thread_that_leaves_hands_its_values_to_the_next() {
    let storage = Storage::new();
    let block = Block::new(1);
    for thread in 1..=50 {
        let local = Local::new();
        record(&block, &storage, &local, Add(2));
        assert_eq!(value(&block, &storage), 2 * thread);
        local.leave(&storage);
        assert_eq!(value(&block, &storage), 2 * thread);
    }
    assert_eq!(storage.shard_count(), 1);
    assert_eq!(shared_value(&block, &storage), 0);
}

#[test]
fn threads_that_live_at_the_same_time_have_different_cells() {
    let storage = Storage::new();
    let block = Block::new(1);
    let locals: Vec<_> = (0..10).map(|_| Local::new()).collect();
    for local in &locals {
        record(&block, &storage, local, Add(1));
    }
    let slot = block.assigned().expect("recorded");
    let cells: BTreeSet<_> = locals
        .iter()
        .map(|local| std::ptr::from_ref(local.own(slot).expect("own cells")))
        .collect();
    assert_eq!((cells.len(), storage.shard_count()), (10, 10));
    assert_eq!(value(&block, &storage), 10);
}

#[test]
fn a_record_after_leaving_goes_to_the_shared_cells() {
    let storage = Storage::new();
    let block = Block::new(1);
    let local = Local::new();
    record(&block, &storage, &local, Add(1));
    local.leave(&storage);
    record(&block, &storage, &local, Add(3));
    local.leave(&storage);
    record(&block, &storage, &local, Add(5));
    assert_eq!((value(&block, &storage), shared_value(&block, &storage)), (9, 8));
    let next = Local::new();
    record(&block, &storage, &next, Add(1));
    assert_eq!(storage.shard_count(), 1, "leaving twice must not give a shard back twice");
}

#[test]
fn a_thread_whose_end_cannot_be_observed_owns_nothing() {
    let storage = Storage::new();
    let block = Block::new(1);
    let local = Local::new();
    block.write_anywhere((&storage, &local), 0, Add(7), || None);
    assert_eq!((storage.shard_count(), shared_value(&block, &storage)), (0, 7));
}

#[test]
fn a_record_from_inside_the_first_record_is_shared_or_counted_as_lost() {
    let storage = Storage::new();
    let (outer, inner) = (Block::new(1), Block::new(1));
    let local = Local::new();
    outer.write_anywhere((&storage, &local), 0, Add(1), || {
        // In use already: the shared cells. Never used before: claiming might allocate, so it is lost.
        record(&outer, &storage, &local, Add(4));
        record(&inner, &storage, &local, Add(2));
        Some(0)
    });
    assert_eq!((value(&outer, &storage), shared_value(&outer, &storage)), (5, 4));
    assert_eq!((value(&inner, &storage), storage.lost()), (0, 1));
    record(&inner, &storage, &local, Add(8));
    assert_eq!((value(&inner, &storage), shared_value(&inner, &storage)), (8, 0));
}

#[test]
fn threads_beyond_the_last_shard_share_and_lose_nothing() {
    let storage = Storage::new();
    let block = Block::new(1);
    let shards: Vec<_> = (0..SHARDS).map(|_| storage.lease(0).expect("a shard is left")).collect();
    let local = Local::new();
    for _ in 0..10 {
        record(&block, &storage, &local, Add(1));
    }
    assert_eq!((storage.shard_count(), shared_value(&block, &storage)), (SHARDS, 10));

    storage.give_back(shards[17]);
    record(&block, &storage, &local, Add(1));
    assert_eq!((value(&block, &storage), shared_value(&block, &storage)), (11, 10));
    assert!(storage.lease(0).is_none());
}

#[test]
fn shards_are_leased_in_the_reverse_order_of_leaving() {
    let storage = Storage::new();
    let shards: Vec<_> = (0..4).map(|_| storage.lease(0).expect("a shard")).collect();
    for at in [2, 0, 3, 1] {
        storage.give_back(shards[at]);
    }
    let again: Vec<_> = (0..5).map(|_| storage.lease(0).expect("a shard").index).collect();
    assert_eq!(again, [1, 3, 0, 2, 4]);
}

#[test]
fn a_run_that_is_given_up_comes_back_empty_for_its_own_size_only() {
    let storage = Storage::new();
    let old = Block::new(3);
    let (one, two) = (Local::new(), Local::new());
    record(&old, &storage, &one, Add(5));
    record(&old, &storage, &two, Add(6));
    record_shared(&old, &storage, 2, Add(7));
    let slot = old.assigned().expect("recorded");
    storage.give_up(slot, 3);

    let other_size = Block::new(2);
    record(&other_size, &storage, &one, Add(1));
    assert_ne!(other_size.assigned(), Some(slot));

    let new = Block::new(3);
    record(&new, &storage, &two, Add(1));
    assert_eq!(new.assigned(), Some(slot));
    let cells: Vec<_> = (0..3).map(|at| storage.sum(slot.offset(at))).collect();
    assert_eq!(cells, [1, 0, 0]);
}

#[test]
fn making_and_dropping_metrics_for_ever_takes_one_run() {
    let storage = Storage::new();
    let local = Local::new();
    for _ in 0..10_000 {
        let block = Block::new(7);
        record(&block, &storage, &local, Add(1));
        assert_eq!(value(&block, &storage), 1);
        storage.give_up(block.assigned().expect("recorded"), 7);
    }
    let next = Block::new(1);
    assert_eq!(next.assign(&storage).map(place_of), Some((1, 7)));
}

#[test]
fn a_record_that_finds_no_cell_is_counted() {
    let storage = Storage::new();
    let local = Local::new();
    let too_large = Block::new(u32::MAX);
    record(&too_large, &storage, &local, Add(1));
    record_shared(&too_large, &storage, 0, Add(1));
    assert_eq!((storage.lost(), too_large.assigned()), (2, None));
}

#[test]
fn runs_that_threads_claim_at_once_do_not_overlap() {
    let storage = Storage::new();
    let mut runs: Vec<(Slot, u32)> = std::thread::scope(|scope| {
        let claim = |seed: u32| {
            let lens = (0..500).map(move |at| (seed * 31 + at * 17) % 90 + 1);
            lens.map(|len| (storage.claim(len).expect("there is room"), len)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..4).map(|seed| scope.spawn(move || claim(seed))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    runs.sort_by_key(|(slot, _)| place_of(*slot));
    for pair in runs.windows(2) {
        let ((one, len), (two, _)) = (pair[0], pair[1]);
        let ((segment, cell), (next_segment, next_cell)) = (place_of(one), place_of(two));
        assert!(cell + len as usize <= segment_cells(segment));
        assert!(segment < next_segment || cell + len as usize <= next_cell);
    }
}

proptest! {
    #[test]
    fn runs_are_placed_one_behind_the_other_and_never_across_a_segment(
        lens in prop::collection::vec(1_u32..1500, 1..200),
    ) {
        let (mut segment, mut cell) = (1, 0);
        let mut cursor = Slot::FIRST;
        for len in lens {
            let (slot, next) = cursor.place(len).expect("there is room");
            while cell + len as usize > 512 << (3 * (segment - 1)) {
                (segment, cell) = (segment + 1, 0);
            }
            prop_assert_eq!(place_of(slot), (segment, cell));
            prop_assert_eq!(place_of(slot.offset(len - 1)), (segment, cell + len as usize - 1));
            cell += len as usize;
            prop_assert_eq!(place_of(next), (segment, cell));
            cursor = next;
        }
    }

    /// Threads come and go, metrics are made and dropped; a table of sums is the reference.
    #[test]
    fn the_storage_agrees_with_a_table_of_sums(
        steps in prop::collection::vec((0_u8..20, 0_usize..4, 0_usize..6, 1_u64..1000), 1..300),
    ) {
        let storage = Storage::new();
        let len = |metric: usize| [1, 1, 9, 9, 300, 700][metric];
        let mut locals: Vec<_> = (0..4).map(|_| Local::new()).collect();
        let mut blocks: Vec<_> = (0..6).map(|metric| Block::new(len(metric))).collect();
        let mut sums = [0_u64; 6];
        for (step, thread, metric, amount) in steps {
            match step {
                0 | 1 => {
                    locals[thread].leave(&storage);
                    locals[thread] = Local::new();
                }
                2 | 3 => {
                    if let Some(slot) = blocks[metric].assigned() {
                        storage.give_up(slot, len(metric));
                    }
                    blocks[metric] = Block::new(len(metric));
                    sums[metric] = 0;
                }
                4 => {
                    record_shared(&blocks[metric], &storage, 0, Add(amount));
                    sums[metric] += amount;
                }
                _ => {
                    record(&blocks[metric], &storage, &locals[thread], Add(amount));
                    sums[metric] += amount;
                }
            }
            let values: Vec<_> = blocks.iter().map(|block| value(block, &storage)).collect();
            prop_assert_eq!(&values[..], &sums[..]);
        }
        prop_assert!(storage.shard_count() <= 4);
        prop_assert_eq!(storage.lost(), 0);
    }
}

#[test]
fn a_thread_goes_on_in_memory_of_its_own_node() {
    let storage = Storage::new();
    let near = storage.lease(1).expect("a shard");
    storage.give_back(near);
    let far = storage.lease(2).expect("a shard");
    assert_ne!(far.index, near.index, "what lies near others is left to them");
    assert_eq!(storage.lease(1).expect("a shard").index, near.index);
    let rest: Vec<_> = (2..SHARDS).map(|_| storage.lease(1).expect("a shard is left")).collect();
    assert!(storage.lease(1).is_none());
    storage.give_back(far);
    assert_eq!(storage.lease(1).expect("one from afar").index, far.index);
    drop(rest);
}
