//! A batch of two threads that do the same at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Operations that a new thread does first, so that making its state is not timed.
const FIRST_USE: u64 = 64;

/// The longer of the times that two threads took.
pub(crate) fn time(run: fn(u64), times: u64) -> Duration {
    let ready = AtomicUsize::new(0);
    let lap = || {
        run(FIRST_USE);
        // Relaxed, both: the number itself is all that is passed on.
        ready.fetch_add(1, Ordering::Relaxed);
        while ready.load(Ordering::Relaxed) < 2 {
            // The other one may be waiting for this processor.
            thread::yield_now();
        }
        let started = Instant::now();
        run(times);
        started.elapsed()
    };
    thread::scope(|scope| {
        let other = scope.spawn(lap);
        let took = lap();
        other.join().map_or(took, |other| took.max(other))
    })
}
