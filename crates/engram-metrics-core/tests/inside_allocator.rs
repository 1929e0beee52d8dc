//! A global allocator that counts what it does: a record must not need what it is counting.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use engram_metrics_core::{
    Counter, DynamicFamily, Histogram, RECORDER, Registry, Unit, when_enabled,
};

static ALLOCATIONS: Counter = Counter::new();
static SIZES: Histogram = Histogram::for_unit(Unit::Bytes);
/// Its series are made, and evicted, by the very allocations that it counts.
static CLASSES: DynamicFamily<1, Counter> =
    DynamicFamily::<1, Counter>::new(["class"]).with_limit(40).with_eviction(Duration::ZERO);
/// The same number, counted without us.
static REFERENCE: AtomicU64 = AtomicU64::new(0);

struct Instrumented;

fn count(layout: Layout) {
    ALLOCATIONS.increment();
    SIZES.record(layout.size() as u64);
    // The size itself as text, without allocating.
    let digits = [layout.size() / 10 % 10, layout.size() % 10].map(|digit| b'0' + digit as u8);
    CLASSES.at([str::from_utf8(&digits).expect("digits")]).increment();
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
                    CLASSES.evict_idle(Instant::now());
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
