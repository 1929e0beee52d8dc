//! What is known of a pool: its counts, who of it waits for itself, what is wrong with it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engram_metrics_core::Moment;

use super::limits::Limits;
use super::metrics::POOLS;
use super::sync::Count;
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};

/// Where a job is submitted, or waited for.
type At = &'static Location<'static>;

/// What was counted of a pool. Jobs that wait are `submitted - begun`, those that run `begun - ended`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolTotals {
    /// Threads that work.
    pub workers: u64,
    /// Jobs that came.
    pub submitted: u64,
    /// Jobs that a worker began.
    pub begun: u64,
    /// Jobs that ended, those that panicked included.
    pub ended: u64,
    /// Jobs that panicked.
    pub panicked: u64,
    /// Jobs of a worker that another worker ran.
    pub stolen: u64,
    /// The most jobs that waited at one time.
    pub deepest: u64,
}

impl PoolTotals {
    /// Jobs that wait for a worker.
    #[must_use]
    pub const fn backlog(&self) -> u64 {
        self.submitted.saturating_sub(self.begun)
    }
}

#[derive(Debug)]
pub(super) struct Record {
    name: String,
    site: Site,
    workers: usize,
    limits: Limits,
    submitted: Count,
    begun: Count,
    ended: Count,
    panicked: Count,
    stolen: Count,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    deepest: u64,
    /// Workers that wait for a job of their own pool which is not done.
    waiting: usize,
    is_over_its_limit: bool,
}

thread_local! {
    /// The pool, by its address, and the number that this thread has as a worker of it; 0 is none.
    static WORKS_FOR: Cell<(usize, u32)> = const { Cell::new((0, 0)) };
    /// When the last job of this worker ended.
    static IDLE_SINCE: Cell<Option<(usize, Moment)>> = const { Cell::new(None) };
}

impl Record {
    pub(super) fn new(name: &str, workers: usize, (limits, site): (Limits, Site)) -> Self {
        Self {
            name: name.to_owned(),
            site,
            workers,
            limits,
            submitted: Count::new(),
            begun: Count::new(),
            ended: Count::new(),
            panicked: Count::new(),
            stolen: Count::new(),
            state: Mutex::default(),
        }
    }

    pub(super) fn totals(&self) -> PoolTotals {
        // In this order: no job is begun that was not submitted before, or ended that was not begun.
        let (ended, panicked) = (self.ended.load(), self.panicked.load());
        let begun = self.begun.load().max(ended);
        PoolTotals {
            workers: self.workers as u64,
            submitted: self.submitted.load().max(begun),
            begun,
            ended,
            panicked,
            stolen: self.stolen.load(),
            deepest: self.state().deepest,
        }
    }

    /// Reports more workers than there may be.
    pub(super) fn check_workers(&self) {
        if let Some(most) = self.limits.workers.filter(|most| self.workers > *most) {
            let message = format!("{} has {} workers, {most} are allowed", self.name, self.workers);
            self.report(ErrorCode::TooManyWorkers, message, |finding| finding);
        }
    }

    /// A job comes; what it returns runs it.
    pub(super) fn submitted(self: &Arc<Self>, at: At) -> Run {
        let submitted = self.submitted.add(1);
        let backlog = submitted.saturating_sub(self.begun.load());
        let is_news = {
            let mut state = self.state();
            state.deepest = state.deepest.max(backlog);
            let is_over = self.limits.backlog.is_some_and(|most| backlog > most);
            is_over && !std::mem::replace(&mut state.is_over_its_limit, is_over)
        };
        if is_news {
            let message = format!("{backlog} jobs wait for {}", self.name);
            self.report(ErrorCode::Backlog, message, |it| it.at("submits", Site::of(at)));
        }
        POOLS.submitted.at([&self.name]).increment();
        let (pool, worker) = WORKS_FOR.get();
        let submitter = if pool == self.address() { worker } else { 0 };
        Run { record: Arc::clone(self), submitter, at, since: Moment::now() }
    }

    /// This worker begins to wait for a job of its own pool; false when nobody is left to do it.
    pub(super) fn begin_wait(&self, at: At) -> bool {
        if WORKS_FOR.get().0 != self.address() {
            return true;
        }
        let is_exhausted = {
            let mut state = self.state();
            state.waiting += 1;
            state.waiting >= self.workers
        };
        if is_exhausted {
            let message =
                format!("all {} workers of {} wait for its own jobs", self.workers, self.name);
            self.report(ErrorCode::Exhausted, message, |it| it.at("waits for a job", Site::of(at)));
        }
        !is_exhausted
    }

    /// Whether this thread is one of the workers.
    pub(super) fn is_worker(&self) -> bool {
        WORKS_FOR.get().0 == self.address()
    }

    /// What a worker waited for is done, or it waits no more.
    pub(super) fn end_wait(&self) {
        self.state().waiting -= 1;
    }

    fn report(&self, code: ErrorCode, message: String, with: impl FnOnce(Finding) -> Finding) {
        let finding = Finding::new(code, &self.name, message).at("the pool was made", self.site);
        let thread = std::thread::current();
        let finding = finding.in_thread(thread.name().unwrap_or("unnamed"));
        AUDITOR.report(with(finding));
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that was submitted.
#[derive(Debug)]
pub(super) struct Run {
    record: Arc<Record>,
    /// The worker that submitted it; 0 is somebody else.
    submitter: u32,
    at: At,
    since: Moment,
}

impl Run {
    /// Runs the job; its panic ends here, and is reported.
    pub(super) fn run<T>(self, job: impl FnOnce() -> T) -> std::thread::Result<T> {
        let Self { record, submitter, at, since } = self;
        let name = [record.name.as_str()];
        POOLS.wait_duration.at(name).record(since.elapsed_ticks());
        POOLS.begun.at(name).increment();
        record.begun.add(1);
        let outer = record.enter();
        if submitter != 0 && submitter != WORKS_FOR.get().1 {
            record.stolen.add(1);
            POOLS.stolen.at(name).increment();
        }
        let began = Moment::now();
        let result = catch_unwind(AssertUnwindSafe(job));
        POOLS.run_duration.at(name).record(began.elapsed_ticks());
        if result.is_err() {
            record.panicked.add(1);
            POOLS.panicked.at(name).increment();
            let message = format!("a job of {} panicked", record.name);
            record
                .report(ErrorCode::JobPanicked, message, |it| it.at("was submitted", Site::of(at)));
        }
        record.ended.add(1);
        WORKS_FOR.set(outer);
        IDLE_SINCE.set(Some((record.address(), Moment::now())));
        result
    }
}

impl Record {
    /// This thread works for this pool from now on; returns what it did before.
    fn enter(&self) -> (usize, u32) {
        let idle = IDLE_SINCE.take().filter(|(pool, _)| *pool == self.address());
        if let Some((_, since)) = idle {
            POOLS.idle_duration.at([&self.name]).record(since.elapsed_ticks());
        }
        WORKS_FOR.replace((self.address(), crate::thread_number::thread_number()))
    }
}
