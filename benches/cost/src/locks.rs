//! Audited locks, and beside each the lock that it wraps and that of the standard library.

use std::sync::{OnceLock, PoisonError};

use engram_concurrency_audit::{Mutex, RwLock, Tracking, track_locks};
use parking_lot::{Mutex as Wrapped, RwLock as WrappedRw};

use crate::operations::{Operation, repeat};

/// A mutex that operations are made of.
trait Lock: Sync + Sized + 'static {
    fn new() -> Self;
    fn hold(&self) -> impl Sized;

    /// Made once, so that a batch of operations finds them as a program at work would.
    fn all() -> &'static [Self; 64];

    /// Pairs of these, each of them nested before.
    fn combinations() -> &'static OnceLock<Vec<[u8; 2]>>;
}

macro_rules! lock {
    ($lock:ty, $new:expr, |$it:ident| $hold:expr) => {
        impl Lock for $lock {
            #[inline(always)]
            fn new() -> Self {
                $new
            }

            #[inline(always)]
            fn hold(&self) -> impl Sized {
                let $it = self;
                $hold
            }

            fn all() -> &'static [Self; 64] {
                static ALL: [$lock; 64] = [const { <$lock>::new(0) }; 64];
                &ALL
            }

            fn combinations() -> &'static OnceLock<Vec<[u8; 2]>> {
                static COMBINATIONS: OnceLock<Vec<[u8; 2]>> = OnceLock::new();
                &COMBINATIONS
            }
        }
    };
}

// The audit tells locks apart by where they are made: not all of them in the macro.
lock!(Mutex<u64>, Mutex::new(0), |lock| lock.lock());
lock!(Wrapped<u64>, Wrapped::new(0), |lock| lock.lock());
lock!(std::sync::Mutex<u64>, std::sync::Mutex::new(0), |lock| lock
    .lock()
    .unwrap_or_else(PoisonError::into_inner));

/// An operation for the audited lock, for the one it wraps and for the standard one.
macro_rules! beside {
    ($audited:literal, $wrapped:literal, $plain:literal, $run:ident) => {
        [
            Operation { name: $audited, run: $run::<Mutex<u64>> },
            Operation { name: $wrapped, run: $run::<Wrapped<u64>> },
            Operation { name: $plain, run: $run::<std::sync::Mutex<u64>> },
        ]
    };
}

/// All of them.
pub(crate) const LOCKS: &[&[Operation]] = &[
    &beside!("lock_uncontended", "lock_uncontended_wrapped", "lock_uncontended_std", uncontended),
    &beside!("lock_nested_4", "lock_nested_4_wrapped", "lock_nested_4_std", nested),
    &beside!("lock_pairs_64", "lock_pairs_64_wrapped", "lock_pairs_64_std", pairs),
    &beside!("lock_churn", "lock_churn_wrapped", "lock_churn_std", churn),
    &[
        Operation { name: "lock_off", run: off },
        Operation { name: "rwlock_read", run: read },
        Operation { name: "rwlock_read_wrapped", run: read_wrapped },
        Operation { name: "rwlock_read_std", run: read_std },
    ],
];

fn uncontended<L: Lock>(times: u64) {
    let [lock, ..] = L::all();
    repeat(times, 1, |_| drop(lock.hold()));
}

fn off(times: u64) {
    track_locks(Tracking::Off);
    let [lock, ..] = <Mutex<u64> as Lock>::all();
    repeat(times, 1, |_| drop(lock.lock()));
    track_locks(Tracking::Full);
}

/// Four locks, one inside the other.
fn nested<L: Lock>(times: u64) {
    let [one, two, three, four, ..] = L::all();
    repeat(times, 1, |_| {
        let _one = one.hold();
        let _two = two.hold();
        let _three = three.hold();
        let _four = four.hold();
    });
}

/// Two of 64 locks, another combination each time, always the lower number first.
fn pairs<L: Lock>(times: u64) {
    let locks = L::all();
    let take = |[outer, inner]: [u8; 2]| {
        let _outer = locks[usize::from(outer) % 64].hold();
        let _inner = locks[usize::from(inner) % 64].hold();
    };
    let combinations = L::combinations().get_or_init(|| {
        let combinations = combinations();
        combinations.iter().copied().for_each(take);
        combinations
    });
    let mut at = 0;
    repeat(times, 1, |step| {
        at += step as usize;
        take(combinations[at % COUNT]);
    });
}

/// A power of two, and as many as the first cache has room for what is known of them.
const COUNT: usize = 256;

/// Pairs of 64, in an order that looks like chance.
fn combinations() -> Vec<[u8; 2]> {
    let all = (0..64).flat_map(|outer| (outer + 1..64).map(move |inner| [outer, inner]));
    let mut all: Vec<_> = all.collect();
    fastrand::Rng::with_seed(1).shuffle(&mut all);
    all.truncate(COUNT);
    all
}

/// A lock that is made, taken inside another one, and dropped.
fn churn<L: Lock>(times: u64) {
    let [parent, ..] = L::all();
    repeat(times, 1, |_| {
        let _outer = parent.hold();
        let child = L::new();
        drop(child.hold());
    });
}

static AUDITED: RwLock<u64> = RwLock::new(0);
static WRAPPED: WrappedRw<u64> = WrappedRw::new(0);
static PLAIN: std::sync::RwLock<u64> = std::sync::RwLock::new(0);

fn read(times: u64) {
    repeat(times, 1, |_| drop(AUDITED.read()));
}

fn read_wrapped(times: u64) {
    repeat(times, 1, |_| drop(WRAPPED.read()));
}

fn read_std(times: u64) {
    repeat(times, 1, |_| drop(PLAIN.read().unwrap_or_else(PoisonError::into_inner)));
}
