//! Mutexes in one thread: alone, nested, in pairs, made and dropped.

use engram_concurrency_audit::{Tracking, track_locks};

use super::lock::{Audited, Lock, Wrapped, each_lock};
use crate::harness::{self, Contender, Outcome, contender};

/// One lock, while the audit is switched off.
pub(super) const OFF: &str = "off_at_run_time";

const ROUNDS: usize = 60;

/// One lock, taken and released.
pub(super) fn uncontended(operation: &'static str) -> Vec<Contender> {
    each_lock!(uncontended_by(operation))
}

/// Four locks, one inside the other.
pub(super) fn nested(operation: &'static str) -> Vec<Contender> {
    each_lock!(nested_by(operation))
}

/// Two of 64 locks, another combination each time, always the lower number first.
pub(super) fn pairs(operation: &'static str) -> Vec<Contender> {
    each_lock!(pairs_by(operation))
}

/// A lock that is made, taken inside another one, and dropped.
pub(super) fn churn(operation: &'static str) -> Vec<Contender> {
    fn churn<L: Lock>(operation: &'static str) -> Contender {
        churn_by::<L>(operation, L::child)
    }
    each_lock!(churn(operation))
}

/// The same where both are made at one place, as the nodes of a tree are.
pub(super) fn churn_one_place(operation: &'static str) -> Vec<Contender> {
    fn churn<L: Lock>(operation: &'static str) -> Contender {
        churn_by::<L>(operation, L::new)
    }
    each_lock!(churn(operation))
}

/// One lock, while the audit is off.
pub(super) fn measure_off() -> Vec<Outcome> {
    track_locks(Tracking::Off);
    let contenders = [uncontended_by::<Audited>(OFF), uncontended_by::<Wrapped>(OFF)];
    let outcomes = harness::measure(&contenders, ROUNDS);
    track_locks(Tracking::Full);
    outcomes
}

fn uncontended_by<L: Lock>(operation: &'static str) -> Contender {
    let lock = L::new();
    contender!(L::NAME, operation, |_at| drop(lock.hold())).alone()
}

fn nested_by<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 4] = std::array::from_fn(|_| L::new());
    let contender = contender!(L::NAME, operation, |_at| {
        let _one = locks[0].hold();
        let _two = locks[1].hold();
        let _three = locks[2].hold();
        let _four = locks[3].hold();
    });
    contender.alone()
}

/// A power of two.
const COMBINATIONS: usize = 1024;

fn pairs_by<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 64] = std::array::from_fn(|_| L::new());
    let all = (0..64_u8).flat_map(|outer| (outer + 1..64).map(move |inner| [outer, inner]));
    let mut all: Vec<[u8; 2]> = all.collect();
    fastrand::Rng::with_seed(1).shuffle(&mut all);
    let contender = contender!(L::NAME, operation, |at| {
        let [outer, inner] = all[at as usize % COMBINATIONS];
        let _outer = locks[usize::from(outer) % 64].hold();
        let _inner = locks[usize::from(inner) % 64].hold();
    });
    // Each order is new once; what is timed is a program at work.
    (contender.run)(COMBINATIONS as u32);
    contender.alone()
}

fn churn_by<L: Lock>(operation: &'static str, child: fn() -> L) -> Contender {
    let parent = L::new();
    let contender = contender!(L::NAME, operation, |_at| {
        let _outer = parent.hold();
        let child = child();
        drop(child.hold());
    });
    contender.alone()
}
