//! The contenders, each as the mutex of its crate in the same loops.

use std::sync::PoisonError;

use engram_concurrency_audit::{Tracking, track_locks};

use super::report::Row;
use crate::harness::{self, Contender, fence};

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
    ($what:ident, $name:literal, $lock:ty, |$it:ident| $hold:expr, $method:ident) => {
        impl $what for $lock {
            #[inline(always)]
            fn new() -> Self {
                <$lock>::new(0)
            }

            #[inline(always)]
            fn $method(&self) -> impl Sized {
                let $it = self;
                $hold
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

lock!(Lock, "engram", engram_concurrency_audit::Mutex<u64>, |it| it.lock(), hold);
lock!(Lock, "parking_lot", parking_lot::Mutex<u64>, |it| it.lock(), hold);
lock!(
    Lock,
    "std",
    std::sync::Mutex<u64>,
    |it| it.lock().unwrap_or_else(PoisonError::into_inner),
    hold
);
lock!(Lock, "parking_lot 0.13, deadlock_detection", Detecting, |it| it.lock(), hold);
lock!(Lock, "tracing-mutex", Tracing, |it| it.lock().unwrap_or_else(PoisonError::into_inner), hold);
lock!(Lock, "deloxide, lock-order-graph", deloxide::Mutex<u64>, |it| it.lock(), hold);

lock!(Shared, "engram", engram_concurrency_audit::RwLock<u64>, |it| it.read(), read);
lock!(Shared, "parking_lot", parking_lot::RwLock<u64>, |it| it.read(), read);
lock!(
    Shared,
    "std",
    std::sync::RwLock<u64>,
    |it| it.read().unwrap_or_else(PoisonError::into_inner),
    read
);
lock!(Shared, "parking_lot 0.13, deadlock_detection", DetectingRw, |it| it.read(), read);
lock!(
    Shared,
    "tracing-mutex",
    TracingRw,
    |it| it.read().unwrap_or_else(PoisonError::into_inner),
    read
);
lock!(Shared, "deloxide, lock-order-graph", deloxide::RwLock<u64>, |it| it.read(), read);

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
            operation,
            threads: 1,
            ns: it.median_ns,
            allocations: it.allocations,
        })
        .collect()
}

fn contender(
    name: &'static str,
    operation: &'static str,
    run: impl Fn(u32) + Sync + 'static,
) -> Contender {
    Contender { name, operation, threads: 1, run: Box::new(run) }
}

fn uncontended<L: Lock>(operation: &'static str) -> Contender {
    let lock = L::new();
    contender(L::name(), operation, move |times| {
        for _ in 0..times {
            drop(lock.hold());
            fence();
        }
    })
}

fn nested<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 4] = std::array::from_fn(|_| L::new());
    contender(L::name(), operation, move |times| {
        for _ in 0..times {
            let _one = locks[0].hold();
            let _two = locks[1].hold();
            let _three = locks[2].hold();
            let _four = locks[3].hold();
            fence();
        }
    })
}

/// Two of 64 locks, another combination each time, always the lower number first.
fn pairs<L: Lock>(operation: &'static str) -> Contender {
    let locks: [L; 64] = std::array::from_fn(|_| L::new());
    let all = (0..64_u8).flat_map(|outer| (outer + 1..64).map(move |inner| [outer, inner]));
    let mut all: Vec<[u8; 2]> = all.collect();
    fastrand::Rng::with_seed(1).shuffle(&mut all);
    let take = move |times: u32| {
        for at in 0..times {
            let [outer, inner] = all[at as usize % 1024];
            let _outer = locks[usize::from(outer) % 64].hold();
            let _inner = locks[usize::from(inner) % 64].hold();
            fence();
        }
    };
    // Each order is new once; what is timed is a program at work.
    take(1024);
    contender(L::name(), operation, take)
}

fn churn<L: Lock>(operation: &'static str) -> Contender {
    let parent = L::new();
    contender(L::name(), operation, move |times| {
        for _ in 0..times {
            let _outer = parent.hold();
            let child = L::new();
            drop(child.hold());
            fence();
        }
    })
}

fn reads(operation: &'static str) -> Vec<Contender> {
    fn read<L: Shared>(operation: &'static str) -> Contender {
        let lock = L::new();
        contender(L::name(), operation, move |times| {
            for _ in 0..times {
                drop(lock.read());
                fence();
            }
        })
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
