//! What a fork does to a tracer, and to the thread that drains it.
#![cfg(unix)]

#[path = "support/event.rs"]
mod event;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engram_metrics_core::SpanId;
use engram_trace::{Bounds, Drain, Drainer, ENABLED, Event as _, Memory, Tracer};
use event::{Kind, Thing};

static TRACER: Tracer<Thing> = Tracer::bounded(Bounds { rings: 8, events: 256 });
static DRAINER: OnceLock<Drainer> = OnceLock::new();

/// Events of a child: more than its ring has room for.
const BY_CHILD: u64 = 1000;

/// Never: only the end of the process.
const HOUR: Duration = Duration::from_secs(3600);

/// What a child does: exit status 0 when all is as documented.
fn child() -> i32 {
    // SAFETY: kills the child with a signal should it hang.
    unsafe { libc::alarm(60) };
    let before = TRACER.account();
    (0..BY_CHILD).for_each(|number| _ = TRACER.record(Thing::numbered(9, number)));
    let after = TRACER.account();
    let expected = if ENABLED { BY_CHILD } else { 0 };
    if after.offered() - before.offered() != expected {
        return 1;
    }
    if ENABLED && (after.refused_full == before.refused_full || Drain::of(&TRACER).is_ok()) {
        return 2;
    }
    let Some(drainer) = DRAINER.get() else { return 3 };
    if ENABLED && !drainer.shutdown(HOUR).sinks.is_empty() { 4 } else { 0 }
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
fn a_forked_child_neither_hangs_nor_delivers_what_is_the_parents() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let (memory, recorded) = Memory::keeping(100);
    let drain = Drain::of(&TRACER).expect("nobody else drains").to("memory", memory);
    assert!(DRAINER.set(drain.start(Duration::from_millis(1)).expect("a thread")).is_ok());
    // The ring of this thread, and another kind than the others record.
    let own = Thing { trace: [1, 2], span: 3, ..Thing::numbered(0, 0) }.of(Kind::Decay, 1.0);
    assert_eq!(own.context().map(|(_, span)| span), Some(SpanId(3)));
    TRACER.record(own);
    let offered: u64 = std::thread::scope(|scope| {
        let write = |producer| {
            let mut offered = 0;
            // Relaxed: only ends the loop.
            while !DONE.load(Ordering::Relaxed) {
                TRACER.record(Thing::numbered(producer, offered));
                offered += 1;
            }
            offered
        };
        let writers: Vec<_> = (0..3).map(|producer| scope.spawn(move || write(producer))).collect();
        let ended: Vec<i32> = (0..10).map(|_| status_of_child()).collect();
        // Relaxed: as above.
        DONE.store(true, Ordering::Relaxed);
        // Only now: the writers would go on for ever beside an assertion that fails.
        assert_eq!(ended, [0; 10], "by `wait`: exit status times 256, or a signal");
        writers.into_iter().map(|it| it.join().expect("no panic")).sum()
    });
    let summary = DRAINER.wait().shutdown(HOUR);
    let expected = if ENABLED { offered + 1 } else { 0 };
    assert_eq!(summary.account.offered(), expected, "nothing of a child shows in its parent");
    assert!(summary.is_complete, "{summary:?}");
    assert_eq!(recorded.is_empty(), !ENABLED);
}
