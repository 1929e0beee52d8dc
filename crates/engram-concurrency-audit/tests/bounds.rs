//! What the audit keeps does not grow with what a program makes: threads, locks, condition variables. And it
//! may be switched off and on at any time.

#![cfg(feature = "locks")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::{Arc, Mutex as Plain, PoisonError};

use engram_concurrency_audit::{
    AUDITOR, Action, Barrier, Condvar, Mutex, Policy, RwLock, Tracking, spawn, track_locks,
};

/// Counts the bytes that are allocated and not given back.
struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Relaxed, here and below: read when the threads that allocated are joined.
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time: they count the bytes of the whole process.
static TURN: Plain<()> = Plain::new(());

/// What the harness may allocate meanwhile.
const SLACK: isize = 64 * 1024;

/// Does something for the number of each step, and says how many bytes the steps after the first tenth left.
fn left_behind(steps: usize, step: impl Fn(usize)) -> isize {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // Findings are kept, up to a number; none is expected here.
    AUDITOR.set_policy(Policy::testing().with_action(Action::Keep));
    (0..steps / 10).for_each(&step);
    let before = LIVE.load(Ordering::Relaxed);
    (steps / 10..steps).for_each(&step);
    LIVE.load(Ordering::Relaxed) - before
}

/// Takes one lock inside another.
fn nest(outer: &Mutex<u64>, inner: &RwLock<u64>) {
    let mut outer = outer.lock();
    *outer += 1;
    *inner.write() += *outer;
    drop(inner.read());
}

#[test]
fn ten_thousand_threads_leave_nothing_behind() {
    static OUTER: Mutex<u64> = Mutex::new(0);
    static INNER: RwLock<u64> = RwLock::new(0);
    const TOGETHER: usize = 20;
    let left = left_behind(10_000 / TOGETHER, |_| {
        // All of them live at one time, in each step: what a thread takes is used again by later ones.
        let all = Arc::new(std::sync::Barrier::new(TOGETHER));
        let work = || {
            let all = Arc::clone(&all);
            move || {
                nest(&OUTER, &INNER);
                all.wait();
            }
        };
        let threads: Vec<_> = (0..TOGETHER).map(|_| spawn(work())).collect();
        threads.into_iter().for_each(|it| it.join().expect("nobody panics"));
    });
    assert_eq!(*OUTER.lock(), 10_000);
    assert!(left < SLACK, "{left} bytes");
}

#[test]
fn a_million_locks_of_a_class_leave_nothing_behind() {
    let parent = Mutex::new(0);
    let left = left_behind(1_000_000, |_| {
        let mut parent = parent.lock();
        let child = Mutex::new(1);
        *parent += *child.lock();
    });
    assert_eq!(*parent.lock(), 1_000_000);
    assert!(left < SLACK, "{left} bytes");
}

#[test]
fn locks_of_one_class_that_are_nested_and_dropped_leave_nothing_behind() {
    let make = || Mutex::new(1_u64);
    let parent = make();
    let left = left_behind(20_000, |_| {
        let child = make();
        let mut parent = parent.lock();
        *parent += *child.lock();
    });
    assert_eq!(*parent.lock(), 20_001);
    assert!(left < SLACK, "{left} bytes");
}

#[test]
fn locks_that_others_are_taken_inside_leave_nothing_behind() {
    let make = || Mutex::new(1_u64);
    let inner = make();
    let left = left_behind(20_000, |_| {
        let outer = make();
        let outer = outer.lock();
        *inner.lock() += *outer;
    });
    assert_eq!(*inner.lock(), 20_001);
    assert!(left < SLACK, "{left} bytes");
}

#[test]
fn condition_variables_and_barriers_that_are_dropped_leave_nothing_behind() {
    let ready = Mutex::new(true);
    let left = left_behind(20_000, |_| {
        let changed = Condvar::new();
        changed.notify_all();
        changed.wait_while(&mut ready.lock(), |ready| !*ready);
        Barrier::new(1).wait();
    });
    assert!(left < SLACK, "{left} bytes");
}

/// Whatever it is switched to while threads hold locks, nothing is lost, nobody is accused, and afterwards the
/// same locks are audited as before.
#[test]
fn switching_the_audit_while_locks_are_held_accuses_nobody() {
    static OUTER: Mutex<u64> = Mutex::new(0);
    static INNER: RwLock<u64> = RwLock::new(0);
    static GOES_ON: AtomicBool = AtomicBool::new(true);
    const THREADS: usize = 3;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    AUDITOR.set_policy(Policy::testing().with_action(Action::Keep));
    let before = AUDITOR.findings().len();
    let work = || {
        let mut times = 0;
        // Relaxed: nothing else is read on the strength of it.
        while GOES_ON.load(Ordering::Relaxed) || times < 1000 {
            nest(&OUTER, &INNER);
            times += 1;
        }
        times
    };
    let threads: Vec<_> = (0..THREADS).map(|_| spawn(work)).collect();
    for round in 0..3000 {
        track_locks([Tracking::Off, Tracking::Sample, Tracking::Full][round % 3]);
    }
    // Relaxed: as above.
    GOES_ON.store(false, Ordering::Relaxed);
    let times: u64 = threads.into_iter().map(|it| it.join().expect("nobody panics")).sum();
    track_locks(Tracking::Full);
    nest(&OUTER, &INNER);
    assert_eq!(*OUTER.lock(), times + 1);
    assert_eq!(AUDITOR.findings().len(), before);
}
