//! Tasks: a poll that ends should leave no lock taken, and should not have waited for one.

use std::cell::Cell;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding};
use crate::gate::Live;
use crate::reentry;

use super::holding::Holding;
use super::state::Request;
use super::task::Task;
use super::thread::{self, At, site};

thread_local! {
    /// Polls that this thread is in, one inside the other.
    static POLLS: Cell<u32> = const { Cell::new(0) };
}

/// A future whose polls are watched; see [`watch_polls`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Polled<F> {
    future: F,
    made_at: At,
    /// Dropped behind the future, whose guards belong to it. Off, there is none.
    task: Live<Option<Arc<Task>>>,
}

/// Watches the polls of a future, the outermost one of a task for instance.
///
/// A guard of an audited lock that is alive when a poll returns [`Poll::Pending`] is held across an await
/// (`E0113`): the executor may run a task on this thread that needs the lock. An audited lock that a poll waited
/// for longer than a millisecond held up all tasks of the executor's thread (`E0114`). Locks of tasks, those of the
/// feature `tokio`, are held by the task that is watched, on whichever thread it goes on, and are audited only in such
/// tasks. Costs two thread-local counts a poll, and a lock that nobody else asks for.
///
/// ```
/// let answer = engram_concurrency_audit::watch_polls(async { 6 * 7 });
/// let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// let ready = std::pin::pin!(answer).poll(&mut context);
/// # use std::future::Future;
/// assert_eq!(ready, std::task::Poll::Ready(42));
/// ```
#[track_caller]
pub fn watch_polls<F: Future>(future: F) -> Polled<F> {
    Polled { future, made_at: Location::caller(), task: Live::make(Task::new) }
}

impl<F: Future> Future for Polled<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let made_at = self.made_at;
        let task = self.task.get().cloned();
        // SAFETY: the future is pinned where this is, and never moved out of it.
        let future = unsafe { self.map_unchecked_mut(|this| &mut this.future) };
        let Some(task) = task else { return future.poll(context) };
        let before = held();
        let result = inside(|| match task {
            Some(task) => task.polled(|| future.poll(context)),
            None => future.poll(context),
        });
        if result.is_pending() {
            warn_of_guards(&before, made_at);
        }
        result
    }
}

fn inside<R>(poll: impl FnOnce() -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            POLLS.with(|polls| polls.set(polls.get() - 1));
        }
    }
    POLLS.with(|polls| polls.set(polls.get() + 1));
    let _leave = Leave;
    poll()
}

/// What this thread holds, by address.
fn held() -> Vec<usize> {
    thread::current().map_or_else(Vec::new, |thread| match thread.held.is_empty() {
        true => Vec::new(),
        false => thread.held.holdings().map(|holding| holding.lock).collect(),
    })
}

fn warn_of_guards(before: &[usize], made_at: At) {
    let Some(thread) = thread::current().filter(|thread| thread.held.depth() > before.len()) else {
        return;
    };
    let findings: Vec<Finding> = reentry::unaudited(|| {
        let is_new = |it: &Holding| !before.contains(&it.lock) && !it.is_of_task;
        let report = |holding: Holding| {
            let name = &holding.class.name;
            let message = format!("a task is suspended and holds {name}");
            Finding::new(ErrorCode::HeldAcrossAwait, name, message)
                .in_thread(thread.name())
                .at("was taken", holding.site)
                .at("is watched", site(made_at))
        };
        thread.held.holdings().filter(is_new).map(report).collect()
    });
    findings.into_iter().for_each(|finding| {
        AUDITOR.report(finding);
    });
}

/// How long a poll may wait for a lock and be no finding.
const PATIENCE: Duration = Duration::from_millis(1);

/// A lock was waited for, in a poll perhaps.
pub(super) fn waited(request: Request<'_>, took: Duration) {
    if took < PATIENCE || POLLS.with(Cell::get) == 0 {
        return;
    }
    let Some(thread) = thread::current() else { return };
    let finding = reentry::unaudited(|| {
        let name = request.state.class().map_or_else(String::new, |class| class.name.clone());
        let message = format!("a poll waited {} us for {name}", took.as_micros());
        Finding::new(ErrorCode::BlockedInPoll, name, message)
            .in_thread(thread.name())
            .at("waited", site(request.at))
    });
    AUDITOR.report(finding);
}
