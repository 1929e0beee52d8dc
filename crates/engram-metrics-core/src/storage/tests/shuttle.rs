//! Many threads and many steps, more than loom can exhaust: schedules at random, the same ones every time.
//!
//! Run with `RUSTFLAGS="--cfg engram_loom --cfg engram_shuttle" cargo test -p engram-metrics-core --lib`.

use std::sync::Arc;

use shuttle::thread::{self, JoinHandle};

use super::super::SHARDS;
use super::{Add, Block, Local, Storage, record, record_shared, value};
use crate::histogram_cells::{Observe, Totals, run_cells};
use crate::sync::explore;

const SCHEDULES: usize = 1500;

/// A storage with one metric.
struct Model {
    storage: Storage,
    block: Block,
}

impl Model {
    fn new(len: u32) -> Arc<Self> {
        Arc::new(Self { storage: Storage::new(), block: Block::new(len) })
    }

    fn value(&self) -> u64 {
        value(&self.block, &self.storage)
    }
}

fn spawn(model: &Arc<Model>, count: u64, act: fn(&Model, u64)) -> Vec<JoinHandle<()>> {
    let start = |n| {
        let model = Arc::clone(model);
        thread::spawn(move || act(&model, n))
    };
    (0..count).map(start).collect()
}

fn join(threads: Vec<JoinHandle<()>>) {
    threads.into_iter().for_each(|thread| thread.join().expect("threads of models do not panic"));
}

/// A thread that is there for a moment, three times.
fn come_and_go(model: &Model, _: u64) {
    for _ in 0..3 {
        let local = Local::new();
        record(&model.block, &model.storage, &local, Add(1));
        record(&model.block, &model.storage, &local, Add(1));
        local.leave(&model.storage);
        // Behind its end, a thread still records, into the cells that all share.
        record(&model.block, &model.storage, &local, Add(1));
    }
}

#[test]
fn nothing_is_lost_while_threads_come_and_go_and_scrapes_never_go_back() {
    explore(SCHEDULES, || {
        let model = Model::new(1);
        let workers = spawn(&model, 6, come_and_go);
        let readers = spawn(&model, 2, |model, _| {
            let mut last = 0;
            for _ in 0..4 {
                let now = model.value();
                assert!(last <= now && now <= 6 * 3 * 3, "{last} and then {now}");
                last = now;
            }
        });
        join(workers);
        join(readers);
        assert_eq!(model.value(), 6 * 3 * 3);
        assert!(model.storage.shard_count() <= SHARDS);
    });
}

#[test]
fn metrics_that_come_and_go_find_clean_cells() {
    explore(SCHEDULES, || {
        let model = Model::new(1);
        let owners = spawn(&model, 6, |model, n| {
            let local = Local::new();
            for round in 1..=3 {
                let mut own = Block::new(1);
                record(&own, &model.storage, &local, Add(n));
                record_shared(&own, &model.storage, 0, Add(round));
                assert_eq!(value(&own, &model.storage), n + round);
                own.give_up(&model.storage);
            }
            local.leave(&model.storage);
        });
        let others = spawn(&model, 2, |model, _| {
            record_shared(&model.block, &model.storage, 0, Add(1));
        });
        join(owners);
        join(others);
        assert_eq!(model.value(), 2, "what others gave up was never this metric's");
    });
}

/// Count, sum, largest, and whether it is torn; two buckets, up to 1 and above.
fn read(model: &Model) -> (u64, u64, u64, bool) {
    let (mut buckets, mut scratch) = ([0; 2], [0; 2]);
    let mut totals = Totals { buckets: &mut buckets, sum: 0, max: 0, not_min: 0, torn: 0 };
    if let Some(slot) = model.block.assigned() {
        let bounds = |bucket| if bucket == 0 { (0, Some(1)) } else { (1, None) };
        totals.read((&model.storage, slot), &mut scratch, bounds);
    }
    let (sum, max, torn) = (totals.sum, totals.max, totals.torn > 0);
    (buckets.iter().sum(), sum, max, torn)
}

#[test]
fn a_snapshot_of_many_writers_is_coherent_or_says_that_it_is_torn() {
    explore(SCHEDULES, || {
        let model = Model::new(run_cells(2));
        let writers = spawn(&model, 6, |model, n| {
            let local = Local::new();
            for _ in 0..3 {
                let observe = Observe { bucket: 1, ticks: 10, weight: 1 };
                record(&model.block, &model.storage, &local, observe);
            }
            // Half of the threads end, so that others go on in their cells.
            if n % 2 == 0 {
                local.leave(&model.storage);
            }
        });
        let readers = spawn(&model, 2, |model, _| {
            for _ in 0..3 {
                let (count, sum, max, torn) = read(model);
                assert!(torn || sum == 10 * count, "{count} records of 10 have the sum {sum}");
                assert!(torn || count == 0 || max == 10, "{count} records, the largest {max}");
            }
        });
        join(writers);
        join(readers);
        assert_eq!(read(&model), (18, 180, 10, false));
    });
}
