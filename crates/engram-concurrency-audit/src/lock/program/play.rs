//! Plays a program with audited locks, one thread standing in for all of its threads.
//!
//! The locks are the real ones as far as the audit goes; what they wrap never blocks, so that a thread that
//! would wait says so and stays where it is.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use lock_api::{GuardNoSend, RawRwLock, RawRwLockRecursive};

use super::search::State;
use super::{LOCKS, Mode, Numbers, Program, Search, Step};
use crate::auditor::AUDITOR;
use crate::finding::Finding;
use crate::lock::clock::Clock;
use crate::lock::raw::AuditedRaw;
use crate::lock::thread::{self, Thread};

/// A lock that never blocks: who would wait goes on without it.
#[derive(Debug)]
pub(in crate::lock) struct Pretended {
    readers: Cell<u32>,
    is_written: Cell<bool>,
}

// SAFETY: nothing is guarded by it.
unsafe impl RawRwLock for Pretended {
    const INIT: Self = Self { readers: Cell::new(0), is_written: Cell::new(false) };

    type GuardMarker = GuardNoSend;

    fn lock_shared(&self) {}

    fn try_lock_shared(&self) -> bool {
        let is_free = !self.is_written.get();
        self.readers.set(self.readers.get() + u32::from(is_free));
        is_free
    }

    unsafe fn unlock_shared(&self) {
        self.readers.set(self.readers.get() - 1);
    }

    fn lock_exclusive(&self) {}

    fn try_lock_exclusive(&self) -> bool {
        let is_free = !self.is_written.get() && self.readers.get() == 0;
        self.is_written.set(self.is_written.get() || is_free);
        is_free
    }

    unsafe fn unlock_exclusive(&self) {
        self.is_written.set(false);
    }
}

// SAFETY: as above.
unsafe impl RawRwLockRecursive for Pretended {
    fn lock_shared_recursive(&self) {}

    fn try_lock_shared_recursive(&self) -> bool {
        self.try_lock_shared()
    }
}

type Lock = AuditedRaw<Pretended>;

/// What a thread leaves behind: its serial number, segment and clock.
type End = (u32, u32, Clock);

static STAGE: Mutex<()> = Mutex::new(());

/// A program that is being played.
#[derive(Debug)]
struct Play<'a> {
    search: Search<'a>,
    state: State,
    locks: Vec<Lock>,
    actors: Vec<Option<&'static Thread>>,
    ends: Vec<Option<End>>,
}

/// What the audit says of a program that is run once, each thread as far as it comes.
///
/// Without try-locks the next step is anybody's, by chance. With them the threads run one after the other:
/// what a try-lock guards is judged only when it runs.
pub(in crate::lock) fn play(program: &Program, numbers: &mut Numbers) -> Vec<Finding> {
    // The findings of the process are those of one program at a time.
    let _alone = STAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let own = thread::current();
    let mut play = Play::new(program);
    let is_serial = program.has_tries() || numbers.one_in(2);
    while let Some(thread) = play.choose(is_serial, numbers) {
        play.step(thread);
    }
    play.block();
    play.end();
    thread::act_as(own);
    AUDITOR.take()
}

impl<'a> Play<'a> {
    fn new(program: &'a Program) -> Self {
        let search = Search::new(program, false);
        let count = program.threads.len();
        let mut play = Self {
            search,
            state: Search::begin(),
            locks: (0..LOCKS).map(|_| AuditedRaw::new(Pretended::INIT)).collect(),
            actors: vec![None; count],
            ends: vec![None; count],
        };
        let begun = if program.has_starts() { 1 } else { count };
        (0..begun).for_each(|thread| play.begin(thread, None));
        play
    }

    fn begin(&mut self, actor: usize, inherited: Option<(u32, Clock)>) {
        thread::act_as(None);
        thread::begin_with(inherited);
        self.actors[actor] = thread::current();
    }

    /// A thread that can go on.
    fn choose(&self, is_serial: bool, numbers: &mut Numbers) -> Option<usize> {
        let is_able = |thread: &usize| self.goes_on(*thread);
        let able: Vec<usize> = (0..self.search.threads()).filter(is_able).collect();
        match is_serial {
            true => able.first().copied(),
            false if able.is_empty() => None,
            false => Some(able[numbers.below(able.len())]),
        }
    }

    fn goes_on(&self, thread: usize) -> bool {
        let next = self.search.step(&self.state, thread);
        next.is_some_and(|next| self.search.is_ahead(&next, &self.state, thread))
    }

    fn step(&mut self, thread: usize) {
        let Some(step) = self.search.wanted(&self.state, thread) else { return };
        thread::act_as(self.actors[thread]);
        match step {
            Step::Take(lock, mode) => self.take(lock, mode),
            Step::Try(lock, mode, _) => self.attempt(lock, mode),
            Step::Release(lock) => self.release(thread, lock),
            Step::Start(child) => {
                let inherited = thread::fork();
                self.begin(child, inherited);
            }
            Step::Join(child) => self.join(child),
        }
        let next = self.search.step(&self.state, thread);
        self.state = next.expect("who is chosen goes on");
        if self.search.has_ended(&self.state, thread) {
            thread::act_as(self.actors[thread]);
            self.ends[thread] = thread::so_far();
        }
    }

    fn take(&self, lock: usize, mode: Mode) {
        match mode {
            Mode::Exclusive => self.locks[lock].lock_exclusive(),
            Mode::Recursive => self.locks[lock].lock_shared_recursive(),
            _ => self.locks[lock].lock_shared(),
        }
    }

    fn attempt(&self, lock: usize, mode: Mode) {
        let _ = match mode {
            Mode::Exclusive => self.locks[lock].try_lock_exclusive(),
            Mode::Recursive => self.locks[lock].try_lock_shared_recursive(),
            _ => self.locks[lock].try_lock_shared(),
        };
    }

    fn release(&self, thread: usize, lock: usize) {
        let held = self.search.held(&self.state, thread);
        let mode = held.into_iter().rfind(|(it, _)| *it == lock).map(|(_, mode)| mode);
        match mode {
            // SAFETY: the thread holds the lock in this mode.
            Some(Mode::Exclusive) => unsafe { self.locks[lock].unlock_exclusive() },
            // SAFETY: as above.
            Some(_) => unsafe { self.locks[lock].unlock_shared() },
            None => {}
        }
    }

    fn join(&self, child: usize) {
        if let Some((serial, segment, clock)) = &self.ends[child] {
            thread::learn(|own| own.join(*serial, *segment, clock));
        }
    }

    /// Nobody goes on: who would wait for a lock asks for it.
    fn block(&self) {
        for thread in 0..self.search.threads() {
            if let Some(Step::Take(lock, mode)) = self.search.wanted(&self.state, thread) {
                thread::act_as(self.actors[thread]);
                self.take(lock, mode);
            }
        }
    }

    /// All threads end; what they still hold is forgotten.
    fn end(&self) {
        for actor in self.actors.iter().copied().flatten() {
            thread::retire(actor);
        }
    }
}
