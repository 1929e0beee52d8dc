//! An audited barrier.

use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::gate::ENABLED;

use super::clock::Clock;
use super::thread::{self, At, Thread};
use super::waiting::warn_if_holding;
use super::waits::{self, Side, Wait};

/// What a thread brings to a barrier: its serial number, its segment and what it knows.
type Past = (u32, u32, Clock);

/// A thread that is there, as others see what it waits for.
type Arrived = &'static Thread;

/// A barrier: threads wait until all of them are there. What was before it is over for everybody behind it.
///
/// ```
/// use engram_concurrency_audit::Barrier;
///
/// assert!(Barrier::new(1).wait());
/// ```
#[derive(Debug)]
pub struct Barrier {
    threads: usize,
    round: Mutex<Round>,
    full: Condvar,
}

#[derive(Debug, Default)]
struct Round {
    number: u64,
    arrived: usize,
    pasts: Vec<Past>,
    waiting: Vec<Arrived>,
    /// Of the round before: nobody can complete the next one before all have read it.
    met: Arc<[Past]>,
}

impl Barrier {
    /// A barrier for so many threads.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        Self { threads, round: Mutex::default(), full: Condvar::new() }
    }

    /// Waits for the others; true in one of the threads.
    #[track_caller]
    pub fn wait(&self) -> bool {
        let at = Location::caller();
        let address = std::ptr::from_ref(self).addr();
        let past = if ENABLED { thread::so_far() } else { None };
        if ENABLED {
            warn_if_holding("waits at a barrier", at);
        }
        let mut round = self.lock();
        round.arrived += 1;
        round.pasts.extend(past);
        let is_last = round.arrived >= self.threads;
        if is_last {
            round.complete();
            self.full.notify_all();
        } else {
            round = self.pass(round, at);
        }
        let met = Arc::clone(&round.met);
        drop(round);
        if ENABLED {
            waits::take_part(address, Side::Gives, self.threads);
            learn(&met);
        }
        is_last
    }

    /// Waits for the last one. The wait begins before the round can be completed, which is what ends it.
    fn pass<'a>(&'a self, mut round: MutexGuard<'a, Round>, at: At) -> MutexGuard<'a, Round> {
        let number = round.number;
        round.waiting.extend(thread::current());
        let wait = || {
            let round = self.full.wait_while(round, |round| round.number == number);
            round.unwrap_or_else(PoisonError::into_inner)
        };
        if !ENABLED {
            return wait();
        }
        waits::blocking(Wait::Barrier, std::ptr::from_ref(self).addr(), at, wait)
    }

    fn lock(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Round {
    /// All are there. Whoever waits does so no more, however long it takes until it has a processor.
    fn complete(&mut self) {
        self.number += 1;
        self.arrived = 0;
        self.met = std::mem::take(&mut self.pasts).into();
        self.waiting.drain(..).for_each(|thread| thread.waiting.end());
    }
}

impl Drop for Barrier {
    fn drop(&mut self) {
        if ENABLED {
            waits::forget_resource(std::ptr::from_ref(self).addr());
        }
    }
}

fn learn(met: &[Past]) {
    let own = thread::current().map_or(0, |thread| thread.serial());
    let others = || met.iter().filter(|past| past.0 != own);
    thread::learn(|clock| {
        others().fold(clock.clone(), |clock, (thread, segment, past)| {
            clock.meet(*thread, *segment, past)
        })
    });
}

#[cfg(test)]
mod tests;
