//! Instrumented worker pools: who works, what waits, and whether it can go on.
//!
//! ```
//! use engram_concurrency_audit::pool::Pool;
//!
//! let pool = Pool::threads("indexing", 2)?;
//! let sums = [1..10_u64, 10..20].map(|part| pool.submit(move || part.sum::<u64>()));
//! let sums = sums.map(|ticket| ticket.wait().unwrap());
//! assert_eq!(sums, [45, 145]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! [`Pool::over`] instruments a pool that is there already: that of `rayon`, or whatever is an [`Executor`].
//!
//! # What is found
//! | | |
//! |---|---|
//! | `E0401` | more jobs wait than the pool's [`Limits`] allow |
//! | `E0402` | every worker waits for a job of its own pool that nobody is left to run |
//! | `E0403` | a job that panicked |
//! | `E0404` | more workers than the pool's [`Limits`] allow |
//!
//! # How
//! A job is counted where it is submitted, where it begins and where it ends, by two locked instructions each; how
//! long it waited and ran, and how long its worker had nothing to do, goes to [`POOLS`]. A job that does as little as
//! adding two numbers notices that.
//!
//! # What cannot be known
//! Work that goes into the pool below without passing here, as the parts of a `rayon::join`. Steals are seen by
//! what they come to: a job of a worker that another worker ran.

mod executor;
mod limits;
mod metrics;
mod record;
mod sync;
mod threads;
mod ticket;

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;

use crate::finding::Site;
use crate::gate::Live;

pub use executor::{Executor, Job};
pub use limits::Limits;
pub use metrics::{POOLS, PoolMetrics};
pub use record::PoolTotals;
pub use threads::Threads;
pub use ticket::{Ticket, WaitError};

use record::{Record, Run};

/// A pool of workers, whichever, and what is known of it.
#[derive(Debug)]
pub struct Pool<E: Executor = Threads> {
    executor: E,
    record: Live<Arc<Record>>,
}

impl Pool {
    /// A pool of so many threads, at least one; they end when the pool is dropped and its jobs are done.
    ///
    /// # Errors
    /// When the system has no thread left.
    #[track_caller]
    pub fn threads(name: &str, workers: usize) -> std::io::Result<Self> {
        let site = Site::caller();
        let executor = Threads::start(name, workers)?;
        Ok(Self::made_at(name, executor, (Limits::default(), site)))
    }
}

impl<E: Executor> Pool<E> {
    /// Instruments a pool. Its limits are those that the pool is held to.
    #[track_caller]
    pub fn over(name: &str, executor: E, limits: Limits) -> Self {
        Self::made_at(name, executor, (limits, Site::caller()))
    }

    fn made_at(name: &str, executor: E, (limits, site): (Limits, Site)) -> Self {
        let workers = executor.workers();
        let record = Live::make(|| Arc::new(Record::new(name, workers, (limits, site))));
        record.with(|record| record.check_workers());
        Self { executor, record }
    }

    /// Has a job done by one of the workers.
    #[track_caller]
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        let at = Location::caller();
        let run = self.record.get().map(|record| record.submitted(at));
        self.executor.execute(Box::new(move || drop(attempt(run, job))));
    }

    /// Has a job done by one of the workers, and keeps what it returns.
    #[track_caller]
    pub fn submit<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Ticket<T> {
        let (ticket, promise) = ticket::pair(&self.record);
        let at = Location::caller();
        let run = self.record.get().map(|record| record.submitted(at));
        self.executor.execute(Box::new(move || {
            // What the job panicked with is said by its ticket.
            if let Ok(value) = attempt(run, job) {
                promise.keep(value);
            }
        }));
        ticket
    }

    /// What was counted so far; zeros when the audit is compiled out.
    #[must_use]
    pub fn totals(&self) -> PoolTotals {
        self.record.with(|record| record.totals())
    }

    /// The pool below, for what this one has no name for. What goes in there is not counted.
    #[must_use]
    pub const fn executor(&self) -> &E {
        &self.executor
    }
}

/// Does a job; its panic ends here, whether anybody counts it or not.
fn attempt<T>(run: Option<Run>, job: impl FnOnce() -> T) -> std::thread::Result<T> {
    match run {
        Some(run) => run.run(job),
        None => catch_unwind(AssertUnwindSafe(job)),
    }
}
