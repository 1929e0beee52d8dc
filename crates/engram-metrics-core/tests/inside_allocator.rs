//! A global allocator that counts what it does: a record must not need what it is counting.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use engram_metrics_core::{Counter, Histogram, RECORDER, Registry, Unit, when_enabled};

static ALLOCATIONS: Counter = Counter::new();
static SIZES: Histogram = Histogram::for_unit(Unit::Bytes);
/// The same number, counted without us.
static REFERENCE: AtomicU64 = AtomicU64::new(0);

struct Instrumented;

fn count(layout: Layout) {
    ALLOCATIONS.increment();
    SIZES.record(layout.size() as u64);
    // Relaxed: read when the threads are joined.
    REFERENCE.fetch_add(1, Ordering::Relaxed);
}

// SAFETY: passes everything on to the system's allocator; recording does not unwind.
unsafe impl GlobalAlloc for Instrumented {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Instrumented = Instrumented;

/// Allocates while threads start, run, make and drop metrics, and end.
fn work() {
    let threads: Vec<_> = (0..50)
        .map(|thread| {
            std::thread::spawn(move || {
                for size in 1..200_usize {
                    let dynamic = Counter::new();
                    drop(std::hint::black_box(vec![thread; size]));
                    dynamic.increment();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("recording does not panic"));
}

/// The only test here: the harness allocates too, so that the numbers hold at standstill alone.
#[test]
fn an_allocator_can_count_its_own_work() {
    work();
    let registry = Registry::new();
    registry.register(&RECORDER).expect("registered once");
    when_enabled! {
        // The main thread of the harness may allocate between two reads, hardly a hundred times in turn.
        let agree = || {
            // Relaxed: the threads that counted are joined.
            let (before, counted) = (REFERENCE.load(Ordering::Relaxed), ALLOCATIONS.value());
            let sizes = SIZES.snapshot().count();
            // Relaxed: as above.
            (before, before) == (counted, sizes) && before == REFERENCE.load(Ordering::Relaxed)
        };
        assert!((0..100).any(|_| agree()), "{}", ALLOCATIONS.value());
        assert!(ALLOCATIONS.value() > 50 * 199);
    }
}
