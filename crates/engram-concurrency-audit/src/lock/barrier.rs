//! An audited barrier.

use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::gate::ENABLED;

use super::clock::Clock;
use super::thread;
use super::waiting::warn_if_holding;
use super::waits::{self, Side, Wait};

/// What a thread brings to a barrier: its serial number, its segment and what it knows.
type Past = (u32, u32, Clock);

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
        let mut round = self.lock();
        let number = round.number;
        round.arrived += 1;
        round.pasts.extend(past);
        let is_last = round.arrived >= self.threads;
        if is_last {
            round.number += 1;
            round.arrived = 0;
            round.met = std::mem::take(&mut round.pasts).into();
            self.full.notify_all();
        } else {
            drop(round);
            if ENABLED {
                warn_if_holding("waits at a barrier", at);
                waits::blocking(Wait::Barrier, address, at, || self.pass(number));
            } else {
                self.pass(number);
            }
            round = self.lock();
        }
        let met = Arc::clone(&round.met);
        drop(round);
        if ENABLED {
            waits::take_part(address, Side::Gives);
            learn(&met);
        }
        is_last
    }

    fn pass(&self, number: u64) {
        let round = self.full.wait_while(self.lock(), |round| round.number == number);
        drop(round.unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
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
