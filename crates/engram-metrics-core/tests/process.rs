//! What the operating system does to a process: forks and signals.
#![cfg(unix)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, ENABLED, Histogram, Instrument, Labels, RECORDER, Unit,
    Value, Visit,
};

/// `n` with telemetry compiled in, nothing without.
fn if_on(n: u64) -> u64 {
    if ENABLED { n } else { 0 }
}

static SHARED_WITH_CHILD: Counter = Counter::new();
static LABELLED: DynamicFamily<1, Counter> =
    DynamicFamily::<1, Counter>::new(["number"]).with_limit(100_000);

/// What a child does: exit status 0 when its numbers are right.
fn child() -> i32 {
    // SAFETY: kills the child with a signal should it hang.
    unsafe { libc::alarm(60) };
    let before = SHARED_WITH_CHILD.value();
    (0..1000).for_each(|_| SHARED_WITH_CHILD.increment());
    if SHARED_WITH_CHILD.value() - before != if_on(1000) {
        return 1;
    }
    // The lock of the family may be held for ever by a thread that was not forked: the record is then in
    // the overflow series.
    LABELLED.at(["child"]).add(7);
    let there = LABELLED.at(["child"]).value();
    if there != if_on(7) && LABELLED.overflowed() == 0 { 2 } else { 0 }
}

/// Forks, and gives what `wait` says of the child.
fn status_of_child() -> i32 {
    // SAFETY: the child records, reads and exits without unwinding or returning.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        // SAFETY: leaves without running the destructors of the parent's test harness.
        unsafe { libc::_exit(child()) };
    }
    let mut status = -1;
    // SAFETY: `status` outlives the call; the child is ours.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    if waited == pid { status } else { -1 }
}

#[test]
fn a_forked_child_neither_hangs_nor_counts_twice() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let recorded: u64 = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|thread| {
                scope.spawn(move || {
                    let mut records = 0;
                    // Relaxed: only ends the loop.
                    while !DONE.load(Ordering::Relaxed) {
                        SHARED_WITH_CHILD.increment();
                        LABELLED.at([&format!("{thread}-{}", records % 20_000)]).increment();
                        records += 1;
                    }
                    records
                })
            })
            .collect();
        let ended: Vec<i32> = (0..10).map(|_| status_of_child()).collect();
        // Relaxed: as above.
        DONE.store(true, Ordering::Relaxed);
        // Only now: the writers would go on for ever beside an assertion that fails.
        assert_eq!(ended, [0; 10], "by `wait`: exit status times 256, or a signal");
        writers.into_iter().map(|it| it.join().expect("recording does not panic")).sum()
    });
    assert_eq!(
        SHARED_WITH_CHILD.value(),
        if_on(recorded),
        "nothing of a child shows in its parent"
    );
}

static INTERRUPTED: Counter = Counter::new();
static SIZES: Histogram = Histogram::for_unit(Unit::Bytes);
static NEVER_BEFORE: Counter = Counter::new();
static SIGNALS: AtomicU64 = AtomicU64::new(0);

/// Records that went to cells which threads share.
fn shared_records() -> u64 {
    struct Read(u64);
    impl Visit for Read {
        fn metric(&mut self, _: &Descriptor) {}

        fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
            if let Value::Unsigned(records) = value {
                self.0 = records;
            }
        }
    }
    let mut read = Read(0);
    RECORDER.shared_records.collect(&mut read);
    read.0
}

extern "C" fn on_signal(_: libc::c_int) {
    INTERRUPTED.add_from_interrupt(1);
    SIZES.record_from_interrupt(5);
    NEVER_BEFORE.add_from_interrupt(1);
    // Relaxed: read when the thread that was interrupted is joined.
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn a_record_in_a_signal_handler_loses_nothing() {
    // SAFETY: the handler makes a few locked additions.
    unsafe { libc::signal(libc::SIGUSR1, on_signal as *const () as libc::sighandler_t) };
    INTERRUPTED.add(0);
    SIZES.record(5);
    static STARTED: AtomicU64 = AtomicU64::new(0);
    static DONE: AtomicBool = AtomicBool::new(false);
    let worker = std::thread::spawn(|| {
        // SAFETY: no condition. Relaxed: a number for the other thread, which waits for it.
        STARTED.store(unsafe { libc::pthread_self() }, Ordering::Relaxed);
        let mut records = 0_u64;
        // Relaxed: only ends the loop.
        while !DONE.load(Ordering::Relaxed) {
            INTERRUPTED.increment();
            SIZES.record(5);
            records += 1;
        }
        records
    });
    let thread = loop {
        // Relaxed: as above.
        match STARTED.load(Ordering::Relaxed) {
            0 => std::thread::yield_now(),
            thread => break thread,
        }
    };
    for _ in 0..2_000 {
        // SAFETY: the worker runs until it is told to stop below.
        unsafe { libc::pthread_kill(thread, libc::SIGUSR1) };
        std::thread::yield_now();
    }
    // Relaxed: as above.
    DONE.store(true, Ordering::Relaxed);
    let records = worker.join().expect("recording does not panic");
    // Relaxed: the thread is joined.
    let signals = SIGNALS.load(Ordering::Relaxed);
    assert!(signals > 0);
    assert_eq!(INTERRUPTED.value(), if_on(records + signals));
    let sizes = SIZES.snapshot();
    assert_eq!(sizes.count(), if_on(1 + records + signals));
    assert_eq!(sizes.sum_ticks(), if_on(5 * (1 + records + signals)));
    // On x86-64 the load and the store of one addition are one instruction, which no signal divides: that
    // the handler kept away from this thread's cells shows here alone.
    assert!(shared_records() >= if_on(2 * signals));
    assert_eq!(NEVER_BEFORE.value(), 0, "a handler must not allocate cells");
}
