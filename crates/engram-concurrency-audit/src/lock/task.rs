//! Tasks: what one holds goes with it from thread to thread.
//!
//! ```text
//!   poll begins    what the task holds is put on top of what the thread holds
//!   …              locks of threads and of tasks are one stack: orders, recursion, gates as everywhere
//!   poll ends      what is left of the task's goes back to it
//!   and it waits   for a lock, with others in hand: it lends itself the record of a thread, for the watcher
//! ```
//!
//! A task is known from [`watch_polls`](super::watch_polls) on. It is told apart from others like a thread, in orders
//! that go through a lock of tasks; it inherits what the task or thread that made it knew to be over.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::reentry;
use crate::sync::{Mutex, MutexGuard, patiently};

use super::acquire;
use super::class::Class;
use super::clock::Clock;
use super::held::Taken;
use super::state::{LockState, Mode, Request, Word};
use super::thread::lent::{self, own};
use super::thread::{self, At, Thread, Who};
use super::waits::{self, Wait};
use super::word;

/// A task whose polls are watched.
#[derive(Debug)]
pub(super) struct Task {
    serial: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    segment: u32,
    clock: Clock,
    /// Between two polls, what it holds, the first lock first.
    held: Vec<Taken>,
    /// The lock that it waits for.
    wanted: Option<(Mode, usize, At)>,
    /// While it is suspended, waits, and holds locks.
    record: Option<&'static Thread>,
}

thread_local! {
    /// Tasks that this thread polls, one inside the other.
    static POLLED: RefCell<Vec<Arc<Task>>> = const { RefCell::new(Vec::new()) };
}

/// The task that this thread polls.
pub(super) fn current() -> Option<Arc<Task>> {
    POLLED.try_with(|polled| polled.borrow().last().cloned()).ok().flatten()
}

impl Task {
    /// A task that begins with what its maker knows to be over; `None` when its maker can have no record now.
    pub(super) fn new() -> Option<Arc<Self>> {
        let (serial, clock) = match current() {
            Some(parent) => reentry::unaudited(|| Some((lent::next_serial()?, parent.fork()?)))?,
            None => thread::fork()?,
        };
        let state = State { segment: 1, clock, held: Vec::new(), wanted: None, record: None };
        Some(Arc::new(Self { serial, state: Mutex::new(state) }))
    }

    /// What a child of this task knows to be over: everything up to now.
    fn fork(&self) -> Option<Clock> {
        let mut state = patiently(&self.state)?;
        let child = state.clock.fork(self.serial, state.segment);
        state.segment += 1;
        Some(child)
    }

    /// Runs one poll of the task: what it holds is held by this thread meanwhile.
    pub(super) fn polled<R>(self: &Arc<Self>, poll: impl FnOnce() -> R) -> R {
        struct Leave<'a>(&'a Arc<Task>, usize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                reentry::unaudited(|| self.0.suspend(self.1));
            }
        }
        let outer = reentry::unaudited(|| self.resume());
        let _leave = Leave(self, outer);
        poll()
    }

    /// Says how many locks of outer tasks this thread holds.
    fn resume(self: &Arc<Self>) -> usize {
        let outer = thread::current().map_or(0, |thread| of_tasks(thread).count());
        let held = self.state().map_or_else(Vec::new, |mut state| {
            take_back(&mut state);
            std::mem::take(&mut state.held)
        });
        let thread = if held.is_empty() { None } else { own() };
        if let Some(thread) = thread {
            held.into_iter().for_each(|taken| _ = thread.held.push(taken));
        }
        let _ = POLLED.try_with(|polled| polled.borrow_mut().push(Arc::clone(self)));
        outer
    }

    fn suspend(&self, outer: usize) {
        let _ = POLLED.try_with(|polled| polled.borrow_mut().pop());
        let Some(thread) = thread::current() else { return };
        let held: Vec<Taken> = of_tasks(thread).skip(outer).collect();
        for taken in held.iter().rev() {
            thread.held.remove(taken.lock);
        }
        if let Some(mut state) = self.state() {
            state.held = held;
            if state.wanted.is_some() && !state.held.is_empty() {
                self.show(&mut state);
            }
        }
    }

    /// Lets the watcher see that the task waits, and what it holds meanwhile.
    fn show(&self, state: &mut State) {
        let Some((mode, lock, at)) = state.wanted else { return };
        let Some(record) = lent::lend(self.serial, self.name(), state.clock.clone()) else {
            return;
        };
        state.held.iter().for_each(|taken| _ = record.held.push(*taken));
        record.waiting.begin(Wait::Lock(mode), lock, at);
        state.record = Some(record);
    }

    fn name(&self) -> String {
        format!("task {}", self.serial)
    }

    /// As it stands in an order.
    pub(super) fn who(&self) -> Option<Who> {
        let state = self.state()?;
        let (segment, clock) = (state.segment, state.clock.clone());
        Some(Who { serial: self.serial, segment, name: self.name(), clock })
    }

    /// The bits by which a lock that the task holds is told from those of threads, and of some other tasks: an order
    /// is checked again for another task, up to sixteen of them on each thread.
    fn marks(&self) -> Word {
        let segment = self.state().map_or(0, |state| state.segment);
        word::of_task(self.serial, segment)
    }

    /// A lock of the task's is released, wherever the task is.
    fn release(&self, lock: &LockState) {
        let is_here = current().is_some_and(|task| std::ptr::eq(Arc::as_ptr(&task), self));
        if is_here {
            return acquire::release(lock);
        }
        let address = lock.address();
        let is_suspended = reentry::unaudited(|| {
            self.state().is_some_and(|mut state| {
                if let Some(record) = state.record {
                    record.held.release_foreign(address);
                }
                let found = state.held.iter().rposition(|taken| taken.lock == address);
                found.map(|at| state.held.remove(at)).is_some()
            })
        });
        if !is_suspended {
            thread::release_foreign(address);
        }
    }

    fn want(&self, wanted: Option<(Mode, usize, At)>) {
        if let Some(mut state) = self.state() {
            state.wanted = wanted;
        }
    }

    fn state(&self) -> Option<MutexGuard<'_, State>> {
        patiently(&self.state)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        reentry::unaudited(|| {
            if let Some(mut state) = self.state() {
                take_back(&mut state);
            }
        });
    }
}

/// The task goes on, or ends: the watcher does not see it any more.
fn take_back(state: &mut State) {
    if let Some(record) = state.record.take() {
        record.waiting.end();
        record.held.clear();
        lent::take_back(record);
    }
}

/// What this thread holds for the tasks that it polls.
fn of_tasks(thread: &Thread) -> impl Iterator<Item = Taken> + '_ {
    thread.held.taken().filter(|taken| word::is_of_task(taken.word))
}

/// A lock of tasks that was asked for, and then taken.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    task: Arc<Task>,
    state: &'a LockState,
    mode: Mode,
    at: At,
    word: Word,
}

impl<'a> Asked<'a> {
    /// Judges an acquisition by the task that is polled; `None` outside of any, and while it cannot be audited.
    pub(super) fn new(request: Request<'a>) -> Option<Self> {
        Self::with(request, |request| {
            let (thread, class) = classified(request)?;
            Some(acquire::check(thread, class, request))
        })
    }

    /// An acquisition that did not wait: no order follows from it.
    pub(super) fn by_try(request: Request<'a>) -> Option<Self> {
        Self::with(request, |request| {
            let (_, class) = classified(request)?;
            Some(request.state.settled(class))
        })
    }

    fn with(request: Request<'a>, word: impl Fn(Request<'a>) -> Option<Word>) -> Option<Self> {
        let Some(task) = reentry::unaudited(current) else {
            acquire::count_unaudited();
            return None;
        };
        let word = word(request)? | reentry::unaudited(|| task.marks());
        let Request { state, mode, at } = request;
        Some(Self { task, state, mode, at, word })
    }

    fn request(&self) -> Request<'a> {
        Request { state: self.state, mode: self.mode, at: self.at }
    }

    /// The lock is not free: the task waits until what this returns is dropped.
    pub(super) fn wait(&self) -> Waits<'_> {
        if let Some((thread, class)) = classified(self.request()) {
            acquire::recursion(thread, class, self.request());
        }
        waits::watch_locks();
        let wanted = (self.mode, self.state.address(), self.at);
        reentry::unaudited(|| self.task.want(Some(wanted)));
        Waits { task: &self.task, since: Instant::now(), request: self.request() }
    }

    /// The lock was taken.
    pub(super) fn taken(self) -> Hold<'a> {
        let Self { task, state, .. } = self;
        let taken = Request { state, mode: self.mode, at: self.at }.taken(self.word);
        let is_held = thread::enter().is_some_and(|thread| thread.held.push(taken));
        if !is_held {
            acquire::count_unaudited();
        }
        Hold { task, state }
    }
}

/// A wait of a task, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Waits<'a> {
    task: &'a Task,
    since: Instant,
    request: Request<'a>,
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        reentry::unaudited(|| self.task.want(None));
        count_wait(self.request, self.since.elapsed());
    }
}

fn count_wait(request: Request<'_>, took: Duration) {
    // Ticks of 2^-30 s. A wait is shorter than 2^64 of them.
    let ticks = ((took.as_nanos() << 30) / 1_000_000_000) as u64;
    if let Some((_, class)) = classified(request) {
        let place = || class.places.of(&class.name, request.at);
        let (series, place) = reentry::unaudited(|| (class.series(), place()));
        acquire::count(request, (class, series, place), ticks);
    }
}

/// The thread that polls and the class of the lock, if that is looked at.
fn classified(request: Request<'_>) -> Option<(&'static Thread, &'static Class)> {
    acquire::prepare(request).filter(|(_, class)| class.is_on())
}

/// What a task holds; released when this is dropped, wherever that is.
#[derive(Debug)]
pub(super) struct Hold<'a> {
    task: Arc<Task>,
    state: &'a LockState,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.task.release(self.state);
    }
}
