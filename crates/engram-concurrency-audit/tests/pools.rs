//! A pool does every job once and counts it, over threads of its own and over others.

#![cfg(feature = "pools")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engram_concurrency_audit::ENABLED;
use engram_concurrency_audit::pool::{Executor, Pool, PoolTotals, WaitError};

/// Submits from four threads; every result comes back, every job is counted.
fn does_every_job_once<E: Executor>(pool: &Pool<E>) -> PoolTotals {
    let done = Arc::new(AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let tickets: Vec<_> = (0..250_u64)
                    .map(|number| {
                        let done = Arc::clone(&done);
                        pool.spawn(move || _ = done.fetch_add(1, Ordering::Relaxed));
                        pool.submit(move || number * 2)
                    })
                    .collect();
                for (number, ticket) in (0..).zip(tickets) {
                    assert_eq!(ticket.wait(), Ok(number * 2));
                }
            });
        }
    });
    // Those that nobody waited for.
    while done.load(Ordering::Relaxed) < 1000 {
        std::thread::yield_now();
    }
    while ENABLED && pool.totals().ended < 2000 {
        std::thread::yield_now();
    }
    pool.totals()
}

fn check(totals: PoolTotals, workers: u64) {
    if ENABLED {
        let PoolTotals { submitted, begun, ended, panicked, deepest, .. } = totals;
        assert_eq!(
            (totals.workers, submitted, begun, ended, panicked),
            (workers, 2000, 2000, 2000, 0)
        );
        assert!((1..=2000).contains(&deepest) && totals.backlog() == 0, "{totals:?}");
    } else {
        assert_eq!(totals, PoolTotals::default());
    }
}

#[test]
fn threads_do_every_job_once() {
    let pool = Pool::threads("threads", 3).unwrap();
    check(does_every_job_once(&pool), 3);
}

#[cfg(feature = "rayon")]
#[test]
fn a_pool_of_rayon_does_every_job_once() {
    use engram_concurrency_audit::pool::Limits;

    let rayon = rayon_core::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let pool = Pool::over("rayon", rayon, Limits::default());
    check(does_every_job_once(&pool), 2);
    assert_eq!(pool.executor().install(|| 7), 7);
}

#[test]
fn what_a_pool_was_given_is_done_before_it_ends() {
    let done = Arc::new(AtomicU64::new(0));
    let pool = Pool::threads("ends", 2).unwrap();
    for _ in 0..100 {
        let done = Arc::clone(&done);
        pool.spawn(move || _ = done.fetch_add(1, Ordering::Relaxed));
    }
    drop(pool);
    assert_eq!(done.load(Ordering::Relaxed), 100);
}

#[test]
fn a_job_that_panics_takes_no_worker_with_it() {
    std::panic::set_hook(Box::new(|_| {}));
    let pool = Pool::threads("panics", 1).unwrap();
    for _ in 0..3 {
        assert_eq!(pool.submit(|| panic!("of the job")).wait(), Err::<(), _>(WaitError::Lost));
    }
    assert_eq!(pool.submit(|| 7).wait(), Ok(7));
    assert_eq!(pool.totals().panicked, if ENABLED { 3 } else { 0 });
}

#[test]
fn a_job_of_a_worker_that_another_one_runs_is_stolen() {
    let pool = Arc::new(Pool::threads("steals", 2).unwrap());
    let inner = Arc::clone(&pool);
    // The worker waits, so that the other one runs what it submitted.
    let outer = pool.submit(move || inner.submit(|| 7).wait());
    assert_eq!(outer.wait(), Ok(Ok(7)));
    assert_eq!(pool.totals().stolen, u64::from(ENABLED));
}
