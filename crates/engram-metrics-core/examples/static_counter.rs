//! The shortest way from a record to a number: a `static`, two calls, one read.
//!
//! `cargo run -p engram-metrics-core --example static_counter`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use engram_metrics_core::Counter;

static VISITS: Counter = Counter::new();

fn main() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1_000).for_each(|_| VISITS.increment()));
        }
    });
    // The threads are gone, their counts are not. Compiled without telemetry, this prints 0.
    println!("{} visits", VISITS.value());
}
