//! The contenders, each as the mutex of its crate in the same loops.

use std::sync::PoisonError;

use engram_concurrency_audit::{Tracking, track_locks};

use super::report::Row;
use crate::harness::{self, Contender, contender};

/// How the lock that ours wraps is called.
pub(crate) const WRAPPED: &str = "parking_lot";

/// Two threads that want the same lock; measured by itself.
pub(crate) const CONTENDED: &str = "contended_p99";

/// What is compared, in the order of the table.
pub(crate) const OPERATIONS: [&str; 7] =
    ["uncontended", "nested_4", "pairs_64", "churn", "rwlock_read", CONTENDED, "off_at_run_time"];

/// A mutex of some crate.
pub(crate) trait Lock: Sync + Sized + 'static {
    fn new() -> Self;
    /// Made at another place, for the audit tells locks apart by that.
    fn child() -> Self;
    fn hold(&self) -> impl Sized;
    fn name() -> &'static str;
}

/// A reader-writer lock of some crate.
trait Shared: Sync + Sized + 'static {
    fn new() -> Self;
    fn read(&self) -> impl Sized;
    fn name() -> &'static str;
}

macro_rules! lock {
    ($name:literal, $lock:ty, $child:expr, |$it:ident| $hold:expr) => {
        impl Lock for $lock {
            #[inline(always)]
            fn new() -> Self {
                <$lock>::new(0)
            }

            #[inline(always)]
            fn child() -> Self {
                $child
            }

            #[inline(always)]
            fn hold(&self) -> impl Sized {
                let $it = self;
                $hold
            }

            fn name() -> &'static str {
                $name
            }
        }
    };
}

macro_rules! shared {
    ($name:literal, $lock:ty, |$it:ident| $read:expr) => {
        impl Shared for $lock {
            fn new() -> Self {
                <$lock>::new(0)
            }

            #[inline(always)]
            fn read(&self) -> impl Sized {
                let $it = self;
                $read
            }

            fn name() -> &'static str {
                $name
            }
        }
    };
}

pub(crate) type Detecting = parking_lot_detecting::Mutex<u64>;
type DetectingRw = parking_lot_detecting::RwLock<u64>;
pub(crate) type Tracing = tracing_mutex::stdsync::tracing::Mutex<u64>;
type TracingRw = tracing_mutex::stdsync::tracing::RwLock<u64>;

type Audited = engram_concurrency_audit::Mutex<u64>;
type Plain = std::sync::Mutex<u64>;
type Deloxide = deloxide::Mutex<u64>;

lock!("engram", Audited, Audited::new(0), |it| it.lock());
lock!("parking_lot", parking_lot::Mutex<u64>, parking_lot::Mutex::new(0), |it| it.lock());
lock!("std", Plain, Plain::new(0), |it| it.lock().unwrap_or_else(PoisonError::into_inner));
lock!("parking_lot 0.13, deadlock_detection", Detecting, Detecting::new(0), |it| it.lock());
lock!("tracing-mutex", Tracing, Tracing::new(0), |it| it
    .lock()
    .unwrap_or_else(PoisonError::into_inner));
lock!("deloxide, lock-order-graph", Deloxide, Deloxide::new(0), |it| it.lock());

shared!("engram", engram_concurrency_audit::RwLock<u64>, |it| it.read());
shared!("parking_lot", parking_lot::RwLock<u64>, |it| it.read());
shared!("std", std::sync::RwLock<u64>, |it| it.read().unwrap_or_else(PoisonError::into_inner));
shared!("parking_lot 0.13, deadlock_detection", DetectingRw, |it| it.read());
shared!("tracing-mutex", TracingRw, |it| it.read().unwrap_or_else(PoisonError::into_inner));
shared!("deloxide, lock-order-graph", deloxide::RwLock<u64>, |it| it.read());

/// Does something with every mutex.
macro_rules! each_lock {
    ($make:ident, $($argument:expr),*) => {
        vec![
            $make::<engram_concurrency_audit::Mutex<u64>>($($argument),*),
            $make::<parking_lot::Mutex<u64>>($($argument),*),
            $make::<std::sync::Mutex<u64>>($($argument),*),
            $make::<$crate::locks::contenders::Detecting>($($argument),*),
            $make::<$crate::locks::contenders::Tracing>($($argument),*),
            $make::<deloxide::Mutex<u64>>($($argument),*),
        ]
    };
}
pub(crate) use each_lock;

/// Times an operation for all who can do it.
pub(crate) fn measure(operation: &'static str, rounds: usize) -> Vec<Row> {
    let is_off = operation == "off_at_run_time";
    let contenders = match operation {
        "nested_4" => each_lock!(nested, operation),
        "pairs_64" => each_lock!(pairs, operation),
        "churn" => each_lock!(churn, operation),
        "rwlock_read" => reads(operation),
        "off_at_run_time" => vec![
            uncontended::<engram_concurrency_audit::Mutex<u64>>(operation),
            uncontended::<parking_lot::Mutex<u64>>(operation),
        ],
        _ => each_lock!(uncontended, operation),
    };
    if is_off {
        track_locks(Tracking::Off);
    }
    let outcomes = harness::measure(&contenders, rounds);
    track_locks(Tracking::Full);
    outcomes
        .into_iter()
        .map(|it| Row {
            contender: it.name,
            operation: it.operation,
            threads: it.threads,
            ns: it.median_ns,
            allocations: it.allocations,
        })
        .collect()
}

/// Two threads on one lock are [`CONTENDED`].
fn alone(contender: Contender) -> Contender {
    Contender { threads: 1, ..contender }
}

fn uncontended<L: Lock>(operation: &'static str) -> Contender {
    let lock = L::new();
    alone(contender!(L::name(), operation, |_at| drop(lock.hold())))
}

fn nested<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 4] = std::array::from_fn(|_| L::new());
    alone(contender!(L::name(), operation, |_at| {
        let _one = locks[0].hold();
        let _two = locks[1].hold();
        let _three = locks[2].hold();
        let _four = locks[3].hold();
    }))
}

/// Two of 64 locks, another combination each time, always the lower number first.
fn pairs<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 64] = std::array::from_fn(|_| L::new());
    let all = (0..64_u8).flat_map(|outer| (outer + 1..64).map(move |inner| [outer, inner]));
    let mut all: Vec<[u8; 2]> = all.collect();
    fastrand::Rng::with_seed(1).shuffle(&mut all);
    let contender = alone(contender!(L::name(), operation, |at| {
        let [outer, inner] = all[at as usize % 1024];
        let _outer = locks[usize::from(outer) % 64].hold();
        let _inner = locks[usize::from(inner) % 64].hold();
    }));
    // Each order is new once; what is timed is a program at work.
    (contender.run)(1024);
    contender
}

fn churn<L: Lock>(operation: &'static str) -> Contender {
    let parent = L::new();
    alone(contender!(L::name(), operation, |_at| {
        let _outer = parent.hold();
        let child = L::child();
        drop(child.hold());
    }))
}

fn reads(operation: &'static str) -> Vec<Contender> {
    fn read<L: Shared>(operation: &'static str) -> Contender {
        let lock = L::new();
        alone(contender!(L::name(), operation, |_at| drop(lock.read())))
    }
    vec![
        read::<engram_concurrency_audit::RwLock<u64>>(operation),
        read::<parking_lot::RwLock<u64>>(operation),
        read::<std::sync::RwLock<u64>>(operation),
        read::<DetectingRw>(operation),
        read::<TracingRw>(operation),
        read::<deloxide::RwLock<u64>>(operation),
    ]
}
