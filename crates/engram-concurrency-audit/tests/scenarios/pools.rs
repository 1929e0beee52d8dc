//! Rows of pools.

use std::sync::Arc;
use std::sync::mpsc::channel;

use engram_concurrency_audit::pool::{Limits, Pool, Threads, Ticket, WaitError};
use engram_concurrency_audit::{AUDITOR, Action, Policy};

use super::Expected::{Quiet, Report, Warning};
use super::Row;
use super::stage::expect_deadlock;

rows! {
    p01_more_jobs_wait_than_may, Warning("E0401");
    p01_as_many_jobs_wait_as_may, Quiet;
    p02_every_worker_waits_for_its_own_pool, Report("E0402", "ERROR-ACTUAL");
    p02_one_worker_is_left, Quiet;
    p02_workers_wait_for_another_pool, Quiet;
    p03_a_job_panics, Warning("E0403");
    p04_more_workers_than_may, Warning("E0404");
}

/// A pool of one worker who is held up, and so many jobs behind that one.
fn behind_one(jobs: usize) {
    let limits = Limits::default().backlog(4);
    let pool = Pool::over("pool", Threads::start("pool", 1).unwrap(), limits);
    let (begun, is_begun) = channel();
    let (go, wait) = channel::<()>();
    pool.spawn(move || {
        begun.send(()).unwrap();
        let _ = wait.recv();
    });
    is_begun.recv().unwrap();
    (0..jobs).for_each(|_| pool.spawn(|| ()));
    assert_eq!((pool.totals().backlog(), pool.totals().deepest), (jobs as u64, jobs as u64));
    drop(go);
}

fn p01_more_jobs_wait_than_may() {
    behind_one(7);
    assert_eq!(AUDITOR.findings().len(), 1);
}

fn p01_as_many_jobs_wait_as_may() {
    behind_one(4);
}

/// Each job waits for another one, so many deep.
fn nested(pool: &Arc<Pool>, depth: u32) -> Ticket<Result<u32, WaitError>> {
    let inner = Arc::clone(pool);
    pool.submit(move || match depth {
        0 => Ok(0),
        _ => nested(&inner, depth - 1).wait().and_then(|below| below).map(|below| below + 1),
    })
}

fn p02_every_worker_waits_for_its_own_pool() {
    AUDITOR.set_policy(Policy::testing().with_action(Action::Break));
    let pool = Arc::new(Pool::threads("pool", 3).unwrap());
    assert_eq!(nested(&pool, 3).wait(), Ok(Err(WaitError::Exhausted)));
    // It was reported before anybody waited for ever.
    expect_deadlock();
    // And it goes on.
    assert_eq!(nested(&pool, 2).wait(), Ok(Ok(2)));
}

fn p02_one_worker_is_left() {
    let pool = Arc::new(Pool::threads("pool", 4).unwrap());
    for _ in 0..500 {
        assert_eq!(nested(&pool, 3).wait(), Ok(Ok(3)));
    }
}

fn p02_workers_wait_for_another_pool() {
    let outer = Arc::new(Pool::threads("outer", 1).unwrap());
    let inner = Arc::new(Pool::threads("inner", 1).unwrap());
    for _ in 0..200 {
        let inner = Arc::clone(&inner);
        assert_eq!(outer.submit(move || inner.submit(|| 7).wait()).wait(), Ok(Ok(7)));
    }
}

fn p03_a_job_panics() {
    std::panic::set_hook(Box::new(|_| {}));
    let pool = Pool::threads("pool", 1).unwrap();
    pool.spawn(|| panic!("of the job"));
    assert_eq!(pool.submit(|| panic!("of another")).wait(), Err::<(), _>(WaitError::Lost));
    assert_eq!(pool.submit(|| 7).wait(), Ok(7));
    drop(pool);
    assert_eq!(AUDITOR.findings().len(), 2);
}

fn p04_more_workers_than_may() {
    let limits = Limits::default().workers(2);
    let _pool = Pool::over("pool", Threads::start("pool", 3).unwrap(), limits);
    let _other = Pool::over("other", Threads::start("other", 2).unwrap(), limits);
    assert_eq!(AUDITOR.findings().len(), 1);
}
