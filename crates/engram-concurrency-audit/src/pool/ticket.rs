//! What a job will return.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::record::Record;
use crate::auditor::AUDITOR;
use crate::gate::Live;

/// What a job returns, once it has.
#[derive(Debug)]
pub struct Ticket<T> {
    shared: Arc<Shared<T>>,
    record: Live<Arc<Record>>,
}

/// Where a job puts what it returns. Dropped without that, the job panicked, or was never run.
#[derive(Debug)]
pub(super) struct Promise<T> {
    shared: Arc<Shared<T>>,
    record: Live<Arc<Record>>,
}

#[derive(Debug)]
struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    is_done: bool,
    /// Whether a worker of the same pool waits for it and is counted as waiting.
    has_waiter: bool,
}

/// Why a job returned nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitError {
    /// It panicked, or its pool was gone before it began.
    Lost,
    /// Every worker waits for a job of its own pool, and the policy says to break the wait.
    Exhausted,
}

impl fmt::Display for WaitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Lost => "the job panicked, or was never run",
            Self::Exhausted => "every worker waits for a job of its own pool",
        })
    }
}

impl std::error::Error for WaitError {}

pub(super) fn pair<T>(record: &Live<Arc<Record>>) -> (Ticket<T>, Promise<T>) {
    let state = State { value: None, is_done: false, has_waiter: false };
    let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
    let promise = Promise { shared: Arc::clone(&shared), record: record.map(Arc::clone) };
    (Ticket { shared, record: record.map(Arc::clone) }, promise)
}

impl<T> Ticket<T> {
    /// Waits until the job has returned. In a worker of the same pool this may be one wait too many: when all
    /// workers wait that way, nobody is left who would end it (`E0402`).
    ///
    /// # Errors
    /// When the job returned nothing; when all workers wait for their own pool and the policy is
    /// [`Action::Break`](crate::Action::Break) or [`Action::Panic`](crate::Action::Panic).
    #[track_caller]
    pub fn wait(self) -> Result<T, WaitError> {
        let at = Location::caller();
        let mut state = self.shared.lock();
        if let Some(record) =
            self.record.get().filter(|record| record.is_worker() && !state.is_done)
        {
            state.has_waiter = true;
            if !record.begin_wait(at) && AUDITOR.breaks_waits() {
                state.has_waiter = false;
                record.end_wait();
                return Err(WaitError::Exhausted);
            }
        }
        let done = self.shared.changed.wait_while(state, |state| !state.is_done);
        done.unwrap_or_else(PoisonError::into_inner).value.take().ok_or(WaitError::Lost)
    }

    /// Whether the job has returned, or never will.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.shared.lock().is_done
    }
}

impl<T> Promise<T> {
    /// The job returned this.
    pub(super) fn keep(self, value: T) {
        self.shared.lock().value = Some(value);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_done = true;
        // Counted down here and not where the waiter wakes up: this worker may be the next one to wait.
        if std::mem::take(&mut state.has_waiter) {
            self.record.with(|record| record.end_wait());
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
